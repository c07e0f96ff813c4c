// The operations as a client sees them: requests and answers as JSON.
#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "api/engine.h"
#include "api/operation_table.h"
#include "api/request_checks.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::kPass;
using testing::kRole;
using testing::kWait;
using testing::Of;
using testing::Text;

// Returns when there is no such state machine; never, if it stays.
void WaitUntilGone(Engine& engine, std::string_view name) {
  while (engine.core().store().FindStateMachine(name)) std::this_thread::yield();
}

TEST_CASE_FIXTURE(Client, "a state machine is created, described, updated, listed and deleted") {
  const std::string arn = Create("m", kPass);
  Value described = Call("DescribeStateMachine", Of("stateMachineArn", arn));
  CHECK(Text(described, "name") == "m");
  CHECK(Text(described, "status") == "ACTIVE");
  CHECK(Text(described, "type") == "STANDARD");
  CHECK(Text(described, "definition") == kPass);
  CHECK(Text(described, "roleArn") == kRole);
  CHECK(described.Find("creationDate")->is_number());
  CHECK(Text(*described.Find("loggingConfiguration"), "level") == "OFF");

  const Value updated = Call("UpdateStateMachine", Of("stateMachineArn", arn).With("definition", Value::String(kWait)));
  CHECK(Text(updated, "revisionId").size() == 36);
  CHECK(Text(Call("DescribeStateMachine", Of("stateMachineArn", arn)), "definition") == kWait);

  const Value listed = Call("ListStateMachines", Value::Object());
  CHECK(listed.Find("stateMachines")->size() == 1);
  CHECK(Call("DeleteStateMachine", Of("stateMachineArn", arn)).size() == 0);
  CHECK(Refused("DescribeStateMachine", Of("stateMachineArn", arn)) ==
        "StateMachineDoesNotExist: State Machine Does Not Exist: '" + arn + "'");
  CHECK(Call("DeleteStateMachine", Of("stateMachineArn", arn)).size() == 0);  // once more is no error
}

TEST_CASE_FIXTURE(Client, "what a description leaves out, and what it adds") {
  const std::string reads = R"({"StartAt": "P", "States": {
    "P": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Q"},
    "Q": {"Type": "Parallel", "OutputPath": "$b", "End": true, "Branches": [{"StartAt": "R", "States": {
      "R": {"Type": "Pass", "Parameters": {"b.$": "$b", "a.$": "$a"}, "End": true}}}]}}})";
  const std::string arn = Create("m", reads);
  CHECK(Text(Call("DescribeStateMachine", Of("stateMachineArn", arn)), "variableReferences") ==
        R"({"Q":["b"],"R":["a","b"]})");
  const Value some = Of("stateMachineArn", arn).With("includedData", Value::String("METADATA_ONLY"));
  CHECK(Text(Call("DescribeStateMachine", some), "definition") == "");
  CHECK(Call("DescribeStateMachine", some).Find("variableReferences") == nullptr);
  const std::string execution = Start(arn, "e");
  engine.Wait(execution);
  const Value metadata =
      Call("DescribeExecution", Of("executionArn", execution).With("includedData", Value::String("METADATA_ONLY")));
  CHECK(metadata.Find("output") == nullptr);
  CHECK(metadata.Find("input") == nullptr);
  CHECK(Text(metadata, "status") == "SUCCEEDED");
}

TEST_CASE_FIXTURE(Client, "where executions are to be logged must be said once") {
  const auto refused = [&](const char* logging) {
    return Refused("CreateStateMachine", Of("name", "m")
                                             .With("definition", Value::String(kPass))
                                             .With("roleArn", Value::String(kRole))
                                             .With("loggingConfiguration", Json(logging)));
  };
  const std::string once =
      "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log "
      "Destination.";
  CHECK(refused(R"({"level": "ALL"})") == once);
  CHECK(refused(R"({"level": "OFF", "destinations": [{}, {}]})") == once);
  CHECK(refused(R"({"level": "SOME"})")
            .ends_with("Value 'SOME' at 'loggingConfiguration.level' failed to satisfy constraint: Member must satisfy "
                       "enum value set: [ALL, ERROR, FATAL, OFF]"));
}

TEST_CASE_FIXTURE(Client, "creating the same state machine again is no error, another of its name is") {
  CHECK(Create("m", kPass) == Create("m", kPass));
  CHECK(Refused("CreateStateMachine",
                Of("name", "m").With("definition", Value::String(kWait)).With("roleArn", Value::String(kRole))) ==
        "StateMachineAlreadyExists: State Machine Already Exists: "
        "'arn:aws:states:us-east-1:123456789012:stateMachine:m'");
}

TEST_CASE_FIXTURE(Client, "an invalid definition is refused with all that is wrong with it") {
  CHECK(Refused("CreateStateMachine",
                Of("name", "m")
                    .With("definition", Value::String(R"({"StartAt": "X", "States": {"P": {"Type": "Pass"}}})"))
                    .With("roleArn", Value::String(kRole))) ==
        "InvalidDefinition: Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: X at "
        "/StartAt, "
        "SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/P, "
        "MISSING_TRANSITION_TARGET: State \"P\" is not reachable. at /States/P'");
}

TEST_CASE_FIXTURE(Client, "an execution is started, described and listed, and its history read") {
  const std::string machine = Create("m", kPass);
  const std::string execution = Start(machine, "e", R"({"a": 1})");
  engine.Wait(execution);
  const Value described = Call("DescribeExecution", Of("executionArn", execution));
  CHECK(Text(described, "status") == "SUCCEEDED");
  CHECK(Text(described, "stateMachineArn") == machine);
  CHECK(Text(described, "input") == R"({"a": 1})");
  CHECK(Text(described, "output") == R"({"a":1})");
  CHECK(Text(described, "inputDetails") == R"({"included":true})");
  CHECK(Text(described, "redriveStatus") == "NOT_REDRIVABLE");
  CHECK(described.Find("stopDate")->is_number());

  const Value listed = Call("ListExecutions", Of("stateMachineArn", machine));
  CHECK(listed.Find("executions")->size() == 1);
  CHECK(Text(listed.Find("executions")->items()[0], "name") == "e");
  CHECK(Call("ListExecutions", Of("stateMachineArn", machine).With("statusFilter", Value::String("FAILED")))
            .Find("executions")
            ->size() == 0);

  const Value history = Call("GetExecutionHistory", Of("executionArn", execution));
  const Value& events = *history.Find("events");
  REQUIRE(events.size() == 4);
  CHECK(Text(events.items()[0], "type") == "ExecutionStarted");
  CHECK(Text(events.items()[3], "type") == "ExecutionSucceeded");
  const Value reversed = Call("GetExecutionHistory", Of("executionArn", execution)
                                                         .With("reverseOrder", Value::Bool(true))
                                                         .With("includeExecutionData", Value::Bool(false)));
  CHECK(Text(reversed.Find("events")->items()[0], "type") == "ExecutionSucceeded");
  CHECK(reversed.Find("events")->items()[0].Find("executionSucceededEventDetails")->Find("output") == nullptr);
  CHECK(Text(Call("DescribeStateMachineForExecution", Of("executionArn", execution)), "definition") == kPass);
}

TEST_CASE_FIXTURE(Client, "the same start once more, while the execution runs, is answered with it") {
  const std::string machine = Create("m", kWait);
  const std::string execution = Start(machine, "e", R"({"a": 1})");
  CHECK(Start(machine, "e", R"({"a": 1})") == execution);
  const Value other =
      Of("stateMachineArn", machine).With("name", Value::String("e")).With("input", Value::String("{}"));
  CHECK(Refused("StartExecution", other) == "ExecutionAlreadyExists: Execution Already Exists: '" + execution + "'");
  const Value stopped =
      Call("StopExecution",
           Of("executionArn", execution).With("error", Value::String("E")).With("cause", Value::String("c")));
  CHECK(stopped.Find("stopDate")->is_number());
  const Value described = Call("DescribeExecution", Of("executionArn", execution));
  CHECK(Text(described, "status") == "ABORTED");
  CHECK(Text(described, "error") == "E");
  CHECK(Text(described, "cause") == "c");
  const Value same = other.With("input", Value::String(R"({"a": 1})"));
  CHECK(Refused("StartExecution", same) == "ExecutionAlreadyExists: Execution Already Exists: '" + execution + "'");
  // Stopping it once more changes nothing.
  CHECK(ToJson(Call("StopExecution", Of("executionArn", execution))) == ToJson(stopped));
}

TEST_CASE_FIXTURE(Client, "deleting a state machine ends what it runs") {
  const std::string machine = Create("m", kWait);
  const std::string execution = Start(machine, "e");
  std::promise<std::string> status;
  engine.WhenEnded(execution, [&](const ExecutionResult& end) { status.set_value(end.status); });
  Call("DeleteStateMachine", Of("stateMachineArn", machine));
  CHECK(Refused("StartExecution", Of("stateMachineArn", machine)).starts_with("StateMachine"));
  CHECK(status.get_future().get() == "ABORTED");
  WaitUntilGone(engine, "m");
}

TEST_CASE("a deletion that was interrupted is finished at the next start") {
  const TempFolder folder;
  const EngineOptions options{.database = folder.File("gait.db")};
  {
    Engine engine(options);
    engine.StartExecution(engine.CreateStateMachine("m", kWait));
    StateMachineRecord machine = *engine.core().store().FindStateMachine("m");
    machine.deleting = true;
    engine.core().store().UpdateStateMachine(machine, std::nullopt);
  }
  Engine engine(options);
  WaitUntilGone(engine, "m");
  CHECK(engine.core().runner().running() == 0);
}

TEST_CASE_FIXTURE(Client, "lists come in pages") {
  const std::string machine = Create("m", kPass);
  for (int i = 0; i < 5; ++i) engine.Wait(Start(machine, "e" + std::to_string(i)));
  Value request = Of("stateMachineArn", machine).With("maxResults", Value::Int(2));
  std::string names;
  for (int page = 0; page < 3; ++page) {
    const Value answer = Call("ListExecutions", request);
    for (const Value& e : answer.Find("executions")->items()) names += Text(e, "name") + " ";
    const Value* token = answer.Find("nextToken");
    REQUIRE((token != nullptr) == (page < 2));
    if (token != nullptr) request = std::move(request).With("nextToken", *token);
  }
  CHECK(names == "e4 e3 e2 e1 e0 ");  // the newest first
  CHECK(Refused("ListExecutions", request.With("nextToken", Value::String("made up"))).starts_with("InvalidToken: "));
  // A token of one list is none of another.
  CHECK(Refused("ListStateMachines", Value::Object({{"nextToken", *request.Find("nextToken")}}))
            .starts_with("InvalidToken: "));
}

TEST_CASE_FIXTURE(Client, "EXPRESS answers when it has ended") {
  const std::string machine = Create("m", kPass, "EXPRESS");
  const Value answer =
      Call("StartSyncExecution",
           Of("stateMachineArn", machine).With("name", Value::String("e")).With("input", Value::String("[1]")));
  CHECK(Text(answer, "status") == "SUCCEEDED");
  CHECK(Text(answer, "output") == "[1]");
  CHECK(Text(answer, "executionArn").starts_with("arn:aws:states:us-east-1:123456789012:express:m:e:"));
  CHECK(Refused("ListExecutions", Of("stateMachineArn", machine)).starts_with("StateMachineTypeNotSupported: "));
}

TEST_CASE_FIXTURE(Client, "ValidateStateMachineDefinition gives findings, not errors") {
  CHECK(ToJson(Call("ValidateStateMachineDefinition", Of("definition", kPass))) ==
        R"({"result":"OK","diagnostics":[],"truncated":false})");
  const Value answer = Call("ValidateStateMachineDefinition",
                            Of("definition", R"({"StartAt": "P", "States": {"P": {"Type": "Pass"}}})"));
  CHECK(Text(answer, "result") == "FAIL");
  CHECK(
      ToJson(answer.Find("diagnostics")->items()[0]) ==
      R"({"severity":"ERROR","code":"SCHEMA_VALIDATION_FAILED","message":"This object should have only one of the following )"
      R"(fields: [Next, End]","location":"/States/P"})");
  // Warnings are for those who ask; a machine that has some is taken.
  const Value odd = Of("definition", R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
      "Parameters": {"id": "$.id"}}}})");
  CHECK(Call("ValidateStateMachineDefinition", odd).Find("diagnostics")->size() == 0);
  const Value warned = Call("ValidateStateMachineDefinition", Value(odd).With("severity", Value::String("WARNING")));
  CHECK(Text(warned, "result") == "OK");
  REQUIRE(warned.Find("diagnostics")->size() == 1);
  CHECK(Text(warned.Find("diagnostics")->items()[0], "code") == "NO_DOLLAR");
  CHECK(Text(warned.Find("diagnostics")->items()[0], "location") == "/States/P/Parameters/id");
}

TEST_CASE_FIXTURE(Client, "ARNs that name nothing") {
  CHECK(Refused("DescribeExecution", Of("executionArn", "x")).starts_with("InvalidArn: "));
  CHECK(Refused("DescribeExecution", Of("executionArn", "arn:aws:states:us-east-1:123456789012:stateMachine:m"))
            .starts_with("InvalidArn: "));
  CHECK(Refused("StopExecution", Of("executionArn", "arn:aws:states:us-east-1:123456789012:execution:m:e")) ==
        "ExecutionDoesNotExist: Execution Does Not Exist: 'arn:aws:states:us-east-1:123456789012:execution:m:e'");
}

TEST_CASE("requests are held to the model's constraints") {
  static constexpr std::string_view kColors[] = {"red", "blue"};
  static constexpr MemberRow kMembers[] = {{"name", MemberType::kText, true, 1, 5},
                                           {"count", MemberType::kInteger, false, 0, 10},
                                           {"color", MemberType::kText, false, 0, 9, kColors}};
  const auto error = [&](std::string_view request) {
    const auto found = CheckRequest(Json(request), kMembers);
    return found ? found->code + ": " + found->message : "";
  };
  CHECK(error(R"({"name": "abcde", "count": 10, "color": "red", "other": 1})").empty());
  CHECK(error(R"({"name": "äöüßé"})").empty());  // characters, not bytes
  CHECK(error("[]").starts_with("SerializationException: "));
  CHECK(error(R"({"name": 1})").starts_with("SerializationException: "));
  CHECK(error("{}") ==
        "ValidationException: 1 validation error detected: Value null at 'name' failed to satisfy constraint: Member "
        "must not be null");
  CHECK(error(R"({"name": "abcdef", "count": 11, "color": "pink"})") ==
        "ValidationException: 3 validation errors detected: Value 'abcdef' at 'name' failed to satisfy constraint: "
        "Member must have "
        "length less than or equal to 5; Value '11' at 'count' failed to satisfy constraint: Member must have value "
        "less than or "
        "equal to 10; Value 'pink' at 'color' failed to satisfy constraint: Member must satisfy enum value set: [red, "
        "blue]");
}

TEST_CASE("names") {
  for (const char* name : {"a", "A-1_b", "päng", "12"}) CHECK(IsValidName(name));
  for (const char* name : {"", "a b", "a/b", "a*b", "a:b", "a\tb", "a\xc2\x80z", "a$b"}) CHECK_FALSE(IsValidName(name));
  CHECK(IsValidName(std::string(80, 'n')));
  CHECK_FALSE(IsValidName(std::string(81, 'n')));
}

}  // namespace
}  // namespace gait
