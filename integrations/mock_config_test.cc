#include "integrations/mock_config.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/json/write.h"

namespace gait {
namespace {

MockConfigParse Read(std::string_view text, DocumentFormat format = DocumentFormat::kJson) {
  return ReadMockConfig(text, format);
}

std::string FileText(const std::string& path) {
  std::ifstream file(std::string(GAIT_SOURCE_DIR) + "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "0-0 return 1; 1-2 throw E: C"
std::string Shown(const MockedResponse& response) {
  std::string text;
  for (const MockedAttempts& a : response) {
    text += (text.empty() ? "" : "; ") + std::to_string(a.first) + "-" + std::to_string(a.last);
    if (a.answer) {
      text += " return " + ToJson(*a.answer);
    } else {
      text += " throw " + a.answer.error().error.value_or("(none)") + ": " + a.answer.error().cause.value_or("(none)");
    }
  }
  return text;
}

TEST_CASE("the example of AWS's guide") {
  const std::string text = R"({
    "StateMachines": {"LambdaSQSIntegration": {"TestCases": {
      "HappyPath": {"LambdaState": "MockedLambdaSuccess", "SQSState": "MockedSQSSuccess"},
      "HybridPath": {"LambdaState": "MockedLambdaSuccess"}}}},
    "MockedResponses": {
      "MockedLambdaSuccess": {"0": {"Return": {"StatusCode": 200, "Payload": {"body": "Hello from Lambda!"}}}},
      "MockedSQSSuccess": {"0": {"Return": {"MessageId": "3bcb6e8e"}}},
      "MockedLambdaRetry": {
        "3": {"Return": null},
        "0": {"Throw": {"Error": "Lambda.ResourceNotReadyException", "Cause": "Not ready."}},
        "1-2": {"Throw": {"Error": "Lambda.TimeoutException"}}},
      "Nothing": {}}})";
  for (const DocumentFormat format : {DocumentFormat::kJson, DocumentFormat::kYaml}) {
    const MockConfigParse parse = Read(text, format);
    REQUIRE(parse.diagnostics.empty());
    const MockConfig& config = parse.config;
    const TestCase* happy = config.Find("LambdaSQSIntegration", "HappyPath");
    REQUIRE(happy != nullptr);
    CHECK(*happy == TestCase{{"LambdaState", "MockedLambdaSuccess"}, {"SQSState", "MockedSQSSuccess"}});
    CHECK(config.Find("LambdaSQSIntegration", "HybridPath")->size() == 1);
    CHECK(config.Find("LambdaSQSIntegration", "Other") == nullptr);
    CHECK(config.Find("Other", "HappyPath") == nullptr);
    CHECK(Shown(config.responses.at("MockedLambdaRetry")) ==
          "0-0 throw Lambda.ResourceNotReadyException: Not ready.; 1-2 throw Lambda.TimeoutException: (none); "
          "3-3 return null");
    CHECK(config.responses.at("Nothing").empty());
  }
  CHECK(Read("{}").diagnostics.empty());
  CHECK(Read("\xEF\xBB\xBF{}").diagnostics.empty());
}

TEST_CASE("each finding has its place") {
  struct Case {
    std::string text, rule, pointer;
    int line, column;
    std::string hint;
  };
  const std::string responses = R"({"MockedResponses": {"r": )";
  for (const Case& c : std::vector<Case>{
           {"{\n  x}", "invalid-json", "", 2, 3, ""},
           {"{\"a\":\n ${x}}", "invalid-json", "", 2, 2, ""},
           {"[]", "not-an-object", "", 1, 1, ""},
           {R"({"StateMachines": 1})", "not-an-object", "/StateMachines", 1, 19, ""},
           {R"({"StateMachines": {"m": 1}})", "not-an-object", "/StateMachines/m", 1, 25, ""},
           {R"({"StateMachines": {"m": {"TestCases": []}}})", "not-an-object", "/StateMachines/m/TestCases", 1, 39, ""},
           {"{\n\"MockedResponse\": {}}", "unknown-field", "/MockedResponse", 2, 1, "did you mean 'MockedResponses'?"},
           {R"({"StateMachines": {"m": {"Tests": {}}}})", "unknown-field", "/StateMachines/m/Tests", 1, 26,
            "known here: TestCases, Comment"},
           {R"({"StateMachines": {"m": {"TestCases": {"c": {"S": 1}}}}})", "bad-type", "/StateMachines/m/TestCases/c/S",
            1, 51, "as in"},
           {R"({"StateMachines": {"m": {"TestCases": {"c": {"S": "cherged"}}}},
               "MockedResponses": {"charged": {}}})",
            "missing-response", "/StateMachines/m/TestCases/c/S", 1, 51, "did you mean 'charged'?"},
           {responses + R"({"x": {"Return": 1}}}})", "bad-attempts", "/MockedResponses/r/x", 1, 28, "\"0\""},
           {responses + R"({"": {"Return": 1}}}})", "bad-attempts", "/MockedResponses/r/", 1, 28, ""},
           {responses + R"({"-1": {"Return": 1}}}})", "bad-attempts", "/MockedResponses/r/-1", 1, 28, ""},
           {responses + R"({"2-1": {"Return": 1}}}})", "bad-attempts", "/MockedResponses/r/2-1", 1, 28, ""},
           {responses + R"({"0-1-2": {"Return": 1}}}})", "bad-attempts", "/MockedResponses/r/0-1-2", 1, 28, ""},
           {responses + R"({"99999999999999999999": {"Return": 1}}}})", "bad-attempts",
            "/MockedResponses/r/99999999999999999999", 1, 28, ""},
           {responses + R"({"0-2": {"Return": 1}, "1": {"Return": 2}}}})", "overlapping-attempts",
            "/MockedResponses/r/1", 1, 50, ""},
           {responses + R"({"1": {"Return": 1}}}})", "attempts-with-gap", "/MockedResponses/r", 1, 22, "from 0"},
           {responses + R"({"0": {}}}})", "attempt-without-answer", "/MockedResponses/r/0", 1, 28, "Return"},
           {responses + R"({"0": {"Throw": {"Cause": "c"}}}}})", "attempt-without-answer", "/MockedResponses/r/0/Throw",
            1, 34, "Error"},
           {responses + R"({"0": {"Throw": {"Error": 1}}}}})", "bad-type", "/MockedResponses/r/0/Throw/Error", 1, 53,
            ""},
           {responses + R"({"0": {"Return": 1, "Throw": {"Error": "E"}}}}})", "attempt-with-two-answers",
            "/MockedResponses/r/0", 1, 28, "remove"},
           {responses + R"({}, "r": {}}})", "duplicate-field", "/MockedResponses/r", 1, 31, "remove"},
       }) {
    CAPTURE(c.text);
    const MockConfigParse parse = Read(c.text);
    REQUIRE(parse.diagnostics.size() == 1);
    const Diagnostic& d = parse.diagnostics[0];
    CHECK(d.rule == c.rule);
    CHECK(d.pointer == c.pointer);
    CHECK(d.position.line == c.line);
    CHECK(d.position.column == c.column);
    CHECK(d.hint.find(c.hint) != std::string::npos);
    CHECK_FALSE(d.message.empty());
  }
}

TEST_CASE("all that is wrong is found") {
  const MockConfigParse parse = Read(R"({"StateMachines": {"m": {"TestCases": {"a": {"S": "x"}, "b": 1}}},
    "MockedResponses": {"r": {"0": 1, "1": {"Return": 1}, "1-2": {"Return": 1}}, "s": 2}})");
  CHECK(parse.diagnostics.size() == 5);
}

TEST_CASE("the documentation has the rules") {
  const std::string page = FileText("docs/mocks.md");
  for (const MockRule& rule : MockRules()) {
    CAPTURE(rule.id);
    CHECK(page.find("| `" + std::string(rule.id) + "` | " + std::string(SeverityName(rule.severity)) + " | " +
                    std::string(rule.summary) + " |") != std::string::npos);
  }
}

}  // namespace
}  // namespace gait
