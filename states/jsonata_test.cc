// What states do in JSONata: their fields, what an expression sees, and how it fails.
#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Trial;

std::string Machine(std::string_view states, std::string_view start = "S") {
  return R"({"QueryLanguage": "JSONata", "StartAt": ")" + std::string(start) + R"(", "States": {)" +
         std::string(states) + "}}";
}
std::string OneState(std::string_view fields) { return Machine(R"("S": {)" + std::string(fields) + "}"); }

constexpr const char* kTask = R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f")";

TEST_CASE("Output gives what a state passes on") {
  struct Row {
    std::string fields, input, output;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("Type": "Pass", "End": true)", R"({"a":1})", R"({"a":1})"},
           {R"("Type": "Pass", "End": true, "Output": "{% $states.input.a + 1 %}")", R"({"a":1})", "2"},
           {R"("Type": "Pass", "End": true, "Output": {"b": ["{% $states.input.a %}", "text"], "c": null})",
            R"({"a":1})", R"({"b":[1,"text"],"c":null})"},
           {R"("Type": "Pass", "End": true, "Output": "{% $states.context.State.Name %}")", "{}", "\"S\""},
           {R"("Type": "Succeed", "Output": "{% $count($states.input) %}")", "[1,2]", "2"},
           {R"("Type": "Wait", "Seconds": "{% $states.input.s %}", "End": true, "Output": "{% 'waited' %}")",
            R"({"s":5})", "\"waited\""},
           {R"("Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "{% 'because ' & $states.input.e %}")",
            R"({"e":"E"})", "E: because E"},
       }) {
    CAPTURE(row.fields);
    CHECK(Trial(OneState(row.fields)).Run(row.input).text() == row.output);
  }
}

TEST_CASE("a Task takes Arguments, and its result is $states.result") {
  Trial trial(OneState(std::string(kTask) + R"(, "End": true, "Arguments": {"n": "{% $states.input.n * 2 %}"},
      "TimeoutSeconds": "{% $states.input.t %}", "Output": {"got": "{% $states.result %}", "was": "{% $states.input.n %}"})"));
  trial.worker = [](const DispatchTask& task) {
    CHECK(task.timeout_seconds == 7);
    return Result<Value>(task.parameters.value());
  };
  CHECK(trial.Run(R"({"n":4,"t":7})").text() == R"({"got":{"n":8},"was":4})");
}

TEST_CASE("a caught error is $states.errorOutput") {
  Trial trial(Machine(R"("S": {)" + std::string(kTask) + R"(, "End": true, "Catch": [{"ErrorEquals": ["E"], "Next": "C",
      "Assign": {"e": "{% $states.errorOutput.Error %}"}, "Output": {"why": "{% $states.errorOutput.Cause %}"}}]},
      "C": {"Type": "Pass", "End": true, "Output": "{% $e & ': ' & $states.input.why %}"})"));
  trial.worker = [](const DispatchTask&) { return Result<Value>(WorkflowError{"E", "no luck"}); };
  CHECK(trial.Run("{}").text() == R"("E: no luck")");
}

TEST_CASE("a Choice goes on with the first condition that is true") {
  const std::string machine = Machine(R"("S": {"Type": "Choice", "Default": "Small", "Choices": [
      {"Condition": "{% $states.input.n > 10 %}", "Next": "Large", "Assign": {"by": "{% $states.input.n - 10 %}"}}]},
      "Large": {"Type": "Pass", "End": true, "Output": "{% 'large by ' & $by %}"},
      "Small": {"Type": "Pass", "End": true, "Output": "small"})");
  CHECK(Trial(machine).Run(R"({"n":12})").text() == R"("large by 2")");
  CHECK(Trial(machine).Run(R"({"n":1})").text() == R"("small")");
}

TEST_CASE("a Map takes Items and an ItemSelector") {
  const std::string machine = OneState(R"("Type": "Map", "End": true, "Items": "{% $states.input.list %}",
      "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}", "of": "{% $states.input.name %}"},
      "Output": "{% $sum($states.result) %}", "MaxConcurrency": "{% 1 %}",
      "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true, "Output": "{% $states.input.v * 10 %}"}}})");
  CHECK(Trial(machine).Run(R"({"list":[1,2,3],"name":"x"})").text() == "60");
}

TEST_CASE("Assign sees the values of before, and inner scopes read the outer ones") {
  const std::string machine = Machine(R"("S": {"Type": "Pass", "Next": "T", "Assign": {"a": 1, "b": 2}},
      "T": {"Type": "Pass", "Next": "P", "Assign": {"a": "{% $b %}", "b": "{% $a %}"}},
      "P": {"Type": "Parallel", "End": true, "Output": "{% [$a, $b, $states.result[0]] %}", "Branches": [
        {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true, "Output": "{% $a * 100 %}"}}}]})");
  CHECK(Trial(machine).Run("{}").text() == "[2,1,200]");
}

TEST_CASE("a JSONPath machine has JSONata states") {
  const std::string machine = R"({"StartAt": "S", "States": {
      "S": {"Type": "Pass", "Result": {"n": 1}, "Assign": {"v.$": "$.n"}, "Next": "T"},
      "T": {"Type": "Pass", "QueryLanguage": "JSONata", "End": true, "Output": "{% $states.input.n + $v %}"}}})";
  CHECK(Trial(machine).Run("{}").text() == "2");
}

TEST_CASE("an expression that fails has an event, and says where") {
  struct Row {
    std::string fields, location, cause;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("Type": "Pass", "End": true, "Output": {"a": "{% $nobody %}"})", "Output/a",
            "The JSONata expression '$nobody' specified for the field 'Output/a' returned nothing (undefined)."},
           {R"("Type": "Wait", "End": true, "Seconds": "{% 'soon' %}")", "Seconds",
            "The JSONata expression ''soon'' specified for the field 'Seconds' returned an unexpected result type. "
            "Expected "
            "'number', but was 'string' for value: \"soon\""},
           {R"("Type": "Pass", "End": true, "Assign": {"x": "{% 1 + 'a' %}"})", "Assign/x",
            "The JSONata expression '1 + 'a'' specified for the field 'Assign/x' threw an error during evaluation. "
            "T2002: "
            "On the right of \"+\" must stand a number"},
       }) {
    CAPTURE(row.fields);
    const auto result = Trial(OneState(row.fields)).Run("{}");
    CHECK(result.error == "States.QueryEvaluationError");
    const HistoryEvent& event = result.first(EventType::kEvaluationFailed);
    CHECK(event.Get(EventField::kLocation)->as_string() == row.location);
    CHECK(event.Get(EventField::kState)->as_string() == "S");
    CHECK(event.Get(EventField::kCause)->as_string() ==
          "An error occurred while executing the state 'S' (entered at the event id #2). " + row.cause);
  }
}

TEST_CASE("Retry and Catch take an expression's error") {
  Trial trial(Machine(R"("S": {)" + std::string(kTask) + R"(, "End": true, "Output": "{% $states.result.missing %}",
      "Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "C"}]},
      "C": {"Type": "Pass", "End": true, "Output": "{% $states.input.Error %}"})"));
  trial.worker = [](const DispatchTask&) { return Result<Value>(Value::Object()); };
  CHECK(trial.Run("{}").text() == R"("States.QueryEvaluationError")");
}

}  // namespace
}  // namespace gait
