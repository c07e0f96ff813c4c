#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Trial;

constexpr const char* kWaits = R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "End": true}}})";
constexpr const char* kOne = R"({"StartAt": "One", "States": {"One": {"Type": "Pass", "Result": 1, "End": true}}})";
constexpr const char* kFails =
    R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken", "Cause": "it is"}}})";

std::string Machine(std::initializer_list<std::string_view> branches, std::string_view more = "") {
  std::string list;
  for (std::string_view b : branches) list += (list.empty() ? "" : ",") + std::string(b);
  return R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [)" + list + "]" +
         std::string(more) + "}" +
         (more.find("Caught") == more.npos ? "" : R"(, "Caught": {"Type": "Pass", "End": true})") + "}}";
}

TEST_CASE("a Parallel gives each branch its input and collects their outputs in order") {
  const auto result = Trial(Machine({kWaits, kOne})).Run(R"({"a":1})");
  CHECK(result.text() == R"([{"a":1},1])");
  CHECK(result.types() ==
        "ParallelStateEntered ParallelStateStarted WaitStateEntered PassStateEntered PassStateExited WaitStateExited "
        "ParallelStateSucceeded ParallelStateExited");
}

TEST_CASE("a branch that fails stops the others") {
  const auto result = Trial(Machine({kWaits, kFails})).Run();
  CHECK(result.text() == "Broken: it is");
  CHECK(result.seconds() == 0);
  CHECK(result.types() ==
        "ParallelStateEntered ParallelStateStarted WaitStateEntered FailStateEntered WaitStateAborted "
        "ParallelStateFailed");
}

TEST_CASE("a Parallel's failure is caught, and tried again, as a whole") {
  const auto caught =
      Trial(Machine({kWaits, kFails}, R"(, "Catch": [{"ErrorEquals": ["Broken"], "Next": "Caught"}])")).Run();
  CHECK(caught.text() == R"({"Error":"Broken","Cause":"it is"})");
  const auto retried =
      Trial(Machine({kOne, kFails}, R"(, "Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 2}])")).Run();
  CHECK(retried.count(EventType::kParallelStateStarted) == 3);
  CHECK(retried.count(EventType::kFailStateEntered) == 3);
}

TEST_CASE("a branch sees the variables around it and keeps its own") {
  const auto result = Trial(R"-({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "P"},
      "P": {"Type": "Parallel", "Next": "B", "ResultPath": "$.branches", "Branches": [
          {"StartAt": "Q", "States": {"Q": {"Type": "Pass", "Assign": {"y.$": "$x"}, "Next": "R"},
                                      "R": {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($x, $y)"}, "End": true}}}]},
      "B": {"Type": "Pass", "Parameters": {"x.$": "$x", "branches.$": "$.branches"}, "End": true}}})-")
                          .Run();
  CHECK(result.text() == R"({"x":1,"branches":[{"sum":2}]})");
}

}  // namespace
}  // namespace gait
