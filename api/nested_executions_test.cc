// States that start executions: states:startExecution and aws-sdk:sfn.
#include <doctest/doctest.h>

#include <thread>

#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::kPass;
using testing::Of;
using testing::Text;

std::string Parent(const std::string& resource, const std::string& parameters, const std::string& fields = "") {
  return R"({"StartAt": "N", "States": {"N": {"Type": "Task", "Resource": "arn:aws:states:::)" + resource +
         R"(", "Parameters": {)" + parameters + "}, " + fields + R"("End": true}}})";
}

constexpr const char* kChild = R"("StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child")";
constexpr const char* kFails =
    R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken", "Cause": "because"}}})";

struct Parents : Client {
  explicit Parents(EngineOptions options = {}) : Client(std::move(options)) {}
  ExecutionResult Run(const std::string& definition, const std::string& name = "p") {
    const std::string machine = engine.CreateStateMachine("parent-" + name, definition);
    return engine.Wait(engine.StartExecution(machine, "{}", name));
  }
  // From its TaskSubmitted event on, the parent knows its child.
  void AwaitSubmitted(const std::string& parent) {
    const std::string request = ToJson(Of("executionArn", parent));
    while (engine.Call("GetExecutionHistory", request).body.find("TaskSubmitted") == std::string::npos) {
      std::this_thread::yield();
    }
  }
};

TEST_CASE_FIXTURE(Parents, "a state starts an execution and goes on") {
  Create("child", kPass);
  const ExecutionResult end =
      Run(Parent("states:startExecution", kChild + std::string(R"(, "Name": "c", "Input": {"a": 1})")));
  CHECK(end.status == "SUCCEEDED");
  const Value output = Json(end.output);
  const std::string child = "arn:aws:states:us-east-1:123456789012:execution:child:c";
  CHECK(Text(output, "ExecutionArn") == child);
  CHECK(output.Find("StartDate")->as_int() > 1'700'000'000'000);
  CHECK(Text(*output.Find("SdkHttpMetadata"), "HttpStatusCode") == "200");
  CHECK(engine.Wait(child).output == R"({"a":1})");
}

TEST_CASE_FIXTURE(Parents, "a state waits for the execution that it started") {
  Create("child", kPass);
  Create("fails", kFails);
  const std::string input = R"(, "Input": {"a": [1]})";
  const Value sync = Json(Run(Parent("states:startExecution.sync", kChild + input), "sync").output);
  CHECK(Text(sync, "Status") == "SUCCEEDED");
  CHECK(sync.Find("Output")->as_string() == R"({"a":[1]})");
  CHECK(sync.Find("Input")->as_string() == R"({"a":[1]})");
  CHECK(sync.Find("StopDate")->is_int());
  const Value sync2 = Json(Run(Parent("states:startExecution.sync:2", kChild + input), "sync2").output);
  CHECK(ToJson(*sync2.Find("Output")) == R"({"a":[1]})");

  const ExecutionResult failed =
      Run(Parent("states:startExecution.sync:2",
                 R"("StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:fails")"),
          "failed");
  CHECK(failed.error == "States.TaskFailed");
  const Value cause = Json(failed.cause.value_or(""));
  CHECK(Text(cause, "Error") == "Broken");
  CHECK(Text(cause, "Cause") == "because");
  CHECK(Text(cause, "Status") == "FAILED");
}

TEST_CASE_FIXTURE(Parents, "what cannot be started fails the state") {
  Create("child", kPass);
  CHECK(Run(Parent("states:startExecution", R"("StateMachineArn": 7)"), "none").error == "States.Runtime");
  const ExecutionResult missing =
      Run(Parent("states:startExecution",
                 R"("StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:nobody")"),
          "missing");
  CHECK(missing.error == "StepFunctions.StateMachineDoesNotExistException");
  Start("arn:aws:states:us-east-1:123456789012:stateMachine:child", "taken", "1");
  const ExecutionResult taken =
      Run(Parent("states:startExecution", kChild + std::string(R"(, "Name": "taken", "Input": 1)")), "taken");
  CHECK(taken.error == "StepFunctions.ExecutionAlreadyExistsException");
}

TEST_CASE_FIXTURE(Parents, "an execution that is waited for ends with who waits") {
  Create("child", testing::kWait);
  const std::string parent =
      Create("m", Parent("states:startExecution.sync", kChild + std::string(R"(, "Name": "c")")));
  const std::string execution = Start(parent, "p");
  const Value child = Of("executionArn", "arn:aws:states:us-east-1:123456789012:execution:child:c");
  while (engine.Call("DescribeExecution", ToJson(child)).status != 200) std::this_thread::yield();
  AwaitSubmitted(execution);
  Call("StopExecution", Of("executionArn", execution));
  CHECK(engine.Wait(Text(child, "executionArn")).status == "ABORTED");
}

// An engine that stops while a parent waits for its child; gives the parent.
std::string LeaveWaiting(const EngineOptions& options) {
  Parents client(options);
  client.Create("child", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "P"},
                                                        "P": {"Type": "Pass", "Result": "done", "End": true}}})");
  const std::string parent = client.Start(client.Create("m", Parent("states:startExecution.sync:2", kChild)), "p");
  client.AwaitSubmitted(parent);
  return parent;
}

TEST_CASE("a restart neither starts a nested execution twice nor forgets who waits for it") {
  TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  const std::string parent = LeaveWaiting(options);
  Parents client(options);
  CHECK(Text(Json(client.engine.Wait(parent).output), "Output") == "done");
  const Value children =
      client.Call("ListExecutions", Of("stateMachineArn", "arn:aws:states:us-east-1:123456789012:stateMachine:child"));
  CHECK(children.Find("executions")->size() == 1);
  const Value history = client.Call("GetExecutionHistory", Of("executionArn", parent));
  int submitted = 0;
  for (const Value& event : history.Find("events")->items()) submitted += Text(event, "type") == "TaskSubmitted";
  CHECK(submitted == 1);
}

TEST_CASE_FIXTURE(Parents, "the operations of the API are tasks of aws-sdk:sfn") {
  Create("child", kPass);
  const Value described = Json(Run(Parent("aws-sdk:sfn:describeStateMachine", kChild), "describe").output);
  CHECK(Text(described, "Name") == "child");
  CHECK(Text(*described.Find("LoggingConfiguration"), "Level") == "OFF");
  CHECK(Text(described, "CreationDate").ends_with("Z"));
  const ExecutionResult refused =
      Run(Parent("aws-sdk:sfn:sendTaskSuccess", R"("TaskToken": "t", "Output": {"a": 1})"), "token");
  CHECK(refused.error == "Sfn.InvalidTokenException");
  CHECK(refused.cause->starts_with("Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: "));
  CHECK(refused.cause->ends_with(") (SDK Attempt Count: 1)"));
  CHECK(Run(Parent("aws-sdk:sfn:makeCoffee", "\"Sugar\": 1"), "coffee").error == "Sfn.UnknownOperationException");
}

TEST_CASE("who is taken up alone takes up the execution that it waits for") {
  TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  const std::string parent = LeaveWaiting(options);
  options.resume = false;
  Parents client(options);
  EngineCore& core = client.engine.core();
  const auto machine = core.store().FindStateMachine("m");
  core.Recover(*core.store().FindExecution(machine->id, "p"), /*resume=*/true);
  CHECK(Text(Json(client.engine.Wait(parent).output), "Output") == "done");
}

}  // namespace
}  // namespace gait
