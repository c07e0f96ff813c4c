#include "engine/run/timer_queue.h"

#include <algorithm>
#include <chrono>

namespace gait {

TimerQueue::TimerQueue(const Clock& clock, VirtualClock* virtual_clock, Executor* executor)
    : clock_(clock), virtual_clock_(virtual_clock), executor_(executor) {}

TimerQueue::~TimerQueue() { Stop(); }

TimerKey TimerQueue::Add(Timestamp due_at, Callback callback) {
  const std::lock_guard lock(mutex_);
  const TimerKey timer{due_at, next_number_++};
  Put(timer, std::move(callback));
  return timer;
}

void TimerQueue::Restore(const TimerKey& timer, Callback callback) {
  const std::lock_guard lock(mutex_);
  Put(timer, std::move(callback));
}

void TimerQueue::Put(const TimerKey& timer, Callback callback) {
  if (stopping_) return;
  if (executor_ != nullptr) return executor_->At(timer, std::move(callback));
  const auto [place, added] = timers_.emplace(timer, std::move(callback));
  if (!added || virtual_clock_ != nullptr) return;
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { Loop(); });
  } else if (place == timers_.begin()) {
    changed_.notify_one();
  }
}

void TimerQueue::Remove(const TimerKey& timer) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  if (executor_ != nullptr) return executor_->Cancel(timer);
  timers_.erase(timer);
}

std::vector<TimerQueue::Callback> TimerQueue::TakeDue(Timestamp now) {
  std::vector<Callback> due;
  while (!timers_.empty() && timers_.begin()->first.due_at <= now) {
    due.push_back(std::move(timers_.begin()->second));
    timers_.erase(timers_.begin());
  }
  return due;
}

bool TimerQueue::FireNext(const std::function<bool()>& may) {
  std::vector<Callback> due;
  {
    const std::lock_guard lock(mutex_);
    if (timers_.empty() || stopping_ || !may()) return false;
    virtual_clock_->AdvanceTo(timers_.begin()->first.due_at);
    due = TakeDue(clock_.Now());
  }
  for (const Callback& callback : due) callback();
  return true;
}

void TimerQueue::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (timers_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Duration left = timers_.begin()->first.due_at - clock_.Now();
    if (left.ms > 0) {
      // In slices: the wall clock may be set while this waits.
      changed_.wait_for(lock, std::chrono::milliseconds(std::min<int64_t>(left.ms, 60'000)));
      continue;
    }
    const std::vector<Callback> due = TakeDue(clock_.Now());
    lock.unlock();
    for (const Callback& callback : due) callback();
    lock.lock();
  }
}

void TimerQueue::Stop() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    thread = std::move(thread_);
  }
  changed_.notify_all();
  if (thread.joinable()) thread.join();
}

}  // namespace gait
