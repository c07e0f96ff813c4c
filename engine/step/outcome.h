// What one step decided. Events change the execution in memory at once, so that a step sees what it decided before;
// they leave the process only when they are durable, and only then are the effects performed.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/history/fold.h"
#include "engine/step/effect.h"

namespace gait {

class Outcome {
 public:
  // The history has no place for an event that does not end the execution. Thrown through the step, to who called it.
  struct HistoryFull {};

  // `events_max`: of the history, in all.
  Outcome(Progress& progress, Timestamp now, int64_t events_max)
      : progress_(progress), now_(now), events_max_(events_max) {}

  // Numbers, dates and applies the event.
  void Add(HistoryEvent event) {
    if (progress_.last_event_id() + 1 >= events_max_ && IsShown(event.type) && !EndsExecution(event.type)) {
      throw HistoryFull{};
    }
    event.timestamp = now_;
    progress_.Append(event);
    events_.push_back(std::move(event));
  }
  void Perform(Effect effect) { effects_.push_back(std::move(effect)); }
  // The task of the branch has sent a heartbeat.
  void Heard(BranchId branch) { progress_.Heard(branch, now_); }
  // The branch fails: no Retrier takes the error, and no Catcher. Nothing may be added for the branch after this.
  void Fail(WorkflowError error) { failure_ = std::move(error); }

  const std::vector<HistoryEvent>& events() const { return events_; }
  std::vector<HistoryEvent> TakeEvents() { return std::exchange(events_, {}); }
  std::vector<Effect> TakeEffects() { return std::exchange(effects_, {}); }
  std::optional<WorkflowError> TakeFailure() { return std::exchange(failure_, std::nullopt); }

 private:
  Progress& progress_;
  const Timestamp now_;
  const int64_t events_max_;
  std::vector<HistoryEvent> events_;
  std::vector<Effect> effects_;
  std::optional<WorkflowError> failure_;
};

}  // namespace gait
