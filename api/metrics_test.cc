// What an engine says of itself: Metrics, Failure, AnswerPollers.
#include <doctest/doctest.h>

#include <future>

#include "api/gait.hpp"

namespace gait {
namespace {

TEST_CASE("executions are counted, and starts under a name in use") {
  Engine engine(EngineOptions{});
  const std::string machine = engine.CreateStateMachine(
      "m", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}})");
  const std::string execution = engine.StartExecution(machine, "{}", "one");
  CHECK(engine.StartExecution(machine, "{}", "one") == execution);
  CHECK_THROWS_AS(engine.StartExecution(machine, "[]", "one"), OperationError);
  CHECK(engine.Call("StopExecution", R"({"executionArn": ")" + execution + "\"}").status == 200);
  const std::string text = engine.Metrics();
  INFO(text);
  for (const std::string& line : {"ExecutionsStarted{state_machine_arn=\"" + machine + "\"} 1",
                                  "ExecutionsAborted{state_machine_arn=\"" + machine + "\"} 1",
                                  "ExecutionTime_count{state_machine_arn=\"" + machine + "\"} 1",
                                  std::string("gait_starts_with_a_name_in_use_total{answer=\"refused\"} 1"),
                                  std::string("gait_starts_with_a_name_in_use_total{answer=\"same\"} 1"),
                                  std::string("gait_executions_running 0"), std::string("gait_store_failed 0")}) {
    CHECK(text.find("\n" + line + "\n") != std::string::npos);
  }
}

TEST_CASE("an engine that works has no failure; one that was stopped has") {
  Engine engine(EngineOptions{});
  CHECK_FALSE(engine.Failure());
  engine.Stop();
  CHECK(engine.Failure() == "the engine was stopped");
}

TEST_CASE("workers that wait are answered before the engine stops") {
  Engine engine(EngineOptions{});
  const std::string poll = R"({"activityArn": "arn:aws:states:us-east-1:123456789012:activity:a"})";
  engine.Call("CreateActivity", R"({"name": "a"})");
  std::promise<OperationAnswer> answered;
  engine.Call("GetActivityTask", poll, [&](OperationAnswer answer) { answered.set_value(std::move(answer)); });
  engine.AnswerPollers();
  CHECK(answered.get_future().get().body == "{}");
  CHECK(engine.Call("GetActivityTask", poll).body == "{}");  // at once
  CHECK(engine.Call("ListActivities", "{}").status == 200);
}

}  // namespace
}  // namespace gait
