// The runner's timers: those that are due soon are in memory, those far off of executions that left memory in the
// store.
#include <algorithm>

#include "engine/run/actor.h"

namespace gait {

void Runner::AddTimeout(const std::shared_ptr<Actor>& actor, Timestamp due_at, int64_t redrive_count) {
  AddTimer(actor, due_at, -1, {TimerKind::kExecutionTimeout, redrive_count});
}

void Runner::AddTimer(const std::shared_ptr<Actor>& actor, Timestamp due_at, BranchId branch, const TimerDue& due) {
  TimerRecord timer{{}, actor->id, branch, static_cast<int64_t>(due.kind), due.event};
  const bool far = stored_timers_.IsFar(due_at);
  timer.key = timers_.Add(due_at, CallbackOf(timer));
  if (!far) return;
  {
    const std::lock_guard lock(actor->mutex);
    if (!actor->removed) return actor->far_timers.push_back(timer);
  }
  timers_.Remove(timer.key);
}

// Finds the execution when it is called: one that has ended by then is not kept in memory for its timers.
TimerQueue::Callback Runner::CallbackOf(const TimerRecord& timer) {
  return [this, execution = timer.execution_id, branch = timer.branch,
          due = TimerDue{static_cast<TimerKind>(timer.kind), timer.event}] {
    if (auto actor = Find(execution)) {
      Mail(actor, [branch, due](Execution& e, Timestamp now) { return e.OnTimer(branch, due, now); });
    }
  };
}

std::vector<TimerRecord> Runner::TakeUnawaited(Actor& actor, const Execution& execution) {
  const auto unawaited = std::partition(actor.far_timers.begin(), actor.far_timers.end(), [&](const TimerRecord& t) {
    return execution.Awaits(t.branch, {static_cast<TimerKind>(t.kind), t.event});
  });
  std::vector<TimerRecord> taken(unawaited, actor.far_timers.end());
  actor.far_timers.erase(unawaited, actor.far_timers.end());
  return taken;
}

void Runner::ListFar(const std::shared_ptr<Actor>& actor) {
  const std::lock_guard lock(far_mutex_);
  far_.push_back(actor);
  if (!storing_far_) StoreFarIfMany();
}

void Runner::StoreFarIfMany() {
  storing_far_ = far_.size() >= options_.far_executions_max;
  if (!storing_far_) return;
  activity_.Begin();
  scheduler_.Enqueue([this] {
    StoreFar();
    activity_.End();
  });
}

void Runner::StoreFar() {
  std::vector<std::weak_ptr<Actor>> listed(options_.far_executions_max);
  {
    const std::lock_guard lock(far_mutex_);
    std::move(far_.end() - static_cast<ptrdiff_t>(listed.size()), far_.end(), listed.begin());
    far_.resize(far_.size() - listed.size());
  }
  std::vector<TimerRecord> timers;
  for (const auto& weak : listed) {
    const auto actor = weak.lock();
    if (actor == nullptr) continue;
    const std::lock_guard lock(actor->mutex);
    actor->is_listed = false;
    // One that has come back is listed again when it leaves. One that ends before these are submitted leaves them in
    // the store until they are due, when nobody awaits them.
    if (actor->removed || actor->scheduled || actor->resident != nullptr) continue;
    for (const TimerRecord& timer : std::exchange(actor->far_timers, {})) {
      if (!stored_timers_.IsFar(timer.key.due_at)) continue;
      timers.push_back(timer);
      actor->had_timers = true;
    }
  }
  stored_timers_.Put(std::move(timers), [this] {
    const std::lock_guard lock(far_mutex_);
    StoreFarIfMany();
  });
}

}  // namespace gait
