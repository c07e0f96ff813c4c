// What follows when a state fails: the next attempt, a Catcher's state, or the failure of the branch.
#pragma once

#include <optional>
#include <vector>

#include "engine/definition/state_reader.h"
#include "states/data_flow.h"

namespace gait {

inline constexpr FieldRow kRetryField = Structure("Retry", FieldType::kArray);
inline constexpr FieldRow kCatchField = Structure("Catch", FieldType::kArray);

// A failure, and the events that belong to it.
struct Failure {
  WorkflowError error;
  bool by_heartbeat = false;              // a time-out that a missing heartbeat caused
  std::optional<EventType> failed_event;  // to add when the state is not tried again: MapStateFailed, ...
};

class RetryCatch {
 public:
  explicit RetryCatch(const StateReader& reader) : retriers_(reader.Retriers()), catchers_(reader.Catchers()) {}

  // Schedules a retry, or leaves the state by a Catcher with an event of type `exited`, or fails the branch.
  void Handle(Failure failure, const State& state, EventType exited, StepScope& scope, Outcome& out) const;

  // Adds the places that the Catchers lead to.
  void AppendTargets(std::vector<int64_t>& targets) const;

 private:
  void Inspect(const Failure& failure, const StepScope& scope) const;

  std::vector<Retrier> retriers_;
  std::vector<Catcher> catchers_;
};

// Is this the timer of the retry that the branch waits for?
bool IsRetryDue(const TimerDue& timer, const StepScope& scope);

// Asks for that timer again, after a restart.
void ResumeRetry(const StepScope& scope, Outcome& out);

// The ...Exited event of a state.
HistoryEvent ExitedEvent(EventType type, const StepScope& scope, const Value& name, Passed passed, int64_t next);

}  // namespace gait
