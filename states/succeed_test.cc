#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;
using testing::Trial;

TEST_CASE("a Succeed ends the execution with its input, filtered") {
  const auto result =
      Trial(OneState(R"("Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b")")).Run(R"({"a": {"b": 1}})");
  CHECK(result.text() == "1");
  CHECK(result.types() == "SucceedStateEntered SucceedStateExited");
}

TEST_CASE("a Succeed within a branch ends the branch alone") {
  CHECK(Trial(R"({"StartAt": "P", "States": {
      "P": {"Type": "Parallel", "Next": "After", "Branches": [{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}]},
      "After": {"Type": "Pass", "End": true}}})")
            .Run("7")
            .text() == "[7]");
}

}  // namespace
}  // namespace gait
