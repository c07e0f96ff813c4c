#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;
using testing::Trial;

TEST_CASE("a Fail ends the execution with its Error and Cause") {
  struct Row {
    std::string fields;
    std::string outcome;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("Type": "Fail", "Error": "E", "Cause": "because")", "E: because"},
           {R"("Type": "Fail", "Error": "E")", "E: (no cause)"},
           {R"("Type": "Fail")", "(no error): (no cause)"},
           {R"("Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c")", "Late: at noon"},
           {R"-("Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('{} is late', $.c)")-",
            "Late: at noon is late"},
       }) {
    CAPTURE(row.fields);
    const auto result = Trial(OneState(row.fields)).Run(R"({"e": "Late", "c": "at noon"})");
    CHECK(result.status == ExecutionStatus::kFailed);
    CHECK(result.text() == row.outcome);
    CHECK(result.types() == "FailStateEntered");
  }
}

TEST_CASE("a Fail whose CausePath names nothing is States.Runtime") {
  CHECK(Trial(OneState(R"("Type": "Fail", "CausePath": "$.no")")).Run().error == "States.Runtime");
}

}  // namespace
}  // namespace gait
