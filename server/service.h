// What a request is answered, apart from how it came: /health, /metrics, who may call, and which operation of the
// engine is meant. Shared by all connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/gait.hpp"
#include "engine/base/request_view.h"
#include "server/access_log.h"
#include "server/listener.h"
#include "server/request_metrics.h"

namespace gait {

inline constexpr std::string_view kAwsJson = "application/x-amz-json-1.0";
inline constexpr std::string_view kAwsJson11 = "application/x-amz-json-1.1";

struct Reply {
  OperationAnswer answer;
  std::string_view content_type = kAwsJson;
};

// A request that is under way, and what is noted of it.
struct Exchange {
  size_t place = SIZE_MAX;  // in RequestMetrics
  std::string operation;    // for the engine
  std::string request_id;
  std::string access_key_id;  // kept for the access log alone
  std::chrono::steady_clock::time_point began;
  uint64_t bytes_in = 0;
};

class Service {
 public:
  Service(Engine& engine, const ListenerOptions& options, AccessLog* access_log)
      : engine_(engine), options_(options), access_log_(access_log) {}

  // The answer, or nothing: then the engine has it, and `exchange` has the operation.
  std::optional<Reply> Route(const RequestView& request, bool from_this_machine, Exchange& exchange);

  // The answer was sent, or could not be.
  void Note(const Exchange& exchange, std::string_view client, int status, std::string_view error_code,
            uint64_t bytes_out);

  Engine& engine() { return engine_; }
  const ListenerOptions& options() const { return options_; }

  std::atomic<int> connections{0};
  std::atomic<int64_t> held_bytes{0};              // of requests
  std::atomic<uint64_t> connections_refused{0};    // beyond connections_max
  std::atomic<uint64_t> connections_timed_out{0};  // slow clients, and those that did nothing for long

 private:
  std::optional<Reply> Get(const RequestView& request, bool from_this_machine, Exchange& exchange);
  std::optional<Reply> Forbidden(const RequestView& request) const;
  std::string Metrics();

  Engine& engine_;
  const ListenerOptions& options_;
  AccessLog* const access_log_;  // null: none
  RequestMetrics metrics_;
};

// Does the page that a browser shows, whose Origin this is, come from this machine?
bool IsLocalOrigin(std::string_view origin);

}  // namespace gait
