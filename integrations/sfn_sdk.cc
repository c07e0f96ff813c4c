#include "integrations/sfn_sdk.h"

#include <cmath>

#include "engine/base/cause_table.h"
#include "engine/base/timestamp.h"

namespace gait {
namespace {

// The SDK's exceptions are called after the API's errors.
std::string ExceptionName(const std::string& code) { return code.ends_with("Exception") ? code : code + "Exception"; }

// Dates as texts: what the API gives as seconds under a name that ends in Date.
Value WithDates(const Value& value) {
  if (value.is_array()) {
    ArrayBuilder items(value.size());
    for (const Value& item : value.items()) items.Add(WithDates(item));
    return items.Build();
  }
  if (!value.is_object()) return value;
  ObjectBuilder object(value.size());
  for (const Member& m : value.members()) {
    const bool date = (m.name().ends_with("Date") || m.name() == "Timestamp") && m.value.is_number();
    const Timestamp at{date ? static_cast<int64_t>(std::llround(m.value.as_double() * 1000)) : 0};
    object.Add(m.key, date ? Value::String(FormatTimestamp(at)) : WithDates(m.value));
  }
  return object.Build();
}

}  // namespace

void SfnSdkIntegration::Start(TaskRequest request, std::shared_ptr<TaskListener> listener) {
  std::string operation = request.resource.action;
  if (!operation.empty() && 'a' <= operation[0] && operation[0] <= 'z') operation[0] += 'A' - 'a';
  service_.Call(
      operation, ToApiNames(WithJsonTexts(request.parameters)),
      [this, listener = std::move(listener), by_token = request.resource.pattern == TaskPattern::kWaitForTaskToken](
          const StepFunctionsService::Answer& answer) {
        if (const auto* refusal = std::get_if<StepFunctionsService::Refusal>(&answer)) {
          return listener->Failed({"Sfn." + ExceptionName(refusal->code),
                                   CauseText(Cause::kSdkRefusal, {refusal->message, "Sfn",
                                                                  std::to_string(refusal->status), random_.Uuid()})});
        }
        Value result = WithDates(ToTaskNames(std::get<Value>(answer)));
        if (by_token) return listener->Submitted(std::move(result));
        listener->Succeeded(std::move(result));
      });
}

}  // namespace gait
