#include "engine/run/timer_queue.h"

#include <algorithm>
#include <chrono>

namespace gait {

TimerQueue::TimerQueue(const Clock& clock, VirtualClock* virtual_clock, Executor* executor)
    : clock_(clock), virtual_clock_(virtual_clock), executor_(executor) {}

TimerQueue::~TimerQueue() { Stop(); }

void TimerQueue::Add(Timestamp due_at, Callback callback) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  if (executor_ != nullptr) return executor_->At(due_at, std::move(callback));
  heap_.push_back({due_at, next_number_++, std::move(callback)});
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  if (virtual_clock_ != nullptr) return;
  if (!thread_.joinable()) {
    thread_ = std::thread([this] { Loop(); });
  } else if (heap_.front().number == next_number_ - 1) {
    changed_.notify_one();
  }
}

std::vector<TimerQueue::Callback> TimerQueue::TakeDue(Timestamp now) {
  std::vector<Callback> due;
  while (!heap_.empty() && heap_.front().due_at <= now) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    due.push_back(std::move(heap_.back().callback));
    heap_.pop_back();
  }
  return due;
}

bool TimerQueue::FireNext(const std::function<bool()>& may) {
  std::vector<Callback> due;
  {
    const std::lock_guard lock(mutex_);
    if (heap_.empty() || stopping_ || !may()) return false;
    virtual_clock_->AdvanceTo(heap_.front().due_at);
    due = TakeDue(clock_.Now());
  }
  for (const Callback& callback : due) callback();
  return true;
}

void TimerQueue::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (heap_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Duration left = heap_.front().due_at - clock_.Now();
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
