#include "states/retry_catch.h"

namespace gait {

void RetryCatch::Handle(Failure failure, const State& state, EventType exited, StepScope& scope, Outcome& out) const {
  const BranchId branch = scope.branch().id;
  if (scope.inspected()) Inspect(failure, scope);
  const auto retrier = FindRetrier(retriers_, failure.error, failure.by_heartbeat, scope.branch().retries);
  if (retrier) {
    const Retrier& r = retriers_[*retrier];
    const int taken = *retrier < scope.branch().retries.size() ? scope.branch().retries[*retrier] : 0;
    scope.Decided(Decision::kRetrier, *retrier);
    const Timestamp due_at = scope.now() + r.Delay(taken, scope.random());
    out.Add(HistoryEvent(EventType::kRetryScheduled, branch)
                .Number(static_cast<int64_t>(*retrier))
                .Field(EventField::kDueAt, Value::Int(due_at.ms)));
    ResumeRetry(scope, out);
    return;
  }
  if (failure.failed_event) out.Add(HistoryEvent(*failure.failed_event, branch));
  const Catcher* catcher = FindCatcher(catchers_, failure.error, failure.by_heartbeat);
  if (catcher == nullptr) return out.Fail(std::move(failure.error));
  if (scope.inspected()) scope.Note(Inspected::kCatchIndex, Value::Int(catcher - catchers_.data()));
  Result<Passed> passed =
      DataFlow::CaughtOutput(scope, scope.branch().payload, *catcher, failure.error, state.name().as_string());
  if (!passed) return out.Fail(state.Reported(scope, out, std::move(passed).error()));
  scope.Decided(Decision::kCatcher, static_cast<size_t>(catcher - catchers_.data()));
  out.Add(ExitedEvent(exited, scope, state.name(), std::move(passed).value(), catcher->next));
}

void RetryCatch::Inspect(const Failure& failure, const StepScope& scope) const {
  ObjectBuilder error;
  if (failure.error.error) error.Add("Error", Value::String(*failure.error.error));
  if (failure.error.cause) error.Add("Cause", Value::String(*failure.error.cause));
  scope.Note(Inspected::kFailure, error.Build());
  if (const auto retrier = MatchingRetrier(retriers_, failure.error, failure.by_heartbeat)) {
    scope.Note(Inspected::kRetryIndex, Value::Int(static_cast<int64_t>(*retrier)));
  }
}

void RetryCatch::AppendTargets(std::vector<int64_t>& targets) const {
  for (const Catcher& c : catchers_) targets.push_back(c.next);
}

bool IsRetryDue(const TimerDue& timer, const StepScope& scope) {
  return timer.kind == TimerKind::kRetry && scope.branch().phase == Branch::Phase::kRetrying &&
         timer.event == scope.branch().entered_event;
}

void ResumeRetry(const StepScope& scope, Outcome& out) {
  out.Perform(StartTimer{scope.branch().id, TimerKind::kRetry, scope.branch().entered_event, scope.branch().due_at});
}

HistoryEvent ExitedEvent(EventType type, const StepScope& scope, const Value& name, Passed passed, int64_t next) {
  return HistoryEvent(type, scope.branch().id)
      .Name(name)
      .With(std::move(passed.output))
      .Number(next)
      .Field(EventField::kAssignedVariables, std::move(passed.assigned));
}

}  // namespace gait
