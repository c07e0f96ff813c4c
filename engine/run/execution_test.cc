#include "engine/run/execution.h"

#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Json;
using testing::Trial;
using testing::TrialResult;

// Everything that an execution can wait for: tasks, retries, waits, branches, iterations.
constexpr const char* kBusy = R"-({"StartAt": "Set", "States": {
  "Set": {"Type": "Pass", "Assign": {"n": 3}, "Next": "Both"},
  "Both": {"Type": "Parallel", "ResultPath": "$.both", "Next": "Each",
           "Retry": [{"ErrorEquals": ["Again"], "MaxAttempts": 1}],
           "Branches": [
    {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "T"},
                                "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:flaky", "End": true,
                                      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3}]}}},
    {"StartAt": "U", "States": {"U": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
                                      "Parameters": {"FunctionName": "echo", "Payload.$": "$.x"}, "End": true}}}]},
  "Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ResultPath": "$.each", "Next": "Fails",
           "ItemProcessor": {"StartAt": "Sum", "States": {
    "Sum": {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($n, $)"}, "Assign": {"own": 1}, "Next": "Pause"},
    "Pause": {"Type": "Wait", "Seconds": 1, "End": true}}}},
  "Fails": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:broken", "ResultPath": null, "End": true,
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "End"}]},
  "End": {"Type": "Succeed", "OutputPath": "$['both', 'each', 'caught']"}}})-";

Trial::Worker BusyWorker() {
  return [](const DispatchTask& task) -> std::optional<Result<Value>> {
    if (task.resource->arn.ends_with(":broken")) return Result<Value>(WorkflowError{"Broken", "always"});
    if (task.resource->arn.ends_with(":flaky") && task.attempt < 2) return Result<Value>(WorkflowError{"Busy", "soon"});
    if (task.resource->arn.ends_with(":flaky")) return Result<Value>(Value::String("ok"));
    return Result<Value>(*task.parameters.value().Find("Payload"));
  };
}

TrialResult RunBusy(int crash_after_turn, int* turns = nullptr) {
  Trial trial(kBusy);
  trial.worker = BusyWorker();
  trial.crash_after_turn = crash_after_turn;
  TrialResult result = trial.Run(R"({"x": {"y": [1, 2.5, "z"]}, "items": [1, 2, 3, 4, 5]})");
  if (turns != nullptr) *turns = trial.turns;
  return result;
}

// What must be the same whether the engine stopped on the way or not. Timestamps are: time is virtual.
std::string Told(const TrialResult& result) {
  std::string text;
  for (const HistoryEvent& e : result.events) {
    if (IsShown(e.type)) text += ToJson(EventToJson(e)) + "\n";
  }
  return text;
}

TEST_CASE("an execution that is recovered after any turn goes on as if nothing had happened") {
  int turns = 0;
  const TrialResult straight = RunBusy(-1, &turns);
  REQUIRE(straight.text() ==
          R"({"both":["ok",{"y":[1,2.5,"z"]}],"each":[{"sum":4},{"sum":5},{"sum":6},{"sum":7},{"sum":8}],)"
          R"("caught":{"Error":"Broken","Cause":"always"}})");
  REQUIRE(turns > 10);
  for (int turn = 0; turn < turns - 1; ++turn) {
    CAPTURE(turn);
    const TrialResult recovered = RunBusy(turn);
    CHECK(recovered.text() == straight.text());
    CHECK(Told(recovered) == Told(straight));
  }
}

TEST_CASE("TimeoutSeconds of the machine ends an execution, and what comes later changes nothing") {
  SeededRandom random(1);
  const testing::TrialActivities activities;
  ExecutionInfo info;
  const auto machine =
      testing::Compiled(R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})");
  Execution execution(info, machine, machine->graph(), Quotas::Aws(), random, activities);
  const Timestamp start{1'000'000};
  const Turn first = execution.Start(Payload(Value::Object()), start);
  const auto timer = std::get<StartTimer>(first.effects.at(0));
  const Turn timed_out = execution.TimeOut(start + Duration::Seconds(5));
  REQUIRE(timed_out.events.size() == 1);
  CHECK(timed_out.events[0].type == EventType::kExecutionTimedOut);
  CHECK(timed_out.events[0].previous_event_id == 0);
  CHECK(execution.progress().status() == ExecutionStatus::kTimedOut);
  CHECK(execution.Deliver(timer.branch, TimerDue{timer.kind, timer.event}, timer.due_at).events.empty());
  CHECK(execution.Abort("E", "c", timer.due_at).events.empty());
}

TEST_CASE("what ends an execution names the tasks that nobody waits for any more") {
  SeededRandom random(1);
  const testing::TrialActivities activities;
  ExecutionInfo info;
  const auto machine = testing::Compiled(testing::OneState(
      R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true)"));
  Execution execution(info, machine, machine->graph(), Quotas::Aws(), random, activities);
  const Turn first = execution.Start(Payload(Value::Object()), {});
  const int64_t scheduled = std::get<DispatchTask>(first.effects.at(0)).scheduled_event;
  const Turn aborted = execution.Abort("E", "c", {});
  CHECK(aborted.effects.empty());
  CHECK(aborted.abandoned.tasks == std::vector<int64_t>{scheduled});
}

TEST_CASE("an execution that would never end fails when its history is full, with one event more than the others") {
  Trial trial(R"({"StartAt": "A", "States": {
      "A": {"Type": "Choice", "Default": "B", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "Stop"}]},
      "B": {"Type": "Pass", "Next": "A"}, "Stop": {"Type": "Succeed"}}})");
  const TrialResult result = trial.Run();
  CHECK(result.text() == "States.Runtime: The execution reached the maximum number of history events (25000).");
  CHECK(result.events.back().id == 25'000);
  CHECK(trial.turns > 1);  // others had their share in between
}

}  // namespace
}  // namespace gait
