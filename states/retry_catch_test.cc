#include "states/retry_catch.h"

#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Trial;

// A machine whose first state is a task; `Caught` and `Other` are there for Catchers that lead to them.
std::string Machine(std::string_view retry_and_catch) {
  std::string states =
      R"("S": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true, )" +
      std::string(retry_and_catch) + "}";
  const auto leads_to = [&](std::string_view name) { return retry_and_catch.find(name) != std::string_view::npos; };
  if (leads_to("Caught")) states += R"(, "Caught": {"Type": "Pass", "End": true})";
  if (leads_to("Other")) states += R"(, "Other": {"Type": "Pass", "Result": "other", "End": true})";
  return R"({"StartAt": "S", "States": {)" + states + "}}";
}

Trial Failing(std::string_view retry_and_catch, WorkflowError error) {
  Trial trial(Machine(retry_and_catch));
  trial.worker = [error](const DispatchTask&) { return Result<Value>(error); };
  return trial;
}

TEST_CASE("a Catcher puts Error and Cause where its ResultPath says") {
  const WorkflowError error{"Declined", "no funds"};
  CHECK(Failing(R"("Catch": [{"ErrorEquals": ["Declined"], "Next": "Caught"}])", error).Run(R"({"a":1})").text() ==
        R"({"Error":"Declined","Cause":"no funds"})");
  CHECK(Failing(R"("Catch": [{"ErrorEquals": ["Declined"], "Next": "Caught", "ResultPath": "$.e"}])", error)
            .Run(R"({"a":1})")
            .text() == R"({"a":1,"e":{"Error":"Declined","Cause":"no funds"}})");
  CHECK(Failing(R"("Catch": [{"ErrorEquals": ["Declined"], "Next": "Caught", "ResultPath": null}])", error)
            .Run(R"({"a":1})")
            .text() == R"({"a":1})");
}

TEST_CASE("which errors a Catcher takes") {
  struct Row {
    std::string equals;
    std::string error;
    bool caught;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"Declined", "Declined", true},
           {"Declined", "declined", false},
           {"States.ALL", "Declined", true},
           {"States.TaskFailed", "Declined", true},
           {"States.TaskFailed", "States.Timeout", false},
           {"States.ALL", "States.Timeout", true},
           {"States.Timeout", "States.Timeout", true},
           {"States.ALL", "States.Runtime", false},      // never: it would fail again
           {"States.Runtime", "States.Runtime", false},  // nor by its name
           {"States.ALL", "States.DataLimitExceeded", true},
           {"States.DataLimitExceeded", "States.DataLimitExceeded", true},
       }) {
    CAPTURE(row.equals);
    CAPTURE(row.error);
    const std::string fields = R"("Catch": [{"ErrorEquals": [")" + row.equals + R"("], "Next": "Caught"}])";
    const bool caught = Failing(fields, {row.error, "c"}).Run().status == ExecutionStatus::kSucceeded;
    CHECK(caught == row.caught);
  }
}

TEST_CASE("the first Catcher that matches decides") {
  CHECK(
      Failing(
          R"("Catch": [{"ErrorEquals": ["A", "B"], "Next": "Other"}, {"ErrorEquals": ["States.ALL"], "Next": "Caught"}])",
          {"B", ""})
          .Run()
          .text() == "\"other\"");
}

TEST_CASE("Retry comes before Catch, and each Retrier has its own attempts") {
  Trial trial(Machine(
      R"("Retry": [{"ErrorEquals": ["A"], "MaxAttempts": 1}, {"ErrorEquals": ["B"], "MaxAttempts": 2, "BackoffRate": 1}],
                         "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}])"));
  const std::vector<std::string> errors = {"A", "B", "B", "A"};
  size_t attempt = 0;
  trial.worker = [&](const DispatchTask&) { return Result<Value>(WorkflowError{errors.at(attempt++), "c"}); };
  CHECK(trial.Run().text() == R"({"Error":"A","Cause":"c"})");
  CHECK(attempt == 4);
}

TEST_CASE("how long a retry waits") {
  struct Row {
    std::string fields;
    double seconds;  // until the third attempt
  };
  for (const Row& row : std::initializer_list<Row>{
           {R"("ErrorEquals": ["E"], "MaxAttempts": 2)", 1 + 2},
           {R"("ErrorEquals": ["E"], "MaxAttempts": 2, "IntervalSeconds": 5, "BackoffRate": 1.5)", 5 + 7.5},
           {R"("ErrorEquals": ["E"], "MaxAttempts": 2, "IntervalSeconds": 5, "BackoffRate": 10, "MaxDelaySeconds": 20)",
            5 + 20},
       }) {
    CAPTURE(row.fields);
    CHECK(Failing(R"("Retry": [{)" + row.fields + "}]", {"E", ""}).Run().seconds() == row.seconds);
  }
  SUBCASE("full jitter takes a random part of it") {
    const double seconds =
        Failing(
            R"("Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 3, "IntervalSeconds": 100, "JitterStrategy": "FULL"}])",
            {"E", ""})
            .Run()
            .seconds();
    CHECK(seconds < 100 + 200 + 400);
    CHECK(seconds > 0);
  }
}

TEST_CASE("MaxAttempts 0 never tries again, and nothing behind it does") {
  CHECK(Failing(R"("Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]}])", {"E", "c"})
            .Run()
            .types() == "TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionFailed");
}

TEST_CASE("a Catcher's Assign sees the error") {
  const auto result =
      Failing(R"("Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught", "Assign": {"why.$": "$.Cause"}}])",
              {"E", "c"})
          .Run();
  CHECK(ToJson(*result.first(EventType::kTaskStateExited).Get(EventField::kAssignedVariables)) == R"({"why":"c"})");
}

}  // namespace
}  // namespace gait
