#include "api/test_cases.h"

#include <doctest/doctest.h>

#include <fstream>
#include <mutex>
#include <vector>

#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Json;
using testing::Of;
using testing::Text;

constexpr const char* kMocks = R"({
  "StateMachines": {
    "m": {"TestCases": {
      "Ok": {"T": "ok"}, "Again": {"T": "again"}, "Fails": {"T": "fails"}, "Runs out": {"T": "again", "U": "ok"},
      "Counts": {"T": "counts"}, "None": {"Nowhere": "ok"}}}},
  "MockedResponses": {
    "ok": {"0-99": {"Return": {"ok": true}}},
    "again": {"0": {"Throw": {"Error": "Busy", "Cause": "not yet"}}, "1": {"Return": "at last"}},
    "fails": {"0-99": {"Throw": {"Error": "Broken", "Cause": "for good"}}},
    "counts": {"0": {"Return": 0}, "1": {"Return": 1}, "2": {"Return": 2}}}})";

std::string Task(const std::string& resource, const std::string& fields = "") {
  return R"({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ")" + resource + R"(", )" + fields +
         R"("End": true}}})";
}

struct Files {
  Files() { std::ofstream(folder.File("mocks.json")) << kMocks; }
  EngineOptions Options(std::string database = "") const {
    EngineOptions options;
    options.database = std::move(database);
    options.mock_config_file = folder.File("mocks.json");
    options.virtual_clock = true;
    return options;
  }
  TempFolder folder;
};

struct Mocked : Files, testing::Client {
  Mocked() : testing::Client(Options()) {}

  ExecutionResult Run(const std::string& machine, const std::string& test_case) {
    const std::string arn = Start(machine + "#" + test_case, "e" + std::to_string(++count));
    ExecutionResult result = engine.Wait(arn);
    types.clear();
    const Value history = Json(engine.ExecutionHistory(arn));
    for (const Value& event : history.Find("events")->items()) types.push_back(Text(event, "type"));
    return result;
  }
  std::string Types() const {
    std::string all;
    for (const std::string& type : types) all += (all.empty() ? "" : " ") + type;
    return all;
  }

  int count = 0;
  std::vector<std::string> types;
};

TEST_CASE_FIXTURE(Mocked, "a task of every kind is answered, with the events of its kind") {
  struct Case {
    std::string resource, events;
  };
  Call("CreateActivity", Of("name", "a"));
  for (const Case& c : std::vector<Case>{
           {"arn:aws:states:::lambda:invoke", "TaskScheduled TaskStarted TaskSucceeded"},
           {"arn:aws:lambda:us-east-1:123456789012:function:f",
            "LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded"},
           {"arn:aws:states:us-east-1:123456789012:activity:a", "ActivityScheduled ActivityStarted ActivitySucceeded"},
           {"arn:aws:states:::aws-sdk:s3:listBuckets", "TaskScheduled TaskStarted TaskSucceeded"},
           {"arn:aws:states:::http:invoke", "TaskScheduled TaskStarted TaskSucceeded"},
           {"arn:aws:states:::glue:startJobRun.sync", "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded"},
           {"arn:aws:states:::states:startExecution.sync:2", "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded"},
           {"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded"}}) {
    CAPTURE(c.resource);
    const std::string machine = engine.CreateStateMachine("m", Task(c.resource));
    const ExecutionResult end = Run(machine, "Ok");
    CHECK(end.status == "SUCCEEDED");
    CHECK(end.output == R"({"ok":true})");
    CHECK(Types() == "ExecutionStarted TaskStateEntered " + c.events + " TaskStateExited ExecutionSucceeded");
    const ExecutionResult failed = Run(machine, "Fails");
    CHECK(failed.status == "FAILED");
    CHECK(failed.error == "Broken");
    CHECK(failed.cause == "for good");
  }
}

TEST_CASE_FIXTURE(Mocked, "a retry is the next attempt, and so is entering the state again") {
  const std::string service = "arn:aws:states:::dynamodb:getItem";
  const std::string retry = R"("Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}], )";
  const std::string machine = engine.CreateStateMachine("m", Task(service, retry));
  CHECK(Run(machine, "Again").output == R"("at last")");

  engine.CreateStateMachine("m", R"({"StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 2, "Next": "T"}], "Default": "S"},
    "S": {"Type": "Succeed"}}})");
  CHECK(Run(machine, "Counts").output == "2");

  engine.CreateStateMachine("m", R"({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1,
    "ItemsPath": "$.items", "End": true, "ItemProcessor": {"StartAt": "T", "States": {
      "T": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true}}}}}})");
  const std::string arn = Start(machine + "#Counts", "map", R"({"items": [7, 8, 9]})");
  CHECK(engine.Wait(arn).output == "[0,1,2]");
}

TEST_CASE_FIXTURE(Mocked, "the children of a Distributed Map run the test case, each from its first attempt") {
  const std::string machine = engine.CreateStateMachine("m", R"({"StartAt": "M", "States": {"M": {"Type": "Map",
    "ItemsPath": "$.items", "End": true, "ItemProcessor": {
      "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
      "T": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true}}}}}})");
  CHECK(engine.Wait(Start(machine + "#Counts", "map", R"({"items": [7, 8, 9]})")).output == "[0,0,0]");
}

TEST_CASE_FIXTURE(Mocked, "an attempt without an answer fails the execution, whatever it catches") {
  const std::string retry =
      R"("Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "P"}], )";
  const std::string machine = engine.CreateStateMachine("m", R"({"StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", )" +
                                                                 retry + R"("Next": "T2"},
    "T2": {"Type": "Pass", "Next": "T"},
    "P": {"Type": "Pass", "End": true}}})");
  const ExecutionResult end = Run(machine, "Runs out");
  CHECK(end.status == "FAILED");
  CHECK(end.error == "States.Runtime");
  CHECK(end.cause == "The mocked response 'again' has no answer for attempt 2.");
}

TEST_CASE_FIXTURE(Mocked, "what the test case does not name does its work") {
  engine.RegisterFunction("real", [](const TaskInput&) { return R"("done")"; });
  const std::string machine = engine.CreateStateMachine("m", R"({"StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "R"},
    "R": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:real", "End": true}}})");
  CHECK(Run(machine, "Ok").output == R"("done")");
  // Without a test case nothing is mocked.
  CHECK(Run(machine, "").error == "States.TaskFailed");
  CHECK(Run(machine, "None").error == "States.TaskFailed");
}

TEST_CASE_FIXTURE(Mocked, "EXPRESS state machines have test cases too") {
  const std::string machine = engine.CreateStateMachine("m", Task("arn:aws:states:::dynamodb:getItem"), "EXPRESS");
  CHECK(engine.StartSyncExecution(machine + "#Ok").output == R"({"ok":true})");
  CHECK(engine.StartSyncExecution(machine + "#Fails").error == "Broken");
}

TEST_CASE_FIXTURE(Mocked, "a test case that is not there is refused") {
  const std::string machine = engine.CreateStateMachine("m", testing::kPass);
  CHECK(Refused("StartExecution", Of("stateMachineArn", machine + "#ok")) ==
        "ValidationException: The mock configuration has no test case 'ok' of the state machine 'm'; did you mean "
        "'Ok'?");
  const std::string other = engine.CreateStateMachine("other", testing::kPass);
  CHECK(Refused("StartExecution", Of("stateMachineArn", other + "#Ok")) ==
        "ValidationException: The mock configuration has no state machine 'other'");
  CHECK(Refused("StartExecution", Of("stateMachineArn", other + "x#Ok")) ==
        "StateMachineDoesNotExist: State Machine Does Not Exist: '" + other + "x'");

  testing::Client without;
  without.engine.CreateStateMachine("m", testing::kPass);
  CHECK(without.Refused("StartExecution", Of("stateMachineArn", machine + "#Ok")) ==
        "StateMachineDoesNotExist: State Machine Does Not Exist: '" + machine + "#Ok'");
}

TEST_CASE_FIXTURE(Mocked, "the same start again is one with the same test case") {
  const std::string machine = engine.CreateStateMachine("m", testing::kWait);
  engine.core().runner().StopClock();  // it goes on waiting
  const std::string arn = Start(machine + "#Ok", "one");
  CHECK(Start(machine + "#Ok", "one") == arn);
  const Value other =
      Of("stateMachineArn", machine + "#Fails").With("name", Value::String("one")).With("input", Value::String("{}"));
  CHECK(Refused("StartExecution", other).starts_with("ExecutionAlreadyExists"));
}

TEST_CASE_FIXTURE(Files, "a state that is mocked and not there is told of") {
  std::mutex mutex;
  std::vector<std::string> lines;
  EngineOptions options = Options();
  options.log = [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    lines.emplace_back(line);
  };
  testing::Client client(std::move(options));
  const std::string machine = client.engine.CreateStateMachine("m", testing::kPass);
  client.engine.Wait(client.Start(machine + "#None", "e"));
  const std::lock_guard lock(mutex);
  CHECK(lines == std::vector<std::string>{"warning: the test case 'None' mocks the state 'Nowhere', which the state "
                                          "machine 'm' does not have"});
}

// The engine is stopped while the state waits to be retried.
TEST_CASE_FIXTURE(Files, "an execution that is taken up again has its test case, and counts on") {
  const std::string retry = R"("Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60}], )";
  for (const bool with_mocks : {true, false}) {
    CAPTURE(with_mocks);
    const std::string database = folder.File(with_mocks ? "with.db" : "without.db");
    std::string arn;
    {
      EngineOptions options = Options(database);
      options.virtual_clock = false;
      testing::Client client(options);
      const std::string machine =
          client.engine.CreateStateMachine("m", Task("arn:aws:states:::dynamodb:getItem", retry));
      arn = client.Start(machine + "#Again", "e");
      const auto failed = [&] { return client.engine.ExecutionHistory(arn).find("TaskFailed") != std::string::npos; };
      while (!failed()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EngineOptions options = Options(database);
    if (!with_mocks) options.mock_config_file.clear();
    Engine engine(options);
    const ExecutionResult end = engine.Wait(arn);
    CHECK(end.output == (with_mocks ? R"("at last")" : ""));
    if (!with_mocks) {
      CHECK(end.error == "States.Runtime");
      CHECK(end.cause == "The mock configuration has no test case 'Again' of the state machine 'm'.");
    }
  }
}

TEST_CASE_FIXTURE(Files, "a faulty configuration keeps the engine from starting") {
  const std::string file = folder.File("bad.json");
  std::ofstream(file) << "{\n \"MockedResponses\": {\"r\": {\"0\": {}}}}";
  EngineOptions options;
  options.mock_config_file = file;
  CHECK_THROWS_WITH_AS(Engine{options},
                       ("the mock configuration is wrong:\n  " + file +
                        ":2:28: The attempt has no answer (give it a \"Return\" or a \"Throw\") at "
                        "/MockedResponses/r/0 [attempt-without-answer]")
                           .c_str(),
                       EngineError);
}

}  // namespace
}  // namespace gait
