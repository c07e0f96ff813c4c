#include "states/choice_rule.h"
#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Trial;

std::string Machine(std::string_view rule, std::string_view more = R"(, "Default": "No")") {
  return R"({"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [{)" + std::string(rule) +
         R"(, "Next": "Yes"}])" + std::string(more) + R"(}, "Yes": {"Type": "Pass", "Result": true, "End": true})" +
         (more.empty() ? "" : R"(, "No": {"Type": "Pass", "Result": false, "End": true})") + "}}";
}

struct Row {
  std::string rule;
  std::string input;
  bool holds;
};

void CheckRows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    CAPTURE(row.input);
    CHECK(Trial(Machine(row.rule)).Run(row.input).text() == (row.holds ? "true" : "false"));
  }
}

TEST_CASE("strings are compared by their characters") {
  CheckRows({
      {R"("Variable": "$.v", "StringEquals": "a")", R"({"v":"a"})", true},
      {R"("Variable": "$.v", "StringEquals": "a")", R"({"v":"A"})", false},
      {R"("Variable": "$.v", "StringEquals": "1")", R"({"v":1})", false},
      {R"("Variable": "$.v", "StringLessThan": "b")", R"({"v":"a"})", true},
      {R"("Variable": "$.v", "StringLessThan": "a")", R"({"v":"a"})", false},
      {R"("Variable": "$.v", "StringLessThanEquals": "a")", R"({"v":"a"})", true},
      {R"("Variable": "$.v", "StringGreaterThan": "a")", R"({"v":"ab"})", true},
      {R"("Variable": "$.v", "StringGreaterThanEquals": "b")", R"({"v":"a"})", false},
      {R"("Variable": "$.v", "StringEqualsPath": "$.w")", R"({"v":"a","w":"a"})", true},
  });
}

TEST_CASE("numbers are compared by their value") {
  CheckRows({
      {R"("Variable": "$.v", "NumericEquals": 1)", R"({"v":1.0})", true},
      {R"("Variable": "$.v", "NumericEquals": 1)", R"({"v":"1"})", false},
      {R"("Variable": "$.v", "NumericLessThan": 9007199254740993)", R"({"v":9007199254740992})", true},
      {R"("Variable": "$.v", "NumericLessThanEquals": 1e3)", R"({"v":1000})", true},
      {R"("Variable": "$.v", "NumericGreaterThan": -1)", R"({"v":-2})", false},
      {R"("Variable": "$.v", "NumericGreaterThanEqualsPath": "$.w")", R"({"v":2,"w":1.5})", true},
  });
}

TEST_CASE("timestamps are compared by their moment") {
  CheckRows({
      {R"("Variable": "$.v", "TimestampEquals": "2016-03-14T01:59:00Z")", R"({"v":"2016-03-14T02:59:00+01:00"})", true},
      {R"("Variable": "$.v", "TimestampLessThan": "2016-03-14T01:59:00Z")", R"({"v":"2016-03-14T01:58:59.999Z"})",
       true},
      {R"("Variable": "$.v", "TimestampGreaterThanEquals": "2016-03-14T01:59:00Z")", R"({"v":"tomorrow"})", false},
      {R"("Variable": "$.v", "TimestampLessThanPath": "$.w")",
       R"({"v":"2016-03-14T01:59:00Z","w":"2017-01-01T00:00:00Z"})", true},
  });
}

TEST_CASE("booleans, types and presence") {
  CheckRows({
      {R"("Variable": "$.v", "BooleanEquals": false)", R"({"v":false})", true},
      {R"("Variable": "$.v", "BooleanEquals": false)", R"({"v":null})", false},
      {R"("Variable": "$.v", "IsNull": true)", R"({"v":null})", true},
      {R"("Variable": "$.v", "IsNull": false)", R"({"v":null})", false},
      {R"("Variable": "$.v", "IsPresent": true)", R"({"v":null})", true},
      {R"("Variable": "$.v", "IsPresent": false)", R"({})", true},
      {R"("Variable": "$.v", "IsNumeric": true)", R"({"v":1.5})", true},
      {R"("Variable": "$.v", "IsString": true)", R"({"v":""})", true},
      {R"("Variable": "$.v", "IsBoolean": false)", R"({"v":0})", true},
      {R"("Variable": "$.v", "IsTimestamp": true)", R"({"v":"2016-03-14T01:59:00Z"})", true},
      {R"("Variable": "$.v", "IsTimestamp": true)", R"({"v":"2016-03-14"})", false},
  });
}

TEST_CASE("StringMatches: `*` stands for any characters, and `\\` takes them as they are") {
  struct Row {
    std::string text;
    std::string pattern;
    bool matches;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", "", true},
           {"", "*", true},
           {"log-2024.txt", "log-*.txt", true},
           {"log-.txt", "log-*.txt", true},
           {"log.txt", "log-*.txt", false},
           {"abcabc", "*abc", true},
           {"aXbXc", "a*b*c", true},
           {"aXbX", "a*b*c", false},
           {"a*c", "a\\*c", true},
           {"abc", "a\\*c", false},
           {"a\\c", "a\\\\c", true},
           {"x", "X", false},
       }) {
    CAPTURE(row.text);
    CAPTURE(row.pattern);
    CHECK(MatchesPattern(row.text, row.pattern) == row.matches);
  }
  // Many stars over a long text: quick, not exponential.
  CHECK_FALSE(MatchesPattern(std::string(100'000, 'a'), "*a*a*a*a*a*a*a*a*b"));
}

TEST_CASE("And, Or and Not nest") {
  CheckRows({
      {R"("And": [{"Variable": "$.a", "IsPresent": true}, {"Variable": "$.a", "NumericEquals": 1}])", R"({"a":1})",
       true},
      // An operand behind a decided And is not looked at: it would fail.
      {R"("And": [{"Variable": "$.a", "IsPresent": true}, {"Variable": "$.a", "NumericEquals": 1}])", R"({})", false},
      {R"("Or": [{"Variable": "$.a", "NumericEquals": 1}, {"Variable": "$.no", "NumericEquals": 1}])", R"({"a":1})",
       true},
      {R"("Not": {"Variable": "$.a", "NumericEquals": 1})", R"({"a":2})", true},
      {R"("Not": {"Or": [{"Variable": "$.a", "NumericEquals": 1}, {"Not": {"Variable": "$.a", "NumericEquals": 2}}]})",
       R"({"a":2})", true},
  });
}

TEST_CASE("the rules are tried in order, and nothing that holds fails the state") {
  const auto result = Trial(Machine(R"("Variable": "$.a", "NumericEquals": 1)", "")).Run(R"({"a":2})");
  CHECK(result.error == "States.NoChoiceMatched");
  CHECK(result.types() == "ChoiceStateEntered");
}

TEST_CASE("a Variable that names nothing is States.Runtime") {
  CHECK(Trial(Machine(R"("Variable": "$.no", "NumericEquals": 1)")).Run().text() ==
        "States.Runtime: An error occurred while executing the state 'C' (entered at the event id #2). Invalid path "
        "'$.no': "
        "The choice state's condition path references an invalid value.");
}

TEST_CASE("a rule's Assign is for its own way, the state's for the Default") {
  const std::string machine = R"({"StartAt": "C", "States": {
      "C": {"Type": "Choice", "Assign": {"x": "default"}, "Default": "P",
            "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "P", "Assign": {"x": "rule"}}]},
      "P": {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": true}}})";
  CHECK(Trial(machine).Run("1").text() == R"({"x":"rule"})");
  CHECK(Trial(machine).Run("2").text() == R"({"x":"default"})");
}

}  // namespace
}  // namespace gait
