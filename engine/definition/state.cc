#include "engine/definition/state.h"

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {

void State::Enter(const Message& message, EventType entered, const StepScope& scope, Outcome& out) const {
  if (std::holds_alternative<RedriveState>(message)) return;
  out.Add(HistoryEvent(entered, scope.branch().id).Name(name_).With(Payload(scope.branch().payload)).Number(place_));
}

WorkflowError State::Located(const StepScope& scope, WorkflowError error) const {
  if (scope.inspected()) return error;  // recorded of TestState: there is no event to name
  error.cause = CauseText(Cause::kWhileExecuting,
                          {name_.as_string(), std::to_string(scope.branch().entered_event), error.cause.value_or("")});
  return error;
}

WorkflowError State::Reported(const StepScope& scope, Outcome& out, WorkflowError error) const {
  WorkflowError located = Located(scope, std::move(error));
  if (located.error == error_names::kQueryEvaluationError) {
    HistoryEvent event(EventType::kEvaluationFailed, scope.branch().id);
    event.Set(EventField::kError, Value::String(*located.error));
    event.Set(EventField::kCause, Value::String(located.cause.value_or("")));
    if (!located.location.empty()) event.Set(EventField::kLocation, Value::String(located.location));
    event.Set(EventField::kState, name_);
    out.Add(std::move(event));
  }
  return located;
}

}  // namespace gait
