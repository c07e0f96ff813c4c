#include "engine/run/scheduler.h"

namespace gait {

Scheduler::Scheduler(int threads, Executor* executor) : executor_(executor) {
  if (executor_ != nullptr) return;
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Scheduler::~Scheduler() { Stop(); }

void Scheduler::Enqueue(Job job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (executor_ != nullptr) return executor_->Work(std::move(job));
    jobs_.push_back(std::move(job));
    wake = sleeping_ > 0;
  }
  if (wake) changed_.notify_one();
}

void Scheduler::Loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (jobs_.empty()) {
      ++sleeping_;
      changed_.wait(lock);
      --sleeping_;
      continue;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

void Scheduler::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace gait
