#include "tests/support/trial.h"

#include "engine/task/task_token.h"

namespace gait {
namespace {

using testing::Json;
using testing::OneState;
using testing::Trial;

constexpr const char* kFunction =
    R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true)";
constexpr const char* kInvoke = R"("Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true)";

std::string With(const char* fields, std::string_view more) {
  return OneState(std::string(fields) + ", " + std::string(more));
}

TEST_CASE("a Lambda function has the LambdaFunction events, a service the Task events") {
  CHECK(Trial(OneState(kFunction)).Run().types() ==
        "TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded TaskStateExited");
  const auto result =
      Trial(With(kInvoke, R"("Parameters": {"FunctionName": "f"}, "TimeoutSeconds": 30, "HeartbeatSeconds": 5)")).Run();
  CHECK(result.types() == "TaskStateEntered TaskScheduled TaskStarted TaskSucceeded TaskStateExited");
  const Value scheduled = EventToJson(result.first(EventType::kTaskScheduled));
  CHECK(ToJson(*scheduled.Find("taskScheduledEventDetails")) ==
        R"({"parameters":"{\"FunctionName\":\"f\"}","resourceType":"lambda","resource":"invoke","region":"us-east-1",)"
        R"("timeoutInSeconds":30,"heartbeatInSeconds":5})");
}

TEST_CASE("a result goes through ResultSelector, ResultPath and OutputPath") {
  Trial trial(
      With(kFunction, R"("ResultSelector": {"n.$": "$.count"}, "ResultPath": "$.answer", "OutputPath": "$.answer",
                                 "Assign": {"seen.$": "$.n"})"));
  trial.worker = [](const DispatchTask&) { return Result<Value>(Json(R"({"count": 3, "more": true})")); };
  const auto result = trial.Run(R"({"a": 1})");
  CHECK(result.text() == R"({"n":3})");
  CHECK(ToJson(*result.first(EventType::kTaskStateExited).Get(EventField::kAssignedVariables)) == R"({"seen":3})");
}

TEST_CASE("a failed task fails the execution with its error and cause") {
  Trial trial(OneState(kFunction));
  trial.worker = [](const DispatchTask&) { return Result<Value>(WorkflowError{"Declined", "no funds"}); };
  const auto result = trial.Run();
  CHECK(result.status == ExecutionStatus::kFailed);
  CHECK(result.text() == "Declined: no funds");
  CHECK(result.types() == "TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionFailed");
}

TEST_CASE("TimeoutSeconds ends an attempt that does not answer, and what it answers later is dropped") {
  Trial trial(With(kFunction, R"("TimeoutSeconds": 20)"));
  trial.worker = [](const DispatchTask&) { return std::nullopt; };
  const auto result = trial.Run();
  CHECK(result.text() == "States.Timeout: (no cause)");
  CHECK(result.seconds() == 20);
  CHECK(result.types() == "TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionTimedOut");
}

TEST_CASE("TimeoutSecondsPath and HeartbeatSecondsPath read the input") {
  Trial trial(With(kFunction, R"("TimeoutSecondsPath": "$.limit")"));
  trial.worker = [](const DispatchTask&) { return std::nullopt; };
  CHECK(trial.Run(R"({"limit": 3})").seconds() == 3);
  CHECK(trial.Run(R"({"limit": "soon"})").text().starts_with("States.Runtime: "));
  CHECK(trial.Run(R"({"limit": 0})").text().starts_with("States.Runtime: "));
}

TEST_CASE("a task that is called back is given a token, and its time without a heartbeat is short") {
  std::string token;
  Trial trial(OneState(R"("Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
                          "HeartbeatSeconds": 10, "Parameters": {"FunctionName": "f", "Payload": {"t.$": "$$.Task.Token"}})"));
  trial.worker = [&](const DispatchTask& task) -> std::optional<Result<Value>> {
    token = task.task_token;
    CHECK(task.parameters.value().Find("Payload")->Find("t")->as_string() == token);
    return std::nullopt;
  };
  const auto result = trial.Run();
  CHECK(token.size() == 64);
  CHECK(result.first(EventType::kTaskScheduled).Get(EventField::kTokenHash)->as_string() == HashOfTaskToken(token));
  // No heartbeat comes.
  CHECK(result.text() == "States.Timeout: (no cause)");
  CHECK(result.seconds() == 10);
}

TEST_CASE("a result over the quota is States.DataLimitExceeded, which States.ALL catches by AWS's recorded rule") {
  const auto big = [](const DispatchTask&) { return Result<Value>(Value::String(std::string(262'144, 'x'))); };
  Trial fails(OneState(kFunction));
  fails.worker = big;
  CHECK(fails.Run().error == "States.DataLimitExceeded");
  Trial unlimited(OneState(kFunction));
  unlimited.worker = big;
  unlimited.quotas = Quotas::Off();
  CHECK(unlimited.Run().status == ExecutionStatus::kSucceeded);
}

TEST_CASE("a retry evaluates the parameters again and counts in the context object") {
  Trial trial(With(kFunction, R"("Parameters": {"n.$": "$$.State.RetryCount"},
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 2}])"));
  std::vector<std::string> given;
  trial.worker = [&](const DispatchTask& task) {
    given.push_back(ToJson(task.parameters.value()));
    if (given.size() < 3) return Result<Value>(WorkflowError{"Busy", "try again"});
    return Result<Value>(Value::String("done"));
  };
  const auto result = trial.Run();
  CHECK(result.text() == "\"done\"");
  CHECK(given == std::vector<std::string>{R"({"n":0})", R"({"n":1})", R"({"n":2})"});
  CHECK(result.seconds() == 8);  // 2, then 2 * 3
}

}  // namespace
}  // namespace gait
