#include "testing/check.h"

#include <doctest/doctest.h>

#include "engine/json/parse.h"
#include "testing/report.h"

namespace gait {
namespace {

// The expectations of a case that says `expect`, of a definition with the states A and B.
Expectations Read(const std::string& expect) {
  const TestFileParse parse = ReadTestFile("t.test.yaml", [&](const std::string& path) -> std::optional<std::string> {
    if (path == "t.test.yaml") return "definition: m.json\ncases: [{name: a, expect: " + expect + "}]";
    return R"({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "B"}, "B": {"Type": "Succeed"}}})";
  });
  REQUIRE(parse.ok());
  return parse.test.cases.at(0).expect;
}

CaseOutcome Succeeded() {
  CaseOutcome outcome;
  outcome.status = ExecutionStatus::kSucceeded;
  outcome.output = *ParseJson(R"({"n": 1, "m": [2]})").value;
  outcome.elapsed = Duration::Milliseconds(1500);
  outcome.path = {"A", "B"};
  outcome.taken.entered = {{"A", 1}, {"B", 1}};
  outcome.calls = {{"A", "invoke", Value::Int(7)}, {"A", "invoke", Value::Object({{"x", Value::Int(8)}})}};
  outcome.variables = *ParseJson(R"({"v": 1, "w": {"a": 1}})").value;
  return outcome;
}

CaseOutcome Failed() {
  CaseOutcome outcome;
  outcome.status = ExecutionStatus::kFailed;
  outcome.error = "E";
  outcome.cause = "the cause";
  return outcome;
}

std::string Shown(const std::string& expect, const CaseOutcome& outcome) {
  std::string text;
  for (const CaseFailure& failure : CheckOutcome(Read(expect), outcome)) {
    for (const std::string& line : FailureLines(failure)) text += (text.empty() ? "" : "|") + line;
  }
  return text;
}

TEST_CASE("what is expected of an execution that succeeded") {
  const struct {
    const char *expect, *shown;
  } rows[] = {
      {"{}", ""},
      {"{output: {n: 1, m: [2]}, outputMatches: {n: 1}}", ""},
      {"{output: {n: 1}}", "output:|  /m: not expected: [2]"},
      {"{output: 1}", R"(output: expected 1, got {"n":1,"m":[2]})"},
      {"{status: FAILED}", "status: expected FAILED, got SUCCEEDED"},
      {"{error: E}", R"(status: expected FAILED, got SUCCEEDED|error: expected "E", got none)"},
      {"{path: [A, B], pathIncludes: [B], pathExcludes: []}", ""},
      {"{path: [B]}", "path: expected B, got A > B"},
      {"{path: []}", "path: expected no state, got A > B"},
      {"{pathExcludes: [B]}", "pathExcludes: B was entered"},
      {"{calls: {A: 2}, elapsed: 1.5}", ""},
      {"{calls: {A: 0}}", "calls of A: expected 0, got 2"},
      {"{calls: {A: [7, {x: 8}]}}", ""},
      {"{calls: {A: [7]}}", R"(calls of A:|  /1: not expected: {"x":8})"},
      {"{calls: {A: [7, {}]}}", "calls of A:|  /1/x: not expected: 8"},
      {"{calls: {A: {argumentsMatch: [7, {}]}}}", ""},
      {"{elapsed: 1}", "elapsed: expected 1 s, got 1.5 s"},
      {"{elapsed: {atLeast: 2}}", "elapsed: expected at least 2 s, got 1.5 s"},
      {"{elapsed: {atMost: 0.5}}", "elapsed: expected at most 0.5 s, got 1.5 s"},
      {"{variables: {v: 1}}", ""},
      {"{variables: {v: 2, z: 1}}", "variables:|  /v: expected 2, got 1|  /z: expected 1, and there is nothing"},
      {"{variables: {w: {}}}", "variables:|  /w/a: not expected: 1"},
  };
  for (const auto& row : rows) {
    INFO(row.expect);
    CHECK(Shown(row.expect, Succeeded()) == row.shown);
  }
}

TEST_CASE("a long path is cut short in the middle") {
  CHECK(PathText(std::vector<std::string>(50, "A")).find("more") == std::string::npos);
  std::vector<std::string> path(12'500, "A");
  path.front() = "First";
  path.back() = "Last";
  const std::string text = PathText(path);
  CHECK(text.starts_with("First > A > "));
  CHECK(text.find(" > A > ... (12450 more) > A > ") != std::string::npos);
  CHECK(text.ends_with(" > A > Last"));
  CHECK(text.size() < 300);
}

TEST_CASE("what is expected of an execution that failed") {
  CHECK(Shown("{error: E, cause: the cause, causeMatches: '*cause'}", Failed()) == "");
  CHECK(Shown("{status: FAILED}", Failed()) == "");
  CHECK(Shown("{status: TIMED_OUT}", Failed()) ==
        R"(status: expected TIMED_OUT, got FAILED with E (cause: "the cause"))");
  CHECK(Shown("{output: 1}", Failed()) == R"(status: expected SUCCEEDED, got FAILED with E (cause: "the cause"))");
  CHECK(Shown("{causeMatches: 'a*'}", Failed()) == R"(causeMatches: expected "a*", got "the cause")");
  CHECK(Shown("{pathIncludes: [B]}", Failed()).ends_with("pathIncludes: B was not entered"));
  CaseOutcome problem = Failed();
  problem.problems = {"the state A has no mock"};
  CHECK(Shown("{output: 1}", problem) == "the state A has no mock");  // all else follows from that
}

}  // namespace
}  // namespace gait
