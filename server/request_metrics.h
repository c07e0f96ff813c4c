// What was asked of the server: how often, with what success, and how long it took. Shared; a success is counted
// without a lock.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/base/prometheus.h"

namespace gait {

class RequestMetrics {
 public:
  RequestMetrics();

  // The place of an operation's counters: one for each of the API's, and one for all else.
  size_t PlaceOf(std::string_view operation) const;
  // The operation's name there; "other" for the last, and for places that there are not.
  std::string_view NameAt(size_t place) const;

  void Count(size_t place, int status, std::string_view error_code, double seconds);

  void Write(PrometheusText& text) const;

 private:
  struct Row {
    explicit Row(std::string_view operation);
    const std::string_view name;
    std::atomic<uint64_t> succeeded{0};
    Histogram durations;  // of all
  };

  size_t Known(size_t place) const { return std::min(place, rows_.size() - 1); }

  std::vector<std::unique_ptr<Row>> rows_;
  std::unordered_map<std::string_view, size_t> places_;

  mutable std::mutex mutex_;
  std::map<std::tuple<size_t, int, std::string>, uint64_t> refused_;  // guarded by mutex_
};

}  // namespace gait
