// Prometheus's text format, 0.0.4, and what is counted in it.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gait {

using PrometheusLabels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Writes one family after the other: first what it is, then its samples.
class PrometheusText {
 public:
  // `type`: counter, gauge or histogram.
  void Family(std::string_view name, std::string_view type, std::string_view help);
  // Of the family, or of it with a suffix, as histograms have them.
  void Sample(std::string_view name, PrometheusLabels labels, double value);
  void Sample(std::string_view name, PrometheusLabels labels, uint64_t value);

  std::string Take() { return std::move(text_); }

 private:
  void Series(std::string_view name, PrometheusLabels labels);

  std::string text_;
};

// How many observations there were up to each bound. Shared; counts without a lock.
class Histogram {
 public:
  // `bounds`, ascending, must outlive it.
  explicit Histogram(std::span<const double> bounds);

  void Observe(double value);
  uint64_t count() const;
  // The samples of the family `name`.
  void Write(PrometheusText& text, std::string_view name, std::string_view label, std::string_view label_value) const;

 private:
  const std::span<const double> bounds_;
  const std::unique_ptr<std::atomic<uint64_t>[]>
      counts_;  // of each bucket alone; the last has what is above all bounds
  std::atomic<double> sum_{0};
};

}  // namespace gait
