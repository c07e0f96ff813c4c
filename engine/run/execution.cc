#include "engine/run/execution.h"

#include <algorithm>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {
namespace {

// How many states a turn may enter before others get their turn.
constexpr int kStepsMax = 4096;

Value OptionalText(const std::optional<std::string>& text) { return text ? Value::String(*text) : Value(); }

}  // namespace

Execution::Execution(ExecutionInfo info, std::shared_ptr<const StateMachine> machine, const StateGraph& graph,
                     Quotas quotas, Random& random, const ActivityRegistry& activities)
    : info_(std::move(info)),
      machine_(std::move(machine)),
      graph_(graph),
      quotas_(quotas),
      random_(random),
      activities_(activities) {}

template <typename First>
Turn Execution::TakeTurn(Timestamp now, First first) {
  Turn turn;
  Outcome outcome(progress_, now, quotas_.history_events_max);
  outcome_ = &outcome;
  now_ = now;
  try {
    first();
    for (BranchId id : progress_.TakeBegun()) ready_.push_back(id);
    int steps = 0;
    while (!ready_.empty() && progress_.status() == ExecutionStatus::kRunning) {
      if (++steps > kStepsMax) {
        turn.more = true;
        break;
      }
      const BranchId id = ready_.front();
      ready_.pop_front();
      Proceed(id);
    }
  } catch (const Outcome::HistoryFull&) {
    outcome.TakeFailure();
    Close(EventType::kExecutionFailed, std::string(error_names::kRuntime), CauseText(Cause::kHistoryTooLong));
  }
  if (progress_.status() != ExecutionStatus::kRunning) {
    ready_.clear();
    outcome.TakeEffects();  // nothing that was decided in this turn is still wanted
  }
  outcome_ = nullptr;
  turn.events = outcome.TakeEvents();
  turn.effects = outcome.TakeEffects();
  turn.abandoned = progress_.TakeAbandoned();
  return turn;
}

template <typename First>
Turn Execution::Run(Timestamp now, First first) {
  const bool ended = progress_.last_event_id() != 0 && progress_.status() != ExecutionStatus::kRunning;
  return ended ? Turn() : TakeTurn(now, first);
}

Turn Execution::Start(Payload input, Timestamp now) {
  return Run(now, [&] {
    outcome_->Add(
        HistoryEvent(EventType::kExecutionStarted)
            .With(std::move(input))
            .Field(EventField::kRoleArn, Value::String(info_.role_arn))
            .Field(EventField::kStartedBy, info_.started_by.empty() ? Value() : Value::String(info_.started_by))
            .Field(EventField::kTestCase, info_.test_case.empty() ? Value() : Value::String(info_.test_case)));
  });
}

Turn Execution::Redrive(const std::optional<std::string>& client_token, Timestamp now) {
  return TakeTurn(now, [&] {
    progress_.TakeBegun();
    progress_.TakeAbandoned();
    outcome_->Add(HistoryEvent(EventType::kExecutionRedriven)
                      .Field(EventField::kRedriveCount, Value::Int(progress_.redrive_count() + 1))
                      .Field(EventField::kClientToken, OptionalText(client_token)));
    ready_.push_back(0);
  });
}

Turn Execution::Deliver(BranchId branch, const Message& message, Timestamp now) {
  return Run(now, [&] {
    const Branch* b = progress_.Find(branch);
    // The branch may have ended, and another may have its number: the states compare what the message is about.
    if (b != nullptr && b->state >= 0 && b->phase != Branch::Phase::kReady) Step(branch, message);
  });
}

const Branch* Execution::Awaiting(int64_t scheduled_event) const {
  for (const Branch* b : progress_.branches()) {
    if (b->task != nullptr && b->task->scheduled_event == scheduled_event) return b;
  }
  return nullptr;
}

Turn Execution::Continue(Timestamp now) {
  return Run(now, [] {});
}

Turn Execution::Abort(std::optional<std::string> error, std::optional<std::string> cause, Timestamp now) {
  return Run(now, [&] { Close(EventType::kExecutionAborted, std::move(error), std::move(cause)); });
}

Turn Execution::TimeOut(Timestamp now) {
  return Run(now, [&] { Close(EventType::kExecutionTimedOut, std::nullopt, std::nullopt); });
}

Turn Execution::OnTimer(BranchId branch, const TimerDue& timer, Timestamp now) {
  if (!Awaits(branch, timer)) return {};
  if (timer.kind == TimerKind::kExecutionTimeout) return TimeOut(now);
  // A state that waits again, after a redrive or for its next retry, may meet the timer that it set before.
  const bool waits = timer.kind == TimerKind::kWait || timer.kind == TimerKind::kRetry;
  if (waits && now < progress_.branch(branch).due_at) return {};
  return Deliver(branch, timer, now);
}

bool Execution::Awaits(BranchId branch, const TimerDue& timer) const {
  if (timer.kind == TimerKind::kExecutionTimeout) return progress_.redrive_count() == timer.event;
  const Branch* b = progress_.Find(branch);
  if (b == nullptr) return false;
  switch (timer.kind) {
    case TimerKind::kWait: return b->phase == Branch::Phase::kWaiting && b->entered_event == timer.event;
    case TimerKind::kRetry: return b->phase == Branch::Phase::kRetrying && b->entered_event == timer.event;
    default: return b->task != nullptr && b->task->scheduled_event == timer.event;
  }
}

Turn Execution::Resume(Timestamp now) {
  return Run(now, [&] {
    progress_.TakeBegun();
    progress_.TakeAbandoned();
    const auto goes_on = [](const Branch& b) {
      return b.phase == Branch::Phase::kReady || b.phase == Branch::Phase::kRedriven;
    };
    for (const Branch* b : progress_.branches()) {
      if (goes_on(*b)) ready_.push_back(b->id);
    }
    for (const Branch* b : progress_.branches()) {
      if (progress_.status() != ExecutionStatus::kRunning) return;
      if (b->state >= 0 && !goes_on(*b)) Step(b->id, ResumeState{});
    }
  });
}

void Execution::Unparked() {
  progress_.TakeBegun();
  progress_.TakeAbandoned();
}

bool Execution::CanBeParked() const {
  if (progress_.status() != ExecutionStatus::kRunning || !ready_.empty()) return false;
  const auto branches = progress_.branches();
  return std::none_of(branches.begin(), branches.end(), [](const Branch* b) {
    const bool was_heard = b->task != nullptr && b->task->heard_at.ms != 0;  // no event says so
    return b->map_run != nullptr || was_heard;
  });
}

void Execution::Proceed(BranchId branch) {
  const Branch* b = progress_.Find(branch);
  if (b == nullptr) return;
  if (b->phase == Branch::Phase::kReady) return Step(branch, EnterState{});
  if (b->phase == Branch::Phase::kRedriven) return Step(branch, RedriveState{});
  // Redriven behind its last state: the history had no place for more.
  if (b->phase == Branch::Phase::kFinished) AfterStep(branch, b->parent);
}

void Execution::Step(BranchId branch, const Message& message) {
  const BranchId parent = progress_.branch(branch).parent;
  {
    const Branch& b = progress_.branch(branch);
    const bool enters = std::holds_alternative<EnterState>(message);
    const StateGraph& graph = GraphOf(b);
    const int64_t place = !enters ? b.state : b.next == kStartAt ? graph.start_at() : b.next;
    StepScope scope(info_, progress_, branch, now_, random_, quotas_, activities_);
    graph.at(place).Step(message, scope, *outcome_);
  }
  AfterStep(branch, parent);
}

void Execution::AfterStep(BranchId branch, BranchId parent) {
  for (BranchId id : progress_.TakeBegun()) ready_.push_back(id);
  if (auto failure = outcome_->TakeFailure()) return Failed(branch, parent, *std::move(failure));
  const Branch* b = progress_.Find(branch);
  if (b == nullptr)
    return Step(parent, ChildSucceeded{branch});  // a Parallel's branch: joined when it left its last state
  if (b->phase == Branch::Phase::kReady) {
    ready_.push_back(branch);
  } else if (b->phase == Branch::Phase::kFinished) {
    if (parent >= 0) return Step(parent, ChildSucceeded{branch});
    outcome_->Add(HistoryEvent(EventType::kExecutionSucceeded).With(b->payload));
  }
}

void Execution::Failed(BranchId branch, BranchId parent, WorkflowError error) {
  if (parent >= 0) return Step(parent, ChildFailed{branch, std::move(error)});
  Close(EventType::kExecutionFailed, std::move(error.error), std::move(error.cause));
}

void Execution::Close(EventType type, std::optional<std::string> error, std::optional<std::string> cause) {
  outcome_->Add(
      HistoryEvent(type).Field(EventField::kError, OptionalText(error)).Field(EventField::kCause, OptionalText(cause)));
}

const StateGraph& Execution::GraphOf(const Branch& branch) const {
  if (branch.parent < 0) return graph_;
  return *StateOf(progress_.branch(branch.parent)).ChildGraph(branch.index);
}

const State& Execution::StateOf(const Branch& branch) const { return GraphOf(branch).at(branch.state); }

}  // namespace gait
