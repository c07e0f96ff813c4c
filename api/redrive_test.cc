#include "api/redrive.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <map>
#include <memory>

#include "api/engine.h"
#include "engine/json/write.h"
#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Json;
using testing::Of;
using testing::Text;

constexpr const char* kTask = R"({"StartAt": "T", "States": {
  "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "P",
        "Parameters": {"n.$": "$.n", "count.$": "$$.Execution.RedriveCount"}},
  "P": {"Type": "Pass", "End": true}}})";

// An engine whose function f fails while `broken`.
struct Client : testing::Client {
  explicit Client(EngineOptions options = {}) : testing::Client(std::move(options)) {
    // The engine, and so the function, lives longer than what is added here.
    engine.RegisterFunction("f", [shared = shared_broken](const TaskInput& task) {
      if (*shared) throw TaskError("Broken", "still");
      return task.payload;
    });
  }

  Value Describe(std::string_view execution) { return Call("DescribeExecution", Of("executionArn", execution)); }
  Value Redrive(std::string_view execution, std::string_view token = "") {
    Value request = Of("executionArn", execution);
    if (!token.empty()) request = std::move(request).With("clientToken", Value::String(token));
    return Call("RedriveExecution", request);
  }
  std::string NotRedrivable(std::string_view execution, std::string_view token = "") {
    Value request = Of("executionArn", execution);
    if (!token.empty()) request = std::move(request).With("clientToken", Value::String(token));
    const std::string refused = Refused("RedriveExecution", request);
    const std::string head =
        "ExecutionNotRedrivable: Execution " + std::string(execution) + " invalid for redrive as: ";
    REQUIRE_MESSAGE(refused.starts_with(head), refused);
    return refused.substr(head.size());
  }
  // The ARN of an execution of kTask that failed.
  std::string Failed(std::string_view name = "e") {
    broken = true;
    const std::string machine = engine.CreateStateMachine("m", kTask);
    const std::string execution = engine.StartExecution(machine, R"({"n": 7})", name);
    CHECK(engine.Wait(execution).status == "FAILED");
    return execution;
  }
  std::string Types(std::string_view execution) {
    std::string types;
    const Value history = Call("GetExecutionHistory", Of("executionArn", execution));
    for (const Value& e : history.Find("events")->items()) types += std::string(e.Find("type")->as_string()) + " ";
    return types;
  }

  const std::shared_ptr<std::atomic<bool>> shared_broken = std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool>& broken = *shared_broken;
};

TEST_CASE_FIXTURE(Client, "an execution that failed is redriven, and described") {
  const std::string execution = Failed();
  Value described = Describe(execution);
  CHECK(Text(described, "redriveCount") == "0");
  CHECK(Text(described, "redriveDate") == "(absent)");
  CHECK(Text(described, "redriveStatus") == "REDRIVABLE");
  CHECK(Text(described, "redriveStatusReason") == "(absent)");

  broken = false;
  const Value redriven = Redrive(execution);
  CHECK(engine.Wait(execution).output == R"({"n":7,"count":1})");
  described = Describe(execution);
  CHECK(Text(described, "status") == "SUCCEEDED");
  CHECK(Text(described, "error") == "(absent)");
  CHECK(Text(described, "redriveCount") == "1");
  CHECK(Text(described, "redriveDate") == Text(redriven, "redriveDate"));
  CHECK(Text(described, "redriveStatus") == "NOT_REDRIVABLE");
  CHECK(Text(described, "redriveStatusReason") == "Execution is SUCCEEDED and cannot be redriven");
  CHECK(NotRedrivable(execution) == "Execution is SUCCEEDED and cannot be redriven");

  const Value listed = Call("ListExecutions", Of("stateMachineArn", Text(described, "stateMachineArn")));
  const Value& row = listed.Find("executions")->items()[0];
  CHECK(Text(row, "redriveCount") == "1");
  CHECK(Text(row, "redriveDate") == Text(redriven, "redriveDate"));
  CHECK(Types(execution) ==
        "ExecutionStarted TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionFailed "
        "ExecutionFailed ExecutionRedriven LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded "
        "TaskStateExited PassStateEntered PassStateExited ExecutionSucceeded ");
  const Value history = Call("GetExecutionHistory", Of("executionArn", execution));
  const Value& event = history.Find("events")->items()[6];
  CHECK(Text(event, "executionRedrivenEventDetails") == R"({"redriveCount":1})");
  CHECK(Text(event, "previousEventId") == "6");
}

TEST_CASE_FIXTURE(Client, "an execution that runs is not redriven; one that was redriven is stopped as any other") {
  const std::string machine = engine.CreateStateMachine(
      "w", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}})");
  const std::string execution = engine.StartExecution(machine);
  CHECK(NotRedrivable(execution) == "Execution is RUNNING and cannot be redriven");
  for (int i = 1; i <= 2; ++i) {
    Call("StopExecution", Of("executionArn", execution).With("error", Value::String("Stop")));
    CHECK(Text(Describe(execution), "redriveStatus") == "REDRIVABLE");
    Redrive(execution);
    const Value described = Describe(execution);
    CHECK(Text(described, "status") == "RUNNING");
    CHECK(Text(described, "stopDate") == "(absent)");
    CHECK(Text(described, "error") == "(absent)");
    CHECK(Text(described, "redriveCount") == std::to_string(i));
    CHECK(Text(described, "redriveStatusReason") == "Execution is RUNNING and cannot be redriven");
    CHECK(NotRedrivable(execution) == "Execution is RUNNING and cannot be redriven");
  }
  std::promise<std::string> status;
  engine.WhenEnded(execution, [&](const ExecutionResult& end) { status.set_value(end.status); });
  Call("StopExecution", Of("executionArn", execution));
  CHECK(status.get_future().get() == "ABORTED");
}

TEST_CASE_FIXTURE(Client, "a client token redrives once, whatever has become of the execution since") {
  const std::string execution = Failed();
  const Value first = Redrive(execution, "one");  // fails again
  CHECK(engine.Wait(execution).status == "FAILED");
  CHECK(ToJson(Redrive(execution, "one")) == ToJson(first));
  CHECK(Text(Describe(execution), "redriveCount") == "1");
  CHECK(Text(Describe(execution), "status") == "FAILED");
  broken = false;
  const Value second = Redrive(execution, "two");
  CHECK(engine.Wait(execution).status == "SUCCEEDED");
  CHECK(ToJson(Redrive(execution, "one")) == ToJson(first));
  CHECK(ToJson(Redrive(execution, "two")) == ToJson(second));
  CHECK(NotRedrivable(execution, "three") == "Execution is SUCCEEDED and cannot be redriven");
  CHECK(Text(Describe(execution), "redriveCount") == "2");
  CHECK(Types(execution).find("one") == std::string::npos);
  const Value history = Call("GetExecutionHistory", Of("executionArn", execution));
  CHECK(ToJson(history).find("one") == std::string::npos);
}

TEST_CASE("many redrives at once: one of them redrives, and those with its token are answered as it is") {
  Client client;
  const std::string machine = client.engine.CreateStateMachine(
      "w", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}})");
  for (const bool same_token : {true, false}) {
    const std::string execution = client.engine.StartExecution(machine);
    client.Call("StopExecution", Of("executionArn", execution));
    constexpr int kCalls = 8;
    std::vector<std::promise<OperationAnswer>> answers(kCalls);
    for (int i = 0; i < kCalls; ++i) {
      const std::string token = same_token ? "token" : "token" + std::to_string(i);
      client.engine.Call("RedriveExecution",
                         ToJson(Of("executionArn", execution).With("clientToken", Value::String(token))),
                         [&answers, i](OperationAnswer a) { answers[static_cast<size_t>(i)].set_value(std::move(a)); });
    }
    std::map<std::string, int> bodies;
    for (auto& answer : answers) ++bodies[answer.get_future().get().body];
    if (same_token) {
      CHECK(bodies.size() == 1);
    } else {
      CHECK(bodies.size() == 2);  // one has the date; the others are refused
    }
    CHECK(Text(client.Describe(execution), "redriveCount") == "1");
  }
}

TEST_CASE("a redrive and its token survive a restart") {
  const TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  std::string execution;
  Value first;
  {
    Client client(options);
    execution = client.Failed();
    first = client.Redrive(execution, "one");
    CHECK(client.engine.Wait(execution).status == "FAILED");
  }
  Client client(options);
  CHECK(ToJson(client.Redrive(execution, "one")) == ToJson(first));
  CHECK(Text(client.Describe(execution), "redriveCount") == "1");
  CHECK(Text(client.Describe(execution), "redriveDate") == Text(first, "redriveDate"));
  client.Redrive(execution);
  CHECK(client.engine.Wait(execution).output == R"({"n":7,"count":2})");
}

TEST_CASE_FIXTURE(Client, "a redrive from within the callback that tells of the end") {
  const std::string machine = engine.CreateStateMachine("m", kTask);
  broken = true;
  const std::string execution = engine.StartExecution(machine, R"({"n": 1})");
  std::promise<OperationAnswer> answer;
  engine.WhenEnded(execution, [&](const ExecutionResult&) {
    broken = false;
    engine.Call("RedriveExecution", ToJson(Of("executionArn", execution)),
                [&](OperationAnswer a) { answer.set_value(std::move(a)); });
  });
  CHECK(answer.get_future().get().status == 200);
  CHECK(engine.Wait(execution).output == R"({"n":1,"count":1})");
}

TEST_CASE_FIXTURE(Client, "what cannot be redriven by its ARN") {
  const std::string missing = "arn:aws:states:us-east-1:123456789012:execution:m:e";
  CHECK(Refused("RedriveExecution", Of("executionArn", missing)) ==
        "ExecutionDoesNotExist: Execution Does Not Exist: '" + missing + "'");
  CHECK(Refused("RedriveExecution", Of("executionArn", "arn:aws:states:us-east-1:123456789012:express:m:e:u")) ==
        "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'");
  CHECK(Refused("RedriveExecution", Value::Object()).starts_with("ValidationException: "));
  CHECK(Refused("RedriveExecution", Of("executionArn", missing).With("clientToken", Value::String("")))
            .starts_with("ValidationException: "));
  CHECK(Refused("RedriveExecution", Of("executionArn", missing).With("clientToken", Value::String("a b"))) ==
        "ValidationException: 1 validation error detected: Value 'a b' at 'clientToken' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [!-~]+");
}

TEST_CASE_FIXTURE(Client, "the children of a Map Run") {
  broken = true;
  const std::string machine =
      engine.CreateStateMachine("d", R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "Label": "each",
          "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T",
          "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}}}})");
  const std::string execution = engine.StartExecution(machine, "[1]");
  CHECK(engine.Wait(execution).status == "FAILED");
  const auto run = engine.core().store().MapRunsOf(1);
  REQUIRE(run.size() == 1);
  const Value listed = Call("ListExecutions", Of("mapRunArn", run[0].arn));
  const Value& child = listed.Find("executions")->items()[0];
  const std::string child_arn =
      "arn:aws:states:us-east-1:123456789012:execution:d/each:" + std::string(child.Find("name")->as_string());
  CHECK(Text(Describe(child_arn), "redriveStatus") == "REDRIVABLE_BY_MAP_RUN");
  CHECK(Refused("RedriveExecution", Of("executionArn", child_arn)) ==
        "ValidationException: Labeled Execution ARNs are not supported for this API");
  const auto filtered = [&](const char* filter) {
    return Call("ListExecutions", Of("mapRunArn", run[0].arn).With("redriveFilter", Value::String(filter)))
        .Find("executions")
        ->size();
  };
  CHECK(filtered("REDRIVEN") == 0);
  CHECK(filtered("NOT_REDRIVEN") == 1);
  CHECK(Refused("ListExecutions", Of("stateMachineArn", machine).With("redriveFilter", Value::String("REDRIVEN"))) ==
        "ValidationException: RedriveFilter cannot be applied to ListExecutions call with StateMachine ARN");
  CHECK(Refused("ListExecutions", Of("stateMachineArn", machine).With("statusFilter", Value::String("PENDING_REDRIVE")))
            .starts_with("ValidationException: "));
  CHECK(Refused("ListExecutions", Of("mapRunArn", run[0].arn).With("redriveFilter", Value::String("OFTEN")))
            .starts_with("ValidationException: "));
}

TEST_CASE("why an execution cannot be redriven") {
  const Timestamp now = {1'800'000'000'000};
  FoundExecution failed;
  failed.execution.status = ExecutionStatus::kFailed;
  failed.execution.started_at = now + Duration::Days(-20);
  failed.execution.stopped_at = now + Duration::Days(-1);
  const Quotas quotas;
  CHECK(WhyNotRedrivable(failed, 24'998, quotas, now).empty());
  CHECK(WhyNotRedrivable(failed, 24'999, quotas, now) == "Execution history event limit exceeded");
  CHECK(WhyNotRedrivable(failed, 1'000'000, Quotas::Off(), now).empty());
  for (const ExecutionStatus status : {ExecutionStatus::kTimedOut, ExecutionStatus::kAborted}) {
    failed.execution.status = status;
    CHECK(WhyNotRedrivable(failed, 10, quotas, now).empty());
  }

  FoundExecution other = failed;
  other.machine.deleting = true;
  CHECK(WhyNotRedrivable(other, 10, quotas, now) == "State machine is in DELETING status");
  other = failed;
  other.execution.stopped_at = {now.ms - Duration::Days(14).ms + 1};
  CHECK(WhyNotRedrivable(other, 10, quotas, now).empty());
  other.execution.stopped_at = {now.ms - Duration::Days(14).ms};
  CHECK(WhyNotRedrivable(other, 10, quotas, now) == "Execution redrivable period exceeded");
  CHECK(WhyNotRedrivable(other, 10, Quotas::Off(), now).empty());
  other = failed;
  other.execution.started_at = now + Duration::Days(-365);
  CHECK(WhyNotRedrivable(other, 10, quotas, now) == "Execution has exceeded the max execution time");
  other.execution.started_at = *ParseTimestamp("2023-11-14T23:59:59Z");
  CHECK(WhyNotRedrivable(other, 10, quotas, now) == "Execution was started before the launch of RedriveExecution");
}

TEST_CASE("ten client tokens are remembered, for 15 minutes each") {
  const Timestamp now = {1'800'000'000'000};
  std::vector<HistoryEvent> events;
  for (int i = 0; i < 12; ++i) {
    events.emplace_back(EventType::kExecutionFailed);
    events.push_back(HistoryEvent(EventType::kExecutionRedriven)
                         .Field(EventField::kRedriveCount, Value::Int(i + 1))
                         .Field(EventField::kClientToken, Value::String("t" + std::to_string(i))));
    events.back().timestamp = now + Duration::Seconds(60 * i);
  }
  const Timestamp last = events.back().timestamp;
  CHECK(RedrivenBy("t11", events, last) == last);
  CHECK(RedrivenBy("t2", events, last) == now + Duration::Seconds(120));
  CHECK_FALSE(RedrivenBy("t1", events, last).has_value());
  CHECK(RedrivenBy("t11", events, last + Duration::Seconds(899)) == last);
  CHECK_FALSE(RedrivenBy("t11", events, last + Duration::Seconds(900)).has_value());
  CHECK_FALSE(RedrivenBy("t2", events, last + Duration::Seconds(360)).has_value());
  CHECK_FALSE(RedrivenBy("t", events, last).has_value());
}

}  // namespace
}  // namespace gait
