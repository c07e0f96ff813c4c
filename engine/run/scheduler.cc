#include "engine/run/scheduler.h"

namespace gait {

Scheduler::Scheduler(int threads, Executor* executor) : executor_(executor), pool_(static_cast<size_t>(threads)) {
  if (executor_ == nullptr) pool_.Run([] {});  // that a thread can be had is seen now
}

void Scheduler::Enqueue(Job job) {
  if (stopped_) return;
  if (executor_ != nullptr) return executor_->Work(std::move(job));
  pool_.Run(std::move(job));
}

void Scheduler::Stop() {
  stopped_ = true;
  pool_.Stop();
}

}  // namespace gait
