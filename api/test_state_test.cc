// TestState as a client sees it. What AWS answered to it is in the conformance suite; here is what that does not cover,
// and what must hold whatever the corpora say.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/api_client.h"
#include "tests/support/http_server.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::kRole;
using testing::Text;

EngineOptions Options(std::string service_models = {}) {
  EngineOptions options;
  options.service_models = std::move(service_models);
  return options;
}

struct Tester : Client {
  explicit Tester(EngineOptions options = Options()) : Client(std::move(options)) {}

  static Value Request(std::string_view definition, std::string_view more) {
    Value request = Json("{" + std::string(more) + "}");
    return std::move(request).With("definition", Value::String(definition));
  }
  // The request has `definition` and the members that `more` lists.
  Value Test(std::string_view definition, std::string_view more = "") {
    return Call("TestState", Request(definition, more));
  }
  std::string Refusal(std::string_view definition, std::string_view more = "") {
    return Refused("TestState", Request(definition, more));
  }
  static std::string Shown(const Value& answer, std::string_view member) {
    const Value* data = answer.Find("inspectionData");
    return data == nullptr ? "(no data)" : Text(*data, member);
  }
};

constexpr const char* kFunction =
    R"({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "After"})";
constexpr const char* kMap = R"({"Type": "Map", "ItemsPath": "$.list", "End": true, "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}})";

// A Map with more fields than kMap.
std::string MapWith(std::string_view fields) {
  std::string map = kMap;
  return map.insert(1, std::string(fields) + ", ");
}

TEST_CASE_FIXTURE(Tester, "a state is run by itself, and what it leads to need not be there") {
  const Value answer =
      Test(R"({"Type": "Pass", "Result": 1, "ResultPath": "$.one", "Next": "Elsewhere"})", R"("input": "{\"a\": 0}")");
  CHECK(ToJson(answer) == R"({"output":"{\"a\":0,\"one\":1}","nextState":"Elsewhere","status":"SUCCEEDED"})");
  CHECK(Text(Test(R"({"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 3, "Next": "Few"}],
                      "Default": "Many"})",
                  R"("input": "{\"n\": 3}")"),
             "nextState") == "Many");
  CHECK(Text(Test(R"({"Type": "Fail", "Error": "E", "Cause": "C"})"), "cause") == "C");
}

TEST_CASE_FIXTURE(Tester, "a state of a machine is named, also one within others") {
  const std::string machine = R"({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
      "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "C", "States": {"C": {"Type": "Pass", "Result": "deep", "Next": "D"}, "D": {"Type": "Succeed"}}}]}}}}}})";
  const Value answer = Test(machine, R"("stateName": "C")");
  CHECK(Text(answer, "output") == "\"deep\"");
  CHECK(Text(answer, "nextState") == "D");
  CHECK(Refusal(machine, R"("stateName": "E")") == "ValidationException: State not found in definition");
}

TEST_CASE_FIXTURE(Tester, "variables are seen, and shown as they are afterwards") {
  const Value answer = Test(R"({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x + 1 %}",
                                "Assign": {"y": "{% $x %}"}, "End": true})",
                            R"("variables": "{\"x\": 4}", "inspectionLevel": "DEBUG")");
  CHECK(Text(answer, "output") == "5");
  CHECK(Shown(answer, "variables") == R"({"x":4,"y":4})");
  CHECK(Refusal(R"({"Type": "Succeed"})", R"("variables": "[]")") ==
        "ValidationException: Variables must be a valid JSON object");
}

TEST_CASE_FIXTURE(Tester, "a task without a mock is run for real, once, and leaves no execution behind") {
  int calls = 0;
  engine.RegisterFunction("f", [&](const TaskInput& task) {
    ++calls;
    CHECK(task.state_name == "StateName");
    return R"({"got": )" + task.payload + "}";
  });
  const std::string role = R"("roleArn": ")" + std::string(kRole) + R"(", "inspectionLevel": "TRACE")";
  const Value answer = Test(kFunction, role + R"(, "input": "{\"a\": 1}")");
  CHECK(Text(answer, "status") == "SUCCEEDED");
  CHECK(Text(answer, "output") == R"({"got":{"a":1}})");
  CHECK(Text(answer, "nextState") == "After");
  CHECK(Shown(answer, "input") == R"({"a": 1})");
  CHECK(Shown(answer, "result") == R"({"got":{"a":1}})");
  CHECK(calls == 1);
  CHECK(Call("ListStateMachines", Value::Object()).Find("stateMachines")->size() == 0);
  CHECK(Refusal(kFunction) == "ValidationException: RoleArn must be specified when testing a Task state");
}

TEST_CASE_FIXTURE(Tester, "a task that fails is not tried again: the answer says what Retry and Catch would do") {
  int calls = 0;
  engine.RegisterFunction("f", [&](const TaskInput&) -> std::string {
    ++calls;
    throw TaskError("Busy", "later");
  });
  const std::string role = R"("inspectionLevel": "DEBUG", "roleArn": ")" + std::string(kRole) + '"';
  const std::string retried = std::string(kFunction).insert(
      1, R"("Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Busy"], "IntervalSeconds": 7}],)");
  Value answer = Test(retried, role);
  CHECK(Text(answer, "status") == "RETRIABLE");
  CHECK(Text(answer, "error") == "Busy");
  CHECK(Text(answer, "output") == "(absent)");
  CHECK(Shown(answer, "errorDetails") == R"({"retryIndex":1,"retryBackoffIntervalSeconds":7})");
  const std::string caught = std::string(kFunction).insert(
      1, R"("Catch": [{"ErrorEquals": ["Other"], "Next": "A"}, {"ErrorEquals": ["States.ALL"], "Next": "B"}],)");
  answer = Test(caught, role);
  CHECK(Text(answer, "status") == "CAUGHT_ERROR");
  CHECK(Text(answer, "nextState") == "B");
  CHECK(Json(Text(answer, "output")).Find("Error")->as_string() == "Busy");
  CHECK(Shown(answer, "errorDetails") == R"({"catchIndex":1})");
  CHECK(Text(Test(kFunction, role), "status") == "FAILED");
  CHECK(calls == 3);
}

TEST_CASE("a wait waits, and what takes longer than five minutes fails") {
  EngineOptions options;
  options.virtual_clock = true;
  Tester tester(std::move(options));
  const auto now = [&] { return tester.engine.core().clock().Now().ms; };
  const int64_t start = now();
  CHECK(Text(tester.Test(R"({"Type": "Wait", "Seconds": 200, "Next": "X"})"), "nextState") == "X");
  CHECK(now() - start == 200'000);
  const Value answer = tester.Test(R"({"Type": "Wait", "Seconds": 301, "Next": "X"})");
  CHECK(Text(answer, "status") == "FAILED");
  CHECK(Text(answer, "error") == "States.Timeout");
  CHECK(now() - start == 500'000);
}

TEST_CASE("TimeoutSeconds is kept, and the task given up") {
  EngineOptions options;
  Tester tester(std::move(options));
  std::vector<Completion> held;
  tester.engine.RegisterAsyncFunction("f", [&](const TaskInput&, const Completion& done) { held.push_back(done); });
  const Value answer = tester.Test(std::string(kFunction).insert(1, R"("TimeoutSeconds": 1,)"),
                                   R"("roleArn": ")" + std::string(kRole) + '"');
  CHECK(Text(answer, "error") == "States.Timeout");
  REQUIRE(held.size() == 1);
  held[0].Succeed("1");  // nobody waits any more
}

TEST_CASE_FIXTURE(Tester, "a mock stands for the task, its branches or its iterations") {
  const std::string mock = R"("inspectionLevel": "DEBUG", "mock": {"result": "[1, 2]"})";
  CHECK(Text(Test(kFunction, mock), "output") == "[1,2]");  // of a function anything
  CHECK(Text(Test(R"({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:none", "End": true})",
                  mock),
             "output") == "[1,2]");
  CHECK(Text(Test(R"({"Type": "Parallel", "End": true, "Branches": [
                        {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
                        {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}]})",
                  mock),
             "output") == "[1,2]");
  const Value answer = Test(kMap, mock + R"(, "input": "{\"list\": [5, 6]}")");
  CHECK(Text(answer, "output") == "[1,2]");
  CHECK(Shown(answer, "afterItemsPath") == "[5,6]");
  CHECK(Shown(answer, "maxConcurrency") == "0");
  CHECK(Refusal(kMap, mock + R"(, "input": "{\"list\": [5, 6, 7]}")") ==
        "ValidationException: Input array does not equal the mocked result array's size.");
}

TEST_CASE_FIXTURE(Tester, "a Map shows what its iterations would be given") {
  const std::string map = MapWith(R"("ItemSelector": {"n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index"},
      "MaxConcurrency": 1, "ToleratedFailureCount": 1, "ToleratedFailurePercentage": 50,
      "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"of.$": "$.name"}})");
  const Value answer = Test(map, R"("inspectionLevel": "TRACE", "input": "{\"list\": [5, 6, 7], \"name\": \"x\"}",
                                    "mock": {"result": "[1, 2]"})");
  CHECK(Shown(answer, "afterItemSelector") == R"([{"n":5,"at":0},{"n":6,"at":1},{"n":7,"at":2}])");
  CHECK(Shown(answer, "afterItemBatcher") == R"([{"BatchInput":{"of":"x"},"Items":[{"n":5,"at":0},{"n":6,"at":1}]},)"
                                             R"({"BatchInput":{"of":"x"},"Items":[{"n":7,"at":2}]}])");
  CHECK(Shown(answer, "maxConcurrency") == "1");
  CHECK(Shown(answer, "toleratedFailureCount") == "1");
  CHECK(Shown(answer, "toleratedFailurePercentage") == "50.0");
}

TEST_CASE_FIXTURE(Tester, "failed iterations are held against what the Map tolerates") {
  const auto status = [&](std::string_view fields, int failed) {
    const Value answer = Test(fields.empty() ? kMap : MapWith(fields),
                              R"("input": "{\"list\": [5, 6, 7, 8]}", "mock": {"result": "[1, 2, 3, 4]"},
             "stateConfiguration": {"mapIterationFailureCount": )" +
                                  std::to_string(failed) + "}");
    return Text(answer, "status") + " " + Text(answer, "error");
  };
  const std::string exceeded = "FAILED States.ExceedToleratedFailureThreshold";
  CHECK(status("", 3) == "SUCCEEDED (absent)");
  CHECK(status(R"("ToleratedFailureCount": 2)", 2) == "SUCCEEDED (absent)");
  CHECK(status(R"("ToleratedFailureCount": 2)", 3) == exceeded);
  CHECK(status(R"("ToleratedFailurePercentage": 50)", 2) == "SUCCEEDED (absent)");
  CHECK(status(R"("ToleratedFailurePercentage": 50)", 3) == exceeded);
}

TEST_CASE_FIXTURE(Tester, "the items that an ItemReader would have read are given as it would have found them") {
  const auto items = [&](std::string_view config, std::string_view data, int count) {
    std::string result = "[";
    for (int i = 0; i < count; ++i) result += i == 0 ? "0" : ",0";
    const std::string map = MapWith(
        R"("ItemSelector": {"item.$": "$$.Map.Item.Value"}, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
           "Parameters": {"Bucket": "b", "Key": "k"}, "ReaderConfig": )" +
        std::string(config) + "}");
    Value request = Request(map, R"("inspectionLevel": "DEBUG", "input": "{\"max\": 1}")");
    request = std::move(request).With("mock", testing::Of("result", result + "]"));
    const Value answer =
        Call("TestState", std::move(request).With("stateConfiguration", testing::Of("mapItemReaderData", data)));
    return Text(answer, "status") + " " + Text(answer, "error") + " " + Shown(answer, "afterItemSelector");
  };
  const std::string ok = "SUCCEEDED (absent) ";
  CHECK(items(R"({"InputType": "JSON"})", "[1, {\"a\": 2}]", 2) == ok + R"([{"item":1},{"item":{"a":2}}])");
  CHECK(items(R"({"InputType": "JSON", "ItemsPointer": "/a/b"})", R"({"a": {"b": [7]}})", 1) == ok + R"([{"item":7}])");
  CHECK(items(R"({"InputType": "JSON", "MaxItems": 1})", "[1, 2]", 1) == ok + R"([{"item":1}])");
  CHECK(items(R"({"InputType": "JSON", "MaxItemsPath": "$.max"})", "[1, 2]", 1) == ok + R"([{"item":1}])");
  CHECK(items(R"({"InputType": "JSONL"})", "{\"a\": 1}\n\n2\n", 2) == ok + R"([{"item":{"a":1}},{"item":2}])");
  CHECK(items(R"({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"})", "a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n2\r\n",
              2) == ok + R"([{"item":{"a":"1","b":"x, \"y\""}},{"item":{"a":"2","b":""}}])");
  CHECK(items(R"({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["p"], "CSVDelimiter": "PIPE"})",
              "1|2", 1) == ok + R"([{"item":{"p":"1"}}])");
  CHECK(items(R"({"InputType": "JSON"})", "no", 0) == "FAILED States.ItemReaderFailed (absent)");
}

TEST_CASE_FIXTURE(Tester, "a retry count is that of the Retrier which takes the mocked error") {
  const std::string task = std::string(kFunction).insert(1, R"("Catch": [{"ErrorEquals": ["E"], "Next": "C"}],
      "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 2, "MaxDelaySeconds": 5}],)");
  const auto details = [&](int count) {
    const Value answer = Test(task, R"("inspectionLevel": "DEBUG", "mock": {"errorOutput": {"error": "E"}},
        "stateConfiguration": {"retrierRetryCount": )" +
                                        std::to_string(count) + "}");
    return Text(answer, "status") + " " + Shown(answer, "errorDetails");
  };
  CHECK(details(0) == R"(RETRIABLE {"retryIndex":0,"retryBackoffIntervalSeconds":3})");
  CHECK(details(1) == R"(RETRIABLE {"retryIndex":0,"retryBackoffIntervalSeconds":5})");
  CHECK(details(2) == R"(CAUGHT_ERROR {"catchIndex":0,"retryIndex":0})");
}

TEST_CASE_FIXTURE(Tester, "the context object is given whole, or is that of an EXPRESS execution") {
  const std::string task = R"({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}, "ResultSelector": {"c.$": "$$"}, "End": true})";
  const std::string mock = R"("inspectionLevel": "TRACE", "mock": {"result": "{}"})";
  Value answer = Test(task, mock + R"(, "context": "{\"Task\": {\"Token\": \"t-1\"}}")");
  CHECK(Shown(answer, "afterParameters") == R"({"QueueUrl":"q","MessageBody":"t-1"})");
  CHECK(Text(answer, "output") == R"({"c":{"Task":{"Token":"t-1"}}})");
  answer = Test(task, mock);
  const Value parameters = Json(Shown(answer, "afterParameters"));
  CHECK(parameters.Find("MessageBody")->as_string().size() == 64);
  const Value context = *Json(Text(answer, "output")).Find("c");
  CHECK(Text(*context.Find("State"), "Name") == "StateName");
  CHECK(Text(*context.Find("Execution"), "RoleArn") == "null");
  CHECK(Text(*context.Find("Execution"), "Id").starts_with("arn:aws:states:us-east-1:123456789012:express:"));
  const auto refused = [&](const char* given) {
    return Refused("TestState", Request(kFunction, mock).With("context", Value::String(given)));
  };
  const std::string invalid = "ValidationException: Invalid Context object provided: ";
  CHECK(refused("[") == invalid + "must be valid JSON");
  CHECK(refused("[]") == invalid + "must be an object");
  CHECK(refused(R"({"State": 1})") == invalid + "State must be an object");
  CHECK(refused(R"({"State": {"RetryCount": "1"}})") == invalid + "State.RetryCount must be a number");
  CHECK(refused(R"({"Other": {}})") == invalid + "Field 'Other' is not allowed");
  CHECK(refused(R"({"Task": {"Token": "t"}})").starts_with(invalid + "Context object contains 'Task'"));
}

TEST_CASE_FIXTURE(Tester, "TRACE shows what an HTTP Task sent and was answered") {
  TestHttpServer server([](const TestHttpServer::Request&) {
    return TestHttpServer::Reply{.status = 201, .reason = "Made", .headers = {{"X-A", "1"}}, .body = "done"};
  });
  const std::string task =
      R"({"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true, "Parameters": {"ApiEndpoint": ")" +
      server.url() + R"(/orders", "Method": "POST", "Headers": {"X-B": "2"}, "RequestBody": {"id": 1}}})";
  const auto level = [](std::string_view name) {
    return R"("roleArn": ")" + std::string(kRole) + R"(", "inspectionLevel": ")" + std::string(name) + '"';
  };
  const Value answer = Test(task, level("TRACE"));
  CHECK(Text(answer, "status") == "SUCCEEDED");
  const Value* data = answer.Find("inspectionData");
  const Value& request = *data->Find("request");
  CHECK(Text(request, "protocol") == "http");
  CHECK(Text(request, "method") == "POST");
  CHECK(Text(request, "url") == server.url() + "/orders");
  CHECK(Text(request, "headers").find("X-B: 2") != std::string::npos);
  CHECK(Text(request, "body") == R"({"id":1})");
  const Value& response = *data->Find("response");
  CHECK(Text(response, "statusCode") == "201");
  CHECK(Text(response, "statusMessage") == "Made");
  CHECK(Text(response, "headers") == "[X-A: 1, Content-Length: 4]");
  CHECK(Text(response, "body") == "done");
  CHECK(Test(task, level("DEBUG")).Find("inspectionData")->Find("request") == nullptr);
}

TEST_CASE_FIXTURE(Tester, "what cannot be asked for is refused") {
  constexpr struct {
    const char* definition;
    const char* more;
    const char* refusal;
  } kCases[] = {
      {R"({"Type": "Nothing"})", "",
       "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have "
       "one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/StateName/Type'"},
      {"[]", "",
       "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Definition must be a valid "
       "JSON object at null'"},
      {R"({"Type": "Succeed"})", R"("input": "{")",
       "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected end-of-input: expected close marker "
       "for Object'"},
      {R"({"Type": "Succeed"})", R"("input": "{\u00e9")",
       "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character ('\xc3\xa9' (code 233)): "
       "was "
       "expecting double-quote to start field name'"},
      {R"({"Type": "Succeed"})", R"("input": "{\ud83d\ude00")",
       "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character ('?' (code 55357 / "
       "0xd83d)): "
       "was expecting double-quote to start field name'"},
      {R"({"Type": "Succeed"})", R"("inspectionLevel": "ALL")",
       "ValidationException: 1 validation error detected: Value 'ALL' at 'inspectionLevel' failed to satisfy "
       "constraint: Member must satisfy enum value set: [INFO, DEBUG, TRACE]"},
      {R"({"Type": "Succeed"})", R"("mock": {"result": "1", "fieldValidationMode": "SOME"})",
       "ValidationException: 1 validation error detected: Value 'SOME' at 'mock.fieldValidationMode' failed to satisfy "
       "constraint: Member must satisfy enum value set: [STRICT, PRESENT, NONE]"},
      {R"({"Type": "Succeed"})", R"("stateConfiguration": {"retrierRetryCount": -1})",
       "ValidationException: 1 validation error detected: Value '-1' at 'stateConfiguration.retrierRetryCount' failed "
       "to satisfy constraint: Member must have value greater than or equal to 0"},
      {R"({"Type": "Succeed"})", R"("context": "{}")",
       "ValidationException: TestState does not support Context when a mock is not specified."},
      {kFunction, R"("mock": {"errorOutput": {"cause": "why"}})",
       "ValidationException: An error was not specified in the mocked error output."},
      {R"({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "End": true})", "",
       "InvalidDefinition: TestState API does not support '.sync' or '.waitForTaskToken' integration patterns."},
      {kMap, R"("mock": {"errorOutput": {"error": "E"}}, "stateConfiguration": {"errorCausedByState": "Q"})",
       "ValidationException: State not found in definition"},
      {R"({"Type": "Succeed"})", R"("roleArn": "me")", "InvalidArn: Invalid Arn: 'Invalid Role Arn: me'"},
  };
  for (const auto& c : kCases) {
    INFO(c.definition, " ", c.more);
    CHECK(Refusal(c.definition, c.more) == c.refusal);
  }
}

TEST_CASE("a mocked result is checked against the model of its service, or the answer says that it cannot be") {
  const TempFolder folder;
  const std::string model = folder.File("models/dynamodb");
  std::filesystem::create_directories(model + "/2012-08-10");
  std::ofstream(model + "/2012-08-10/service-2.json") << R"({
      "operations": {"PutItem": {"output": {"shape": "Out"}}},
      "shapes": {"Out": {"type": "structure", "required": ["done"], "members": {"done": {"shape": "Flag"}}},
                 "Flag": {"type": "boolean"}}})";
  const std::string models = folder.File("models");
  Tester tester(Options(models));
  const auto put = [](std::string_view service) {
    return R"({"Type": "Task", "Resource": "arn:aws:states:::)" + std::string(service) + R"(:putItem", "End": true})";
  };
  const auto mock = [](const char* result, const char* mode) {
    return R"("mock": {"result": ")" + std::string(result) + R"(", "fieldValidationMode": ")" + mode + "\"}";
  };
  const std::string error = "ValidationException: Mock result schema validation error: ";
  CHECK(Text(tester.Test(put("dynamodb"), mock(R"({\"Done\": true})", "STRICT")), "status") == "SUCCEEDED");
  CHECK(tester.Refusal(put("dynamodb"), mock("{}", "STRICT")) == error + "Required field 'Done' is missing");
  CHECK(Text(tester.Test(put("aws-sdk:dynamodb"), mock("{}", "PRESENT")), "output") == "{}");
  CHECK(tester.Refusal(put("dynamodb"), mock(R"({\"Done\": 1})", "PRESENT")) ==
        error + "Field 'Done' must be a boolean");
  CHECK(Text(tester.Test(put("dynamodb"), mock(R"({\"Done\": 1})", "NONE")), "status") == "SUCCEEDED");
  CHECK(tester.Refusal(put("aws-sdk:elsewhere"), mock("{}", "STRICT"))
            .find("gait finds no service model of 'elsewhere' in " + models) != std::string::npos);
  CHECK(Text(tester.Test(put("aws-sdk:elsewhere"), mock("{}", "NONE")), "status") == "SUCCEEDED");
}

}  // namespace
}  // namespace gait
