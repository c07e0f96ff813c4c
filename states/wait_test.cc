#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;
using testing::Trial;

TEST_CASE("a Wait waits: the four forms") {
  struct Row {
    std::string fields;
    std::string input;
    double seconds;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("Type": "Wait", "Seconds": 10, "End": true)", "{}", 10},
           {R"("Type": "Wait", "Seconds": 0, "End": true)", "{}", 0},
           {R"("Type": "Wait", "SecondsPath": "$.s", "End": true)", R"({"s": 7})", 7},
           // The trial starts at 2026-03-14T01:59:00Z.
           {R"("Type": "Wait", "Timestamp": "2026-03-14T02:00:00Z", "End": true)", "{}", 60},
           {R"("Type": "Wait", "TimestampPath": "$.t", "End": true)", R"({"t": "2026-03-14T01:59:01.500Z"})", 1.5},
           {R"("Type": "Wait", "Timestamp": "2020-01-01T00:00:00Z", "End": true)", "{}", 0},
       }) {
    CAPTURE(row.fields);
    const auto result = Trial(OneState(row.fields)).Run(row.input);
    CHECK(result.status == ExecutionStatus::kSucceeded);
    CHECK(result.seconds() == row.seconds);
    CHECK(result.types() == "WaitStateEntered WaitStateExited");
  }
}

TEST_CASE("a Wait that does not know how long fails with what it was given") {
  struct Row {
    std::string fields;
    std::string input;
    std::string sentence;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("Type": "Wait", "SecondsPath": "$.s", "End": true)", "{}",
            "The SecondsPath parameter does not reference an input value: $.s"},
           {R"("Type": "Wait", "SecondsPath": "$.s", "End": true)", R"({"s": "1"})",
            "The SecondsPath parameter cannot be parsed as a long value: $.s == 1"},
           {R"("Type": "Wait", "SecondsPath": "$.s", "End": true)", R"({"s": -1})",
            "The SecondsPath parameter references a negative value: $.s == -1"},
           {R"("Type": "Wait", "TimestampPath": "$.t", "End": true)", R"({"t": "noon"})",
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: "
            "$.t == "
            "noon"},
       }) {
    CAPTURE(row.fields);
    CAPTURE(row.input);
    CHECK(Trial(OneState(row.fields)).Run(row.input).text() ==
          "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). " +
              row.sentence);
  }
}

}  // namespace
}  // namespace gait
