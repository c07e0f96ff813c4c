#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;
using testing::Trial;

TEST_CASE("a Pass passes on its input, its Result or its Parameters") {
  struct Row {
    std::string fields;
    std::string input;
    std::string output;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("Type": "Pass", "End": true)", R"({"a":1})", R"({"a":1})"},
           {R"("Type": "Pass", "End": true, "Result": [1, "two"])", R"({"a":1})", R"([1,"two"])"},
           {R"("Type": "Pass", "End": true, "Result": 2, "ResultPath": "$.b")", R"({"a":1})", R"({"a":1,"b":2})"},
           {R"("Type": "Pass", "End": true, "Result": 2, "ResultPath": "$.a.c")", R"({"a":{"b":1}})",
            R"({"a":{"b":1,"c":2}})"},
           {R"("Type": "Pass", "End": true, "Result": 2, "ResultPath": null)", R"({"a":1})", R"({"a":1})"},
           {R"("Type": "Pass", "End": true, "Parameters": {"x.$": "$.a", "y": "$.a"})", R"({"a":1})",
            R"({"x":1,"y":"$.a"})"},
           {R"("Type": "Pass", "End": true, "InputPath": "$.a", "OutputPath": "$.b")", R"({"a":{"b":3}})", "3"},
           {R"("Type": "Pass", "End": true, "InputPath": null)", R"({"a":1})", "{}"},
           {R"("Type": "Pass", "End": true, "OutputPath": null)", R"({"a":1})", "{}"},
           // ResultPath goes into the raw input, not into what InputPath selected.
           {R"("Type": "Pass", "End": true, "InputPath": "$.a", "ResultPath": "$.b")", R"({"a":1})",
            R"({"a":1,"b":1})"},
       }) {
    CAPTURE(row.fields);
    CHECK(Trial(OneState(row.fields)).Run(row.input).text() == row.output);
  }
}

TEST_CASE("a Pass that cannot pass on its data fails") {
  struct Row {
    std::string fields;
    std::string cause;
  };
  for (
      const Row& row : std::initializer_list<Row>{
          {R"("Type": "Pass", "End": true, "InputPath": "$.no")",
           "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). Invalid path "
           "'$.no' : No results for path: $['no']"},
          {R"("Type": "Pass", "End": true, "Parameters": {"x.$": "$.no"})",
           "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath "
           "'$.no' specified for the field 'x.$' could not be found in the input '{\"a\":1}'"},
          {R"("Type": "Pass", "End": true, "Result": 1, "ResultPath": "$.a.b")",
           "States.ResultPathMatchFailure: An error occurred while executing the state 'S' (entered at the event id "
           "#2). "
           "Unable to apply ReferencePath $.a.b to input {\"a\":1}"},
      }) {
    CAPTURE(row.fields);
    CHECK(Trial(OneState(row.fields)).Run(R"({"a":1})").text() == row.cause);
  }
}

TEST_CASE("the events of a Pass") {
  const auto result = Trial(R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Next": "B", "Assign": {"x": 1}},
      "B": {"Type": "Pass", "End": true}}})")
                          .Run(R"({"a": 1})");
  CHECK(result.types() == "PassStateEntered PassStateExited PassStateEntered PassStateExited");
  const HistoryEvent& entered = result.first(EventType::kPassStateEntered);
  CHECK(entered.id == 2);
  CHECK(entered.previous_event_id == 0);
  CHECK(entered.name.as_string() == "A");
  CHECK(entered.payload.text() == R"({"a": 1})");  // as the user wrote it
  const HistoryEvent& exited = result.first(EventType::kPassStateExited);
  CHECK(exited.previous_event_id == 2);
  CHECK(ToJson(*exited.Get(EventField::kAssignedVariables)) == R"({"x":1})");
}

}  // namespace
}  // namespace gait
