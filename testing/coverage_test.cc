#include "testing/coverage.h"

#include <doctest/doctest.h>

#include "engine/definition/compile.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "states/state_table.h"
#include "testing/coverage_report.h"

namespace gait {
namespace {

TestedDefinition Compiled(std::string source) {
  CompileOptions options;
  options.states = StateTypes();
  TestedDefinition definition;
  definition.path = "m.asl.json";
  definition.source = std::move(source);
  CompileResult compiled = CompileDefinition(definition.source, options);
  REQUIRE(compiled.machine != nullptr);
  definition.value = compiled.definition;
  definition.machine = compiled.machine;
  return definition;
}

MockedResponse Always(Result<Value> answer) { return {{0, 1'000'000, std::move(answer)}}; }

CaseOutcome RunWith(const TestedDefinition& definition, std::string_view input, StateMocks mocks) {
  CaseRequest request;
  request.definition = ToJson(definition.value);
  request.input = *ParseJson(input).value;
  request.mocks = std::move(mocks);
  return RunCase(request);
}

std::string Missed(const Coverage& coverage) {
  std::string text;
  for (const auto& items : coverage.items) {
    for (const CoverageItem& item : items) {
      if (item.times == 0) {
        text += (text.empty() ? "" : "; ") + std::to_string(item.position.line) + " " + item.what;
      }
    }
  }
  return text;
}

// Both rules lead to one state, and both Catchers; A fails in a branch, B in an iteration, C in a child.
constexpr const char* kNested = R"({
  "StartAt": "Which",
  "States": {
    "Which": {"Type": "Choice", "Default": "Both", "Choices": [
      {"Variable": "$.n", "NumericEquals": 1, "Next": "Both"},
      {"Variable": "$.n", "NumericEquals": 2, "Next": "Both"}]},
    "Both": {"Type": "Parallel", "Next": "Each",
      "Catch": [
        {"ErrorEquals": ["E"], "ResultPath": "$.e", "Next": "Each"},
        {"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Each"}],
      "Branches": [{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:A", "End": true,
          "Retry": [
            {"ErrorEquals": ["Never"]},
            {"ErrorEquals": ["E"], "MaxAttempts": 1}]}}}]},
    "Each": {"Type": "Map", "ItemsPath": "$.items", "Next": "Children",
      "ItemProcessor": {"StartAt": "B", "States": {
        "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:B", "End": true,
          "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]},
        "Caught": {"Type": "Pass", "End": true}}},
      "ResultPath": null},
    "Children": {"Type": "Map", "ItemsPath": "$.items", "End": true,
      "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "C", "States": {
        "C": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:C", "Next": "D"},
        "D": {"Type": "Succeed"}}}}
  }
})";

TEST_CASE("rules, Catchers and Retriers that lead to one state are told apart, however deep") {
  const TestedDefinition definition = Compiled(kNested);
  const StateMocks fails = {
      {"A", Always(WorkflowError{"E", "no"})}, {"B", Always(WorkflowError{"F", "no"})}, {"C", Always(Value::Int(1))}};
  const CaseOutcome one = RunWith(definition, R"({"n": 2, "items": [1, 2]})", fails);
  REQUIRE(one.problems.empty());
  CHECK(one.status == ExecutionStatus::kSucceeded);
  CHECK(one.path == std::vector<std::string>{"Which", "Both", "Each", "Children"});
  CHECK(one.elapsed == Duration::Seconds(1));
  CHECK(one.calls.size() == 6);  // A twice, B for each item, C for each child
  CHECK(one.taken.entered.at("D") == 2);
  CHECK(Missed(CoverageOf(definition, one.taken)) ==
        "5 the transition of Which to Both; 4 the transition of Which to Both; "
        "7 the transition of Both to Each; 10 the transition of Both to Each; 12 the end of A; 18 the end of B; "
        "5 rule 1 of Which; 4 the Default of Which; 10 Catcher 2 of Both; 14 Retrier 1 of A");

  Taken all = one.taken;
  const StateMocks works = {{"A", Always(Value::Int(1))}, {"B", Always(Value::Int(1))}, {"C", Always(Value::Int(1))}};
  const CaseOutcome other = RunWith(definition, R"({"n": 1, "items": []})", works);
  CHECK(other.status == ExecutionStatus::kFailed);  // the output of the Parallel has no items
  all.Add(other.taken);
  const Coverage coverage = CoverageOf(definition, all);
  CHECK(
      Missed(coverage) ==
      "4 the transition of Which to Both; 10 the transition of Both to Each; 18 the end of B; 4 the Default of Which; "
      "10 Catcher 2 of Both; 14 Retrier 1 of A");
  CHECK(coverage.Count(CoverageKind::kStates).percent() == 100);
  CHECK(coverage.Count(CoverageKind::kRules).covered == 2);

  const Marks marks = MarksOf(coverage);
  CHECK(marks.states.at("Caught") == Mark::kTaken);
  CHECK(marks.transitions.at("/States/Both/Next") == Mark::kTaken);
  CHECK(marks.transitions.at("/States/Both/Catch/1/Next") == Mark::kMissed);
  CHECK(marks.transitions.at("/States/Which/Choices/0/Next") == Mark::kTaken);
  CHECK(marks.transitions.at("/States/Which/Default") == Mark::kMissed);
}

TEST_CASE("a tracefile has a line for each state, and its branches") {
  const TestedDefinition definition = Compiled(kNested);
  Taken taken;
  taken.entered = {{"Which", 3}, {"Both", 3}};
  taken.rules = {{{"Which", 0}, 3}};
  taken.catchers = {{{"Both", 1}, 2}};
  const std::string lcov = CoverageLcov({CoverageOf(definition, taken)});
  CHECK(lcov.starts_with("TN:\nSF:m.asl.json\nBRDA:4,0,0,3\nBRDA:4,0,1,0\nBRDA:4,0,2,0\nBRDA:7,1,0,0\nBRDA:7,1,1,2\n"));
  CHECK(lcov.find("BRDA:12,2,0,-\nBRDA:12,2,1,-\n") != std::string::npos);  // A was never entered
  CHECK(lcov.find("DA:4,3\nDA:7,3\nDA:12,0\n") != std::string::npos);
  CHECK(lcov.ends_with("LF:9\nLH:2\nend_of_record\n"));
}

TEST_CASE("a page without Graphviz shows the states within their frames") {
  const TestedDefinition definition = Compiled(R"({"StartAt": "<&>", "States": {"<&>": {"Type": "Succeed"}}})");
  Taken taken;
  taken.entered = {{"<&>", 1}};
  std::string dot;
  const std::string page = CoverageHtml({CoverageOf(definition, taken)}, [&](const std::string& text) {
    dot = text;
    return std::nullopt;
  });
  CHECK(dot.find("digraph") != std::string::npos);
  CHECK(page.find("<div class=\"state taken\"><b>&lt;&amp;&gt;</b>") != std::string::npos);
  CHECK(page.find("<b><&>") == std::string::npos);
  CHECK(page.find("Nothing was missed") != std::string::npos);
  const std::string drawn = CoverageHtml({CoverageOf(definition, {})}, [](const std::string&) {
    return std::optional<std::string>("<?xml version=\"1.0\"?>\n<svg><g/></svg>");
  });
  CHECK(drawn.find("<div class=\"graph drawn\"><svg><g/></svg></div>") != std::string::npos);
  CHECK(drawn.find("line 1</a>: the state &lt;&amp;&gt;") != std::string::npos);
}

TEST_CASE("a minimum is a percentage of the states, or one of each kind") {
  CHECK(ReadCoverageMinimum("80").percent[0] == 80);
  const CoverageMinimum several = ReadCoverageMinimum("states=100,rules=12.5%");
  CHECK(several.error.empty());
  CHECK(several.percent == std::array<double, kCoverageKinds>{100, 0, 12.5, 0, 0});
  CHECK(ReadCoverageMinimum("rule=1").error == "there is no coverage of 'rule'; did you mean 'rules'?");
  CHECK(ReadCoverageMinimum("rules=101").error == "'rules=101' has no percentage from 0 to 100");
  CHECK_FALSE(ReadCoverageMinimum("lots").error.empty());
}

TEST_CASE("a case that cannot be a test says why") {
  const TestedDefinition definition = Compiled(R"({"StartAt": "T", "States": {"T": {"Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true,
      "Retry": [{"ErrorEquals": ["States.ALL"]}], "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "U"}]},
      "U": {"Type": "Pass", "End": true}}})");
  const CaseOutcome none = RunWith(definition, "{}", {});
  CHECK(none.problems ==
        std::vector<std::string>{"the state T calls arn:aws:states:::sqs:sendMessage and has no mock"});
  CHECK(none.path == std::vector<std::string>{"T"});  // no Catch takes it
  const CaseOutcome once = RunWith(definition, "{}", {{"T", {{0, 0, WorkflowError{"E", ""}}}}});
  CHECK(once.problems == std::vector<std::string>{
                             "the state T is tried once more after 1 attempt, and its mock has no answer for that"});
  const CaseOutcome good = RunWith(definition, "{}", {{"T", Always(Value::Int(7))}});
  CHECK(good.problems.empty());
  CHECK(good.output == Value::Int(7));
  CHECK(good.calls.at(0).arguments == *ParseJson(R"({"QueueUrl": "q", "MessageBody": "m"})").value);
}

}  // namespace
}  // namespace gait
