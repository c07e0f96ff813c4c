// What executions did since the process began, under the names that AWS gives it in CloudWatch's namespace AWS/States.
// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
//
// Shared; counting is an atomic addition. An execution finds its state machine's counters once, when it starts.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/prometheus.h"
#include "engine/history/event.h"

namespace gait {

enum class Metric : uint8_t {
  kExecutionsStarted,
  kExecutionsSucceeded,
  kExecutionsFailed,
  kExecutionsAborted,
  kExecutionsTimedOut,
  kExecutionsRedriven,
  kActivitiesScheduled,
  kActivitiesStarted,
  kActivitiesSucceeded,
  kActivitiesFailed,
  kActivitiesTimedOut,
  kLambdaFunctionsScheduled,
  kLambdaFunctionsStarted,
  kLambdaFunctionsSucceeded,
  kLambdaFunctionsFailed,
  kLambdaFunctionsTimedOut,
  kServiceIntegrationsScheduled,
  kServiceIntegrationsStarted,
  kServiceIntegrationsSucceeded,
  kServiceIntegrationsFailed,
  kServiceIntegrationsTimedOut,
};
inline constexpr size_t kMetrics = static_cast<size_t>(Metric::kServiceIntegrationsTimedOut) + 1;

// What is to be counted of one turn of an execution: only when its events are durable, which are gone by then.
class Tally {
 public:
  void Add(const std::vector<HistoryEvent>& events);
  bool empty() const { return empty_; }
  uint32_t of(size_t metric) const { return counts_[metric]; }
  // Has the execution ended in this turn?
  bool ended() const { return ended_; }

 private:
  std::array<uint32_t, kMetrics> counts_{};
  bool empty_ = true, ended_ = false;
};

// Of one state machine.
class MachineMetrics {
 public:
  MachineMetrics();

  // `time`: how long the execution took, if it has ended.
  void Count(const Tally& tally, Duration time);

 private:
  friend class Metrics;
  std::array<std::atomic<uint64_t>, kMetrics> counts_{};
  Histogram execution_time_;
};

class Metrics {
 public:
  // Those of the state machine; its own as long as the process. Beyond kMachinesMax all others share one set, so that
  // who makes state machines without end does not fill the memory, nor Prometheus's.
  MachineMetrics& Of(std::string_view state_machine_arn);
  static constexpr size_t kMachinesMax = 1000;

  // A family each.
  void Write(PrometheusText& text) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<MachineMetrics>, std::less<>> machines_;  // guarded by mutex_; never erased
  MachineMetrics others_;
};

}  // namespace gait
