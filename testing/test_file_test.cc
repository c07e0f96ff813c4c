#include "testing/test_file.h"

#include <doctest/doctest.h>

#include <map>

namespace gait {
namespace {

constexpr std::string_view kDefinition = R"({
  "StartAt": "Charge",
  "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Done"},
    "Done": {"Type": "Succeed"}
  }
})";
constexpr std::string_view kMockConfig = R"({
  "StateMachines": {"m": {"TestCases": {"Happy": {"Charge": "Charged", "Gone": "Charged"}}}},
  "MockedResponses": {"Charged": {"0": {"Return": "from the file"}}}
})";

TestFileParse Read(const std::string& test, std::string_view definition = kDefinition) {
  const std::map<std::string, std::string> files = {
      {"a/t.test.yaml", test},
      {"a/m.asl.json", std::string(definition)},
      {"mocks.json", std::string(kMockConfig)},
      {"targets.json", R"({"lambda": {"functions": {"F": {}}}})"},
  };
  return ReadTestFile("a/t.test.yaml", [&](const std::string& path) -> std::optional<std::string> {
    const auto file = files.find(path);
    return file == files.end() ? std::nullopt : std::optional(file->second);
  });
}

// "t.test.yaml:3:5 bad-type /cases/0/name"
std::vector<std::string> Shown(const TestFileParse& parse) {
  std::vector<std::string> shown;
  for (const FileFindings& findings : parse.findings) {
    for (const Diagnostic& d : findings.diagnostics) {
      CHECK_FALSE(d.message.empty());
      shown.push_back(findings.file + ":" + std::to_string(d.position.line) + ":" + std::to_string(d.position.column) +
                      " " + d.rule + " " + d.pointer);
    }
  }
  return shown;
}

std::string HeadAnd(const std::string& rest) { return "definition: m.asl.json\n" + rest; }

TEST_CASE("what is wrong with a test file, and where") {
  const struct {
    std::string rest;  // behind the first line
    std::string found;
  } rows[] = {
      {"cases: [", "2:1 invalid-json "},
      {"x: 1\ncases: [{name: a}]", "2:1 unknown-field /x"},
      {"cases: {}", "2:8 bad-type /cases"},
      {"cases: []", "2:8 missing-field /cases"},
      {"cases: [a]", "2:9 not-an-object /cases/0"},
      {"cases: [{}]", "2:9 missing-field /cases/0"},
      {"type: FAST\ncases: [{name: a}]", "2:7 bad-value /type"},
      {"targets: none.json\ncases: [{name: a}]", "2:10 unreadable-file /targets"},
      {"stateMachine: a b\ncases: [{name: a}]", "2:15 bad-value /stateMachine"},
      {"cases: [{name: a}, {name: a}]", "2:27 duplicate-case /cases/1/name"},
      {"mocks: {Pay: {Return: 1}}\ncases: [{name: a}]", "2:9 unknown-state /mocks/Pay"},
      {"mocks: {Done: {Return: 1}}\ncases: [{name: a}]", "2:9 not-a-task /mocks/Done"},
      {"mocks: {Charge: {}}\ncases: [{name: a}]", "2:9 attempt-without-answer /mocks/Charge"},
      {"mocks: {Charge: []}\ncases: [{name: a}]", "2:17 attempt-without-answer /mocks/Charge"},
      {"mocks: {Charge: {Return: 1, Throw: {Error: E}}}\ncases: [{name: a}]",
       "2:9 attempt-with-two-answers /mocks/Charge"},
      {"mocks: {Charge: {Throw: {Cause: c}}}\ncases: [{name: a}]", "2:18 attempt-without-answer /mocks/Charge/Throw"},
      {"mocks: {Charge: {'0': {Return: 1}, '0-1': {Return: 2}}}\ncases: [{name: a}]",
       "2:36 overlapping-attempts /mocks/Charge/0-1"},
      {"mocks: {Charge: {first: {Return: 1}}}\ncases: [{name: a}]", "2:18 bad-attempts /mocks/Charge/first"},
      {"mocks: {Charge: {'1': {Return: 1}}}\ncases: [{name: a}]", "2:9 attempts-with-gap /mocks/Charge"},
      {"mocks: {Charge: [{Return: 1, Repeat: 0}]}\ncases: [{name: a}]", "2:38 bad-value /mocks/Charge/0/Repeat"},
      {"mocks: {Charge: [{Return: 1, Repeat: true}, {Return: 2}]}\ncases: [{name: a}]",
       "2:38 bad-value /mocks/Charge/0/Repeat"},
      {"context: {Execution: {StartTime: soon}}\ncases: [{name: a}, {name: b}]",
       "2:34 bad-value /context/Execution/StartTime"},
      {"cases: [{name: a, testCase: X}]", "2:29 unknown-test-case /cases/0/testCase"},
      {"mockConfig: ../mocks.json\nstateMachine: n\ncases: [{name: a, testCase: X}]",
       "4:29 unknown-test-case /cases/0/testCase"},
      {"mockConfig: ../mocks.json\ncases: [{name: a, testCase: X}]", "3:29 unknown-test-case /cases/0/testCase"},
      {"mockConfig: ../mocks.json\ncases: [{name: a, testCase: Happy}]", "3:29 unused-mock /cases/0/testCase"},
      {"cases: [{name: a, expect: {state: 1}}]", "2:28 unknown-field /cases/0/expect/state"},
      {"cases: [{name: a, expect: {status: GONE}}]", "2:36 bad-value /cases/0/expect/status"},
      {"cases: [{name: a, expect: {status: SUCCEEDED, error: E}}]", "2:36 contradiction /cases/0/expect/status"},
      {"cases: [{name: a, expect: {error: E, output: 1}}]", "2:38 contradiction /cases/0/expect/output"},
      {"cases: [{name: a, expect: {path: [Charge, Dane]}}]", "2:43 unknown-state /cases/0/expect/path/1"},
      {"cases: [{name: a, expect: {path: [1]}}]", "2:34 bad-type /cases/0/expect/path"},
      {"cases: [{name: a, expect: {calls: {Charge: many}}}]", "2:44 bad-type /cases/0/expect/calls/Charge"},
      {"cases: [{name: a, expect: {calls: {Charge: {count: 1, arguments: []}}}}]",
       "2:52 contradiction /cases/0/expect/calls/Charge/count"},
      {"cases: [{name: a, expect: {elapsed: -1}}]", "2:37 bad-type /cases/0/expect/elapsed"},
      {"cases: [{name: a, expect: {elapsed: {atLeast: 2, atMost: 1}}}]", "2:37 contradiction /cases/0/expect/elapsed"},
  };
  for (const auto& row : rows) {
    INFO(row.rest);
    const std::vector<std::string> shown = Shown(Read(HeadAnd(row.rest)));
    REQUIRE(shown.size() == 1);
    CHECK(shown.front() == "a/t.test.yaml:" + row.found);
  }
}

TEST_CASE("what is wrong with the files that it names is told of these") {
  const TestFileParse definition = Read(HeadAnd("cases: [{name: a}]"), R"({"StartAt": "X", "States": {}})");
  CHECK_FALSE(definition.ok());
  CHECK(definition.findings.at(0).file == "a/m.asl.json");
  const TestFileParse targets = Read(HeadAnd("targets: ../targets.json\ncases: [{name: a}]"));
  CHECK_FALSE(targets.ok());
  CHECK(targets.findings.at(0).file == "targets.json");
  CHECK(targets.files == std::vector<std::string>{"a/t.test.yaml", "a/m.asl.json", "targets.json"});
  const TestFileParse none = ReadTestFile("nowhere.test.json");
  CHECK(none.findings.at(0).diagnostics.at(0).rule == "unreadable-file");
}

TEST_CASE("the rules are those of the documentation") {
  const std::string page = *ReadFileBytes(std::string(GAIT_SOURCE_DIR) + "/docs/testing-workflows.md");
  for (const TestFileRule& rule : TestFileRules()) {
    INFO(rule.id);
    const std::string row = "| `" + std::string(rule.id) + "` | " + std::string(SeverityName(rule.severity)) + " |";
    CHECK(page.find(row) != std::string::npos);
  }
}

TEST_CASE("a case's mocks come before the file's, and these before those of its test case") {
  const TestFileParse parse = Read(HeadAnd(R"(mockConfig: ../mocks.json
cases:
  - {name: a, testCase: Happy}
  - name: b
    testCase: Happy
    mocks: {Charge: [{Throw: {Error: E}, Repeat: 2}, {Return: 1, Repeat: true}]}
)"));
  REQUIRE(parse.ok());
  const MockedResponse& a = parse.test.cases.at(0).mocks.at("Charge");
  CHECK(a.at(0).answer.value() == Value::String("from the file"));
  const MockedResponse& b = parse.test.cases.at(1).mocks.at("Charge");
  REQUIRE(b.size() == 2);
  CHECK(b[0].last == 1);
  CHECK(b[1].first == 2);
  CHECK(b[1].last > 1'000'000'000);
  CHECK(parse.test.state_machine == "m");
}

TEST_CASE("what is expected where nothing is said") {
  const TestFileParse parse = Read(HeadAnd("cases: [{name: a}, {name: b, expect: {error: E}}]"));
  REQUIRE(parse.ok());
  CHECK(parse.test.cases.at(0).expect.status == ExecutionStatus::kSucceeded);
  CHECK(parse.test.cases.at(0).input == Value::Object());
  CHECK(parse.test.cases.at(1).expect.status == std::nullopt);
}

}  // namespace
}  // namespace gait
