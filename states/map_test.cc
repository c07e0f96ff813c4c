#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::OneState;
using testing::Trial;

constexpr const char* kEcho = R"("ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}})";
// Fails for an item that is not a number.
constexpr const char* kPicky = R"("ItemProcessor": {"StartAt": "C", "States": {
    "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNumeric": true, "Next": "Ok"}], "Default": "Bad"},
    "Ok": {"Type": "Pass", "End": true}, "Bad": {"Type": "Fail", "Error": "BadItem"}}})";

std::string Map(std::string_view fields) { return OneState(R"("Type": "Map", "End": true, )" + std::string(fields)); }

TEST_CASE("a Map runs its processor for each item and keeps their order") {
  struct Row {
    std::string fields;
    std::string input;
    std::string output;
  };
  const std::string echo = kEcho;
  for (const Row& row : std::initializer_list<Row>{
           {echo, "[1,2,3]", "[1,2,3]"},
           {echo, "[]", "[]"},
           {echo + R"(, "ItemsPath": "$.a", "ResultPath": "$.b")", R"({"a":[1]})", R"({"a":[1],"b":[1]})"},
           {echo + R"(, "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$"})", "[7]",
            R"([{"i":0,"v":7,"all":[7]}])"},
           {echo + R"(, "Parameters": {"v.$": "$$.Map.Item.Value"})", "[7]", R"([{"v":7}])"},
           {R"("Iterator": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Result": 0, "End": true}}})", "[1,2]",
            "[0,0]"},
           {echo + R"(, "ResultSelector": {"first.$": "$[0]"})", "[5,6]", R"({"first":5})"},
       }) {
    CAPTURE(row.fields);
    CHECK(Trial(Map(row.fields)).Run(row.input).text() == row.output);
  }
}

TEST_CASE("what is not an array cannot be mapped over") {
  CHECK(Trial(Map(kEcho)).Run(R"({"a":1})").error == "States.Runtime");
  CHECK(Trial(Map(std::string(kEcho) + R"(, "ItemsPath": "$.a")")).Run(R"({"a":1})").error == "States.Runtime");
}

TEST_CASE("the events of a Map") {
  const auto result = Trial(Map(kEcho)).Run("[1]");
  CHECK(result.types() ==
        "MapStateEntered MapStateStarted MapIterationStarted PassStateEntered PassStateExited MapIterationSucceeded "
        "MapStateSucceeded MapStateExited");
  CHECK(result.first(EventType::kMapStateStarted).number == 1);
}

TEST_CASE("MaxConcurrency bounds the iterations that run at a time") {
  const std::string waits =
      R"("ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}})";
  CHECK(Trial(Map(waits)).Run("[1,2,3,4]").seconds() == 1);
  CHECK(Trial(Map(waits + R"(, "MaxConcurrency": 1)")).Run("[1,2,3,4]").seconds() == 4);
  CHECK(Trial(OneState(R"("Type": "Map", "End": true, "ItemsPath": "$.i", "MaxConcurrencyPath": "$.n", )" + waits))
            .Run(R"({"i": [1,2,3,4], "n": 2})")
            .seconds() == 2);
  // AWS runs 40 at the most.
  std::string items = "[0";
  for (int i = 1; i < 41; ++i) items += ",0";
  CHECK(Trial(Map(waits)).Run(items + "]").seconds() == 2);
}

TEST_CASE("an iteration that fails stops the others and the Map") {
  const std::string machine = Map(R"("ItemProcessor": {"StartAt": "C", "States": {
      "C": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNumeric": true, "Next": "W"}], "Default": "Bad"},
      "W": {"Type": "Wait", "Seconds": 5, "End": true}, "Bad": {"Type": "Fail", "Error": "BadItem"}}})");
  const auto result = Trial(machine).Run(R"([1,"x"])");
  CHECK(result.text() == "BadItem: (no cause)");
  CHECK(result.seconds() == 0);
  CHECK(result.count(EventType::kMapIterationFailed) == 1);
  CHECK(result.count(EventType::kMapIterationAborted) == 1);
  CHECK(result.count(EventType::kMapStateFailed) == 1);
}

TEST_CASE("ToleratedFailureCount and ToleratedFailurePercentage let items fail") {
  struct Row {
    std::string fields;
    std::string outcome;
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"(, "ToleratedFailureCount": 2)", "[1,4]"},
           {R"(, "ToleratedFailureCount": 1)", "States.ExceedToleratedFailureThreshold"},
           {R"(, "ToleratedFailurePercentage": 50)", "[1,4]"},
           {R"(, "ToleratedFailurePercentage": 49.9)", "States.ExceedToleratedFailureThreshold"},
       }) {
    CAPTURE(row.fields);
    const auto result = Trial(Map(kPicky + row.fields)).Run(R"([1,"x","y",4])");
    CHECK((result.error ? *result.error : result.text()) == row.outcome);
  }
}

TEST_CASE("an iteration sees the variables around it, and its own end with it") {
  CHECK(Trial(R"-({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Assign": {"n": 10}, "Next": "M"},
      "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "B", "States": {
          "B": {"Type": "Pass", "Assign": {"own.$": "States.MathAdd($n, $)"}, "Next": "C"},
          "C": {"Type": "Pass", "Parameters": {"own.$": "$own"}, "End": true}}}}}})-")
            .Run("[1,2]")
            .text() == R"([{"own":11},{"own":12}])");
}

TEST_CASE("a Map of Maps of Parallels ends with nested arrays") {
  CHECK(Trial(Map(R"("ItemProcessor": {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
      "StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
          {"StartAt": "X", "States": {"X": {"Type": "Pass", "End": true}}},
          {"StartAt": "Y", "States": {"Y": {"Type": "Pass", "Result": "y", "End": true}}}]}}}}}})"))
            .Run("[[1,2],[]]")
            .text() == R"([[[1,"y"],[2,"y"]],[]])");
}

}  // namespace
}  // namespace gait
