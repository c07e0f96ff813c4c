#include "engine/run/stored_timers.h"

#include <algorithm>
#include <limits>

namespace gait {
namespace {

// Read at a time.
constexpr size_t kPage = 1'000;

// A sweep comes so much earlier than the first timer that it brings back, and is tried again after as long.
Duration LeadOf(Duration ahead) { return {ahead.ms / 5}; }

}  // namespace

StoredTimers::StoredTimers(Store& store, const Clock& clock, Duration ahead, TimerQueue& timers, Committer& committer,
                           Scheduler& scheduler, Activity& activity, CallbackOf callback_of, Log log)
    : store_(store),
      clock_(clock),
      ahead_(ahead),
      timers_(timers),
      committer_(committer),
      scheduler_(scheduler),
      activity_(activity),
      callback_of_(std::move(callback_of)),
      log_(std::move(log)) {}

void StoredTimers::Put(std::vector<TimerRecord> timers, std::function<void()> done) {
  if (timers.empty()) return done();
  Commit commit;
  commit.timers = timers;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(used_, true)) commit.timers_until = Batch::kAllTimers;
  }
  activity_.Begin();
  commit.done = [this, timers = std::move(timers), done = std::move(done)](CommitResult result) {
    if (result == CommitResult::kDurable) {
      TakeOut(timers);
      done();
    }
    activity_.End();
  };
  committer_.Submit(std::move(commit));
}

void StoredTimers::TakeOut(const std::vector<TimerRecord>& stored) {
  std::optional<Timestamp> first;
  {
    const std::lock_guard lock(mutex_);
    for (const TimerRecord& timer : stored) {
      // A sweep that has begun meanwhile may have passed by it.
      if (timer.key.due_at <= swept_) continue;
      timers_.Remove(timer.key);
      if (!first || timer.key.due_at < *first) first = timer.key.due_at;
    }
  }
  if (first) SweepBy({first->ms - LeadOf(ahead_).ms});
}

void StoredTimers::SweepBy(Timestamp at) {
  const std::lock_guard lock(mutex_);
  if (next_sweep_ && next_sweep_->due_at <= at) return;
  if (next_sweep_) timers_.Remove(*next_sweep_);
  next_sweep_ = timers_.Add(at, [this] {
    activity_.Begin();
    scheduler_.Enqueue([this] {
      Sweep();
      activity_.End();
    });
  });
}

void StoredTimers::Sweep() {
  Timestamp until;
  {
    const std::lock_guard lock(mutex_);
    next_sweep_.reset();
    until = swept_ = std::max(swept_, clock_.Now() + ahead_);
  }
  try {
    if (const auto next = BringBack(until)) SweepBy({next->ms - LeadOf(ahead_).ms});
  } catch (const std::exception& e) {
    log_("timers in the store cannot be read, and are tried again: " + std::string(e.what()));
    SweepBy(clock_.Now() + LeadOf(ahead_));
  }
}

std::optional<Timestamp> StoredTimers::BringBack(Timestamp until) {
  TimerKey after;
  {
    const std::lock_guard lock(mutex_);
    after = read_;
  }
  size_t count = kPage;
  for (bool any = false; count == kPage; any = true) {
    const std::vector<TimerRecord> page = store_.ListTimers(after, until, kPage);
    count = page.size();
    if (count == 0 && !any) break;
    for (const TimerRecord& timer : page) {
      if (auto callback = callback_of_(timer)) timers_.Restore(timer.key, std::move(callback));
      after = timer.key;
    }
    const std::lock_guard lock(mutex_);
    read_ = std::max(read_, after);
  }
  Commit commit;
  commit.timers_until = until;
  committer_.Submit(std::move(commit));
  const auto next = store_.ListTimers({until, std::numeric_limits<int64_t>::max()}, Batch::kAllTimers, 1);
  if (next.empty()) return std::nullopt;
  return next.front().key.due_at;
}

}  // namespace gait
