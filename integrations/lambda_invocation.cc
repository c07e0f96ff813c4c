#include "integrations/lambda_invocation.h"

#include <utility>

#include "engine/base/base64.h"
#include "engine/base/cause_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "integrations/http_client.h"
#include "integrations/parameters.h"

namespace gait {
namespace {

constexpr size_t kLogResultBytes = 4096;  // before Base64, as Lambda's

// What the function is given. A Payload that is missing or null is an empty object, and a text that is JSON is taken
// for what it says (both recorded).
std::string PayloadText(const Value* payload) {
  if (payload == nullptr || payload->is_null()) return "{}";
  if (payload->is_string() && ParseJson(payload->as_string())) return std::string(payload->as_string());
  return ToJson(*payload);
}

}  // namespace

LambdaInvocation::LambdaInvocation(TaskRequest request, std::shared_ptr<TaskListener> listener,
                                   std::shared_ptr<RunningTasks> running, Random& random,
                                   std::function<Timestamp()> now)
    : request_(std::move(request)),
      listener_(std::move(listener)),
      running_(std::move(running)),
      random_(random),
      now_(std::move(now)),
      request_id_(random.Uuid()) {}

std::optional<WorkflowError> LambdaInvocation::Read() {
  if (is_service()) return ReadService();
  payload_ = ToJson(request_.parameters);
  return ReadName(request_.resource.arn);
}

std::optional<WorkflowError> LambdaInvocation::ReadService() {
  std::string function, qualifier, log_type;
  const std::pair<std::string_view, std::string*> texts[] = {{"FunctionName", &function},
                                                             {"Qualifier", &qualifier},
                                                             {"InvocationType", &type_},
                                                             {"LogType", &log_type},
                                                             {"ClientContext", &client_context_}};
  for (const auto& [field, text] : texts) {
    const Value* value = Parameter(field);
    if (value == nullptr) continue;
    if (!value->is_string() || !IsHeaderValue(value->as_string())) {
      return UnusableParameters(request_.parameters, Cause::kFieldFormat, field);
    }
    *text = value->as_string();
  }
  if (function.empty()) return UnusableParameters(request_.parameters, Cause::kFieldMissing, "FunctionName");
  if (auto error = ReadName(function)) return error;
  if (!qualifier.empty()) {
    if (!name_.qualifier.empty() && qualifier != name_.qualifier) {
      return LambdaRefusal("InvalidParameterValueException", CauseText(Cause::kQualifiersDiffer), 400, request_id_);
    }
    if (!IsLambdaQualifier(qualifier)) return UnusableParameters(request_.parameters, Cause::kFieldFormat, "Qualifier");
    name_.qualifier = qualifier;
  }
  payload_ = PayloadText(Parameter("Payload"));
  wants_log_ = log_type == "Tail";
  return std::nullopt;
}

std::optional<WorkflowError> LambdaInvocation::ReadName(std::string_view text) {
  auto name = ParseLambdaName(text, request_.account);
  if (!name) return UnusableParameters(request_.parameters, Cause::kFieldFormat, "FunctionName");
  name_ = *std::move(name);
  return std::nullopt;
}

const Value* LambdaInvocation::Parameter(std::string_view field) const {
  return request_.parameters.is_object() ? request_.parameters.Find(field) : nullptr;
}

void LambdaInvocation::Log(std::string_view line) {
  if (!wants_log_) return;
  log_.append(line).append("\n");
  if (log_.size() > kLogResultBytes) log_.erase(0, log_.size() - kLogResultBytes);
}

// Framed as in Lambda's logs.
std::string LambdaInvocation::LogResult() const {
  const std::string version = name_.qualifier.empty() ? "$LATEST" : name_.qualifier;
  std::string log = "START RequestId: " + request_id_ + " Version: " + version + "\n" + log_ +
                    "END RequestId: " + request_id_ + "\nREPORT RequestId: " + request_id_ + "\n";
  if (log.size() > kLogResultBytes) log.erase(0, log.size() - kLogResultBytes);
  return ToBase64(log);
}

LambdaAnswer LambdaInvocation::LocalAnswer(std::string payload) const {
  LambdaAnswer answer{.payload = std::move(payload), .executed_version = name_.ExecutedVersion()};
  if (wants_log_) answer.log_result = LogResult();
  return answer;
}

void LambdaInvocation::Returned(std::string payload) { Answered(LocalAnswer(std::move(payload))); }

void LambdaInvocation::FunctionFailed(std::string payload) {
  LambdaAnswer answer = LocalAnswer(std::move(payload));
  answer.failed = true;
  Answered(std::move(answer));
}

void LambdaInvocation::Answered(LambdaAnswer answer) {
  if (const auto delivery = running_->End(request_.id)) Give(std::move(answer));
}

void LambdaInvocation::Failed(WorkflowError error) {
  if (const auto delivery = running_->End(request_.id)) std::exchange(listener_, nullptr)->Failed(std::move(error));
}

void LambdaInvocation::Give(LambdaAnswer answer) {
  const auto listener = std::exchange(listener_, nullptr);
  if (answer.failed) return listener->Failed(FunctionFailure(answer.payload, is_service()));
  if (!is_service()) return listener->Succeeded(PayloadValue(answer.payload));
  const Timestamp now = now_();
  if (answer.request_id.empty()) answer.request_id = request_id_;
  if (answer.trace_id.empty()) answer.trace_id = MakeTraceId(random_, now);
  if (answer.date.empty()) answer.date = HttpDate(now);
  if (request_.resource.pattern == TaskPattern::kWaitForTaskToken) return listener->Submitted(InvokeOutput(answer));
  listener->Succeeded(InvokeOutput(answer));
}

}  // namespace gait
