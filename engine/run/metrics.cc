#include "engine/run/metrics.h"

#include <mutex>

#include "engine/history/fold.h"

namespace gait {
namespace {

struct MetricRow {
  Metric metric;
  const char* name;
  const char* help;
};

constexpr MetricRow kRows[] = {
    {Metric::kExecutionsStarted, "ExecutionsStarted", "Executions that were started."},
    {Metric::kExecutionsSucceeded, "ExecutionsSucceeded", "Executions that succeeded."},
    {Metric::kExecutionsFailed, "ExecutionsFailed", "Executions that failed."},
    {Metric::kExecutionsAborted, "ExecutionsAborted", "Executions that were stopped."},
    {Metric::kExecutionsTimedOut, "ExecutionsTimedOut", "Executions that timed out."},
    {Metric::kExecutionsRedriven, "ExecutionsRedriven", "Redrives of executions."},
    {Metric::kActivitiesScheduled, "ActivitiesScheduled", "Tasks of activities that were scheduled."},
    {Metric::kActivitiesStarted, "ActivitiesStarted", "Tasks of activities that a worker took."},
    {Metric::kActivitiesSucceeded, "ActivitiesSucceeded", "Tasks of activities that succeeded."},
    {Metric::kActivitiesFailed, "ActivitiesFailed", "Tasks of activities that failed, or could not be scheduled."},
    {Metric::kActivitiesTimedOut, "ActivitiesTimedOut", "Tasks of activities that timed out, or sent no heartbeat."},
    {Metric::kLambdaFunctionsScheduled, "LambdaFunctionsScheduled", "Lambda functions that were scheduled."},
    {Metric::kLambdaFunctionsStarted, "LambdaFunctionsStarted", "Lambda functions that were started."},
    {Metric::kLambdaFunctionsSucceeded, "LambdaFunctionsSucceeded", "Lambda functions that succeeded."},
    {Metric::kLambdaFunctionsFailed, "LambdaFunctionsFailed", "Lambda functions that failed, or could not be started."},
    {Metric::kLambdaFunctionsTimedOut, "LambdaFunctionsTimedOut", "Lambda functions that timed out."},
    {Metric::kServiceIntegrationsScheduled, "ServiceIntegrationsScheduled", "Tasks of services that were scheduled."},
    {Metric::kServiceIntegrationsStarted, "ServiceIntegrationsStarted", "Tasks of services that were started."},
    {Metric::kServiceIntegrationsSucceeded, "ServiceIntegrationsSucceeded", "Tasks of services that succeeded."},
    {Metric::kServiceIntegrationsFailed, "ServiceIntegrationsFailed",
     "Tasks of services that failed, or could not be started."},
    {Metric::kServiceIntegrationsTimedOut, "ServiceIntegrationsTimedOut", "Tasks of services that timed out."},
};
static_assert(std::size(kRows) == kMetrics);

struct EventRow {
  EventType event;
  Metric metric;
};

constexpr EventRow kEvents[] = {
    {EventType::kExecutionStarted, Metric::kExecutionsStarted},
    {EventType::kExecutionSucceeded, Metric::kExecutionsSucceeded},
    {EventType::kExecutionFailed, Metric::kExecutionsFailed},
    {EventType::kExecutionAborted, Metric::kExecutionsAborted},
    {EventType::kExecutionTimedOut, Metric::kExecutionsTimedOut},
    {EventType::kExecutionRedriven, Metric::kExecutionsRedriven},
    {EventType::kActivityScheduled, Metric::kActivitiesScheduled},
    {EventType::kActivityStarted, Metric::kActivitiesStarted},
    {EventType::kActivitySucceeded, Metric::kActivitiesSucceeded},
    {EventType::kActivityFailed, Metric::kActivitiesFailed},
    {EventType::kActivityScheduleFailed, Metric::kActivitiesFailed},
    {EventType::kActivityTimedOut, Metric::kActivitiesTimedOut},
    {EventType::kLambdaFunctionScheduled, Metric::kLambdaFunctionsScheduled},
    {EventType::kLambdaFunctionStarted, Metric::kLambdaFunctionsStarted},
    {EventType::kLambdaFunctionSucceeded, Metric::kLambdaFunctionsSucceeded},
    {EventType::kLambdaFunctionFailed, Metric::kLambdaFunctionsFailed},
    {EventType::kLambdaFunctionScheduleFailed, Metric::kLambdaFunctionsFailed},
    {EventType::kLambdaFunctionStartFailed, Metric::kLambdaFunctionsFailed},
    {EventType::kLambdaFunctionTimedOut, Metric::kLambdaFunctionsTimedOut},
    {EventType::kTaskScheduled, Metric::kServiceIntegrationsScheduled},
    {EventType::kTaskStarted, Metric::kServiceIntegrationsStarted},
    {EventType::kTaskSucceeded, Metric::kServiceIntegrationsSucceeded},
    {EventType::kTaskFailed, Metric::kServiceIntegrationsFailed},
    {EventType::kTaskStartFailed, Metric::kServiceIntegrationsFailed},
    {EventType::kTaskSubmitFailed, Metric::kServiceIntegrationsFailed},
    {EventType::kTaskTimedOut, Metric::kServiceIntegrationsTimedOut},
};

constexpr uint8_t kNone = 0xff;

// By the event's number: each event of each execution is looked up here.
constexpr std::array<uint8_t, 256> MetricOfEvent() {
  std::array<uint8_t, 256> metrics{};
  metrics.fill(kNone);
  for (const EventRow& row : kEvents) metrics[static_cast<size_t>(row.event)] = static_cast<uint8_t>(row.metric);
  return metrics;
}
constexpr std::array<uint8_t, 256> kMetricOfEvent = MetricOfEvent();

// Milliseconds, as AWS has ExecutionTime: from an Express execution's to a day.
constexpr double kExecutionTimeBounds[] = {1,     5,     10,    50,     100,     500,     1000,     5000,
                                           10000, 30000, 60000, 300000, 1800000, 3600000, 21600000, 86400000};

}  // namespace

void Tally::Add(const std::vector<HistoryEvent>& events) {
  for (const HistoryEvent& event : events) {
    const uint8_t metric = kMetricOfEvent[static_cast<size_t>(event.type)];
    if (metric == kNone) continue;
    ++counts_[metric];
    empty_ = false;
    ended_ = ended_ || EndsExecution(event.type);
  }
}

MachineMetrics::MachineMetrics() : execution_time_(kExecutionTimeBounds) {}

void MachineMetrics::Count(const Tally& tally, Duration time) {
  if (tally.empty()) return;
  if (tally.ended()) execution_time_.Observe(static_cast<double>(time.ms));
  for (size_t i = 0; i < kMetrics; ++i) {
    if (tally.of(i) != 0) counts_[i].fetch_add(tally.of(i), std::memory_order_relaxed);
  }
}

MachineMetrics& Metrics::Of(std::string_view state_machine_arn) {
  {
    const std::shared_lock lock(mutex_);
    const auto it = machines_.find(state_machine_arn);
    if (it != machines_.end()) return *it->second;
    if (machines_.size() >= kMachinesMax) return others_;
  }
  const std::unique_lock lock(mutex_);
  auto& machine = machines_[std::string(state_machine_arn)];
  if (machine == nullptr) machine = std::make_unique<MachineMetrics>();
  return *machine;
}

void Metrics::Write(PrometheusText& text) const {
  const std::shared_lock lock(mutex_);
  const auto of_each = [&](const auto& write) {
    for (const auto& [arn, machine] : machines_) write(arn, *machine);
    if (machines_.size() >= kMachinesMax) write("others", others_);
  };
  constexpr std::string_view kLabel = "state_machine_arn";
  for (const MetricRow& row : kRows) {
    text.Family(row.name, "counter", row.help);
    of_each([&](std::string_view arn, const MachineMetrics& machine) {
      const uint64_t count = machine.counts_[static_cast<size_t>(row.metric)].load(std::memory_order_relaxed);
      // Few state machines have tasks of every kind; of executions also the zeros are wanted.
      if (count != 0 || row.metric <= Metric::kExecutionsTimedOut) text.Sample(row.name, {{kLabel, arn}}, count);
    });
  }
  text.Family("ExecutionTime", "histogram", "From the start of an execution to its end, in milliseconds.");
  of_each([&](std::string_view arn, const MachineMetrics& machine) {
    if (machine.execution_time_.count() != 0) machine.execution_time_.Write(text, "ExecutionTime", kLabel, arn);
  });
}

}  // namespace gait
