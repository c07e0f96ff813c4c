#include "integrations/mocked.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/json/write.h"

namespace gait {
namespace {

struct Mocks {
  MockConfig config = ReadMockConfig(R"({
    "StateMachines": {"m": {"TestCases": {"c": {"S": "r", "I": "invoke", "E": "empty"}}}},
    "MockedResponses": {
      "r": {"0": {"Return": {"Payload": 1, "other": 2}}, "1-2": {"Throw": {"Error": "E", "Cause": "C"}}},
      "invoke": {"0": {"Return": {"StatusCode": 200, "Payload": [1]}}, "1": {"Throw": {"Error": "E"}}},
      "empty": {}}})",
                                     DocumentFormat::kJson)
                          .config;

  std::string Answer(std::string_view resource, std::string_view state, int64_t attempt,
                     std::string_view test_case = "c") const {
    const auto parsed = ParseTaskResource(resource);
    REQUIRE(parsed);
    const auto answer = MockedAnswer(config, {*parsed, "m", test_case, state, attempt});
    if (!answer) return "(none)";
    return answer->ok() ? ToJson(**answer)
                        : answer->error().error.value_or("") + ": " + answer->error().cause.value_or("(none)");
  }
};

constexpr const char* kService = "arn:aws:states:::dynamodb:putItem";
constexpr const char* kFunction = "arn:aws:lambda:us-east-1:123456789012:function:f";

TEST_CASE_FIXTURE(Mocks, "an attempt gets its answer") {
  CHECK(Answer(kService, "S", 0) == R"({"Payload":1,"other":2})");
  CHECK(Answer(kService, "S", 1) == "E: C");
  CHECK(Answer(kService, "S", 2) == "E: C");
  CHECK(Answer(kService, "Other", 0) == "(none)");
}

TEST_CASE_FIXTURE(Mocks, "what has no answer fails the execution") {
  CHECK(Answer(kService, "S", 3) == "States.Runtime: The mocked response 'r' has no answer for attempt 3.");
  CHECK(Answer(kService, "E", 0) == "States.Runtime: The mocked response 'empty' has no answer for attempt 0.");
  CHECK(Answer(kService, "S", 0, "gone") ==
        "States.Runtime: The mock configuration has no test case 'gone' of the state machine 'm'.");
}

TEST_CASE_FIXTURE(Mocks, "a function's result is the payload, where the mock is the answer of Invoke") {
  CHECK(Answer(kFunction, "I", 0) == "[1]");
  CHECK(Answer(kFunction, "I", 1) == "E: (none)");
  CHECK(Answer(kFunction, "S", 0) == R"({"Payload":1,"other":2})");
  CHECK(Answer("arn:aws:states:::lambda:invoke", "I", 0) == R"({"StatusCode":200,"Payload":[1]})");
}

}  // namespace
}  // namespace gait
