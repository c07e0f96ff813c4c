#include "integrations/start_execution.h"

#include <cmath>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "integrations/lambda_answer.h"
#include "integrations/parameters.h"

namespace gait {
namespace {

WorkflowError ErrorOf(const StepFunctionsService::Refusal& refusal, Random& random) {
  return {"StepFunctions." + refusal.code + "Exception",
          CauseText(Cause::kServiceRefusal, {refusal.message, "AWSStepFunctions", std::to_string(refusal.status),
                                             refusal.code, random.Uuid()})};
}

// With its dates in milliseconds since the epoch.
Value TaskResult(const Value& answer) {
  Value result = ToTaskNames(answer);
  for (const std::string_view date : {"StartDate", "StopDate", "RedriveDate"}) {
    const Value* seconds = result.Find(date);
    if (seconds == nullptr || !seconds->is_number()) continue;
    const auto ms = static_cast<int64_t>(std::llround(seconds->as_double() * 1000));
    result = std::move(result).With(date, Value::Int(ms));
  }
  return result;
}

// The body of the service's answer, in which a date is written as Java writes a double: 1.763840000123E9.
std::string ServiceBody(const Value& result) {
  std::string digits = std::to_string(result.Find("StartDate")->as_int());
  while (digits.size() > 2 && digits.back() == '0') digits.pop_back();
  return R"({"executionArn":)" + ToJson(*result.Find("ExecutionArn")) + R"(,"startDate":)" + digits.substr(0, 1) + "." +
         digits.substr(1) + "E9}";
}

// As the SDK for Java tells of the call.
Value WithHttpMetadata(const Value& result, const std::string& request_id, Timestamp now) {
  const Value one = Value::Object({{"connection", Value::String("keep-alive")},
                                   {"Content-Length", Value::String(std::to_string(ServiceBody(result).size()))},
                                   {"Content-Type", Value::String("application/x-amz-json-1.0")},
                                   {"Date", Value::String(HttpDate(now))},
                                   {"x-amzn-RequestId", Value::String(request_id)}});
  ObjectBuilder all;
  for (const std::string_view name : {"x-amzn-RequestId", "connection", "Content-Length", "Date", "Content-Type"}) {
    all.Add(name, Value::Array({*one.Find(name)}));
  }
  return Value::Object(
      {{"ExecutionArn", *result.Find("ExecutionArn")},
       {"SdkHttpMetadata",
        Value::Object({{"AllHttpHeaders", all.Build()}, {"HttpHeaders", one}, {"HttpStatusCode", Value::Int(200)}})},
       {"SdkResponseMetadata", Value::Object({{"RequestId", Value::String(request_id)}})},
       {"StartDate", *result.Find("StartDate")}});
}

// `.sync:2` gives the execution's input and output as JSON.
Value WithParsed(Value result) {
  for (const std::string_view name : {"Input", "Output"}) {
    const Value* text = result.Find(name);
    if (text == nullptr || !text->is_string()) continue;
    if (JsonParse parse = ParseJson(text->as_string())) result = std::move(result).With(name, *std::move(parse.value));
  }
  return result;
}

}  // namespace

void StartExecutionIntegration::Start(TaskRequest request, std::shared_ptr<TaskListener> listener) {
  const Value* machine = request.parameters.Find("StateMachineArn");
  if (machine == nullptr || !machine->is_string()) {
    return listener->Failed(UnusableParameters(request.parameters, Cause::kFieldMissing, "StateMachineArn"));
  }
  const TaskPattern pattern = request.resource.pattern;
  std::shared_ptr<Child> child;
  if (pattern == TaskPattern::kSync || pattern == TaskPattern::kSync2) {
    child = std::make_shared<Child>();
    running_->Begin(request.id, [this, child] {
      return [this, child] {
        std::string arn;
        {
          const std::lock_guard lock(child->mutex);
          child->given_up = true;
          arn = child->arn;
        }
        if (!arn.empty()) StopChild(arn);
      };
    });
  }
  const Value asked = ToApiNames(WithJsonTexts(request.parameters));
  service_.StartChild(
      asked, request.IdempotencyKey(),
      [this, request, child, listener = std::move(listener)](const StepFunctionsService::Answer& answer) {
        if (const auto* refusal = std::get_if<StepFunctionsService::Refusal>(&answer)) {
          if (child != nullptr && !running_->End(request.id)) return;
          return listener->Failed(ErrorOf(*refusal, random_));
        }
        Started(request, std::get<Value>(answer), child, listener);
      });
}

void StartExecutionIntegration::StopChild(const std::string& arn) {
  service_.Call("StopExecution", Value::Object({{"executionArn", Value::String(arn)}}), [](const auto&) {
    // It has ended by itself, or ends now: either way nobody waits for it.
  });
}

void StartExecutionIntegration::Started(const TaskRequest& request, const Value& answer,
                                        const std::shared_ptr<Child>& child,
                                        const std::shared_ptr<TaskListener>& listener) {
  const Value result = TaskResult(answer);
  const std::string arn(result.Find("ExecutionArn")->as_string());
  if (child != nullptr) {
    bool given_up = false;
    {
      const std::lock_guard lock(child->mutex);
      child->arn = arn;
      given_up = child->given_up;
    }
    if (given_up) return StopChild(arn);
  }
  const Value output = WithHttpMetadata(result, random_.Uuid(), now_());
  const TaskPattern pattern = request.resource.pattern;
  if (pattern == TaskPattern::kRequestResponse) return listener->Succeeded(output);
  listener->Submitted(output);
  if (child == nullptr) return;  // who has the task token answers
  service_.DescribeWhenClosed(
      arn, [this, running = running_, id = request.id, pattern, listener](const StepFunctionsService::Answer& closed) {
        const auto delivery = running->End(id);
        if (!delivery) return;
        if (const auto* refusal = std::get_if<StepFunctionsService::Refusal>(&closed)) {
          return listener->Failed(ErrorOf(*refusal, random_));
        }
        Value description = TaskResult(std::get<Value>(closed));
        if (pattern == TaskPattern::kSync2) description = WithParsed(std::move(description));
        if (description.Find("Status")->as_string() == "SUCCEEDED") return listener->Succeeded(std::move(description));
        listener->Failed({std::string(error_names::kTaskFailed), ToJson(description)});
      });
}

}  // namespace gait
