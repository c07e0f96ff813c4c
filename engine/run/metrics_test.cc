#include "engine/run/metrics.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

std::string TextOf(const Metrics& metrics) {
  PrometheusText text;
  metrics.Write(text);
  return text.Take();
}

bool Has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("events are counted under AWS's names, by state machine") {
  Metrics metrics;
  Tally tally;
  tally.Add({HistoryEvent(EventType::kExecutionStarted), HistoryEvent(EventType::kTaskStateEntered),
             HistoryEvent(EventType::kLambdaFunctionScheduled), HistoryEvent(EventType::kLambdaFunctionStarted),
             HistoryEvent(EventType::kLambdaFunctionTimedOut)});
  CHECK_FALSE(tally.ended());
  metrics.Of("arn:a").Count(tally, {});
  tally = {};
  tally.Add({HistoryEvent(EventType::kTaskStateExited)});
  CHECK(tally.empty());
  tally.Add({HistoryEvent(EventType::kExecutionSucceeded)});
  CHECK(tally.ended());
  metrics.Of("arn:a").Count(tally, Duration::Milliseconds(7));
  const std::string text = TextOf(metrics);
  INFO(text);
  CHECK(Has(text, "ExecutionsStarted{state_machine_arn=\"arn:a\"} 1"));
  CHECK(Has(text, "ExecutionsSucceeded{state_machine_arn=\"arn:a\"} 1"));
  CHECK(Has(text, "ExecutionsFailed{state_machine_arn=\"arn:a\"} 0"));
  CHECK(Has(text, "LambdaFunctionsScheduled{state_machine_arn=\"arn:a\"} 1"));
  CHECK(Has(text, "LambdaFunctionsTimedOut{state_machine_arn=\"arn:a\"} 1"));
  CHECK_FALSE(Has(text, "LambdaFunctionsSucceeded{state_machine_arn=\"arn:a\"} 0"));
  CHECK(Has(text, "ExecutionTime_bucket{state_machine_arn=\"arn:a\",le=\"5\"} 0"));
  CHECK(Has(text, "ExecutionTime_bucket{state_machine_arn=\"arn:a\",le=\"10\"} 1"));
  CHECK(Has(text, "ExecutionTime_sum{state_machine_arn=\"arn:a\"} 7"));
}

TEST_CASE("state machines without end share the last counters") {
  Metrics metrics;
  Tally started;
  started.Add({HistoryEvent(EventType::kExecutionStarted)});
  for (size_t i = 0; i < Metrics::kMachinesMax + 5; ++i) metrics.Of("arn:" + std::to_string(i)).Count(started, {});
  metrics.Of("arn:0").Count(started, {});
  const std::string text = TextOf(metrics);
  CHECK(Has(text, "ExecutionsStarted{state_machine_arn=\"arn:0\"} 2"));
  CHECK(Has(text, "ExecutionsStarted{state_machine_arn=\"others\"} 5"));
  CHECK_FALSE(Has(text, "ExecutionsStarted{state_machine_arn=\"arn:1004\"} 1"));
}

}  // namespace
}  // namespace gait
