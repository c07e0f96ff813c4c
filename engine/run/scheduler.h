// The threads that do the work, and who is next. Jobs are taken in the order in which they came.
#pragma once

#include <atomic>

#include "engine/base/thread_pool.h"
#include "engine/run/executor.h"

namespace gait {

class Scheduler {
 public:
  using Job = Executor::Job;

  // With an `executor` there are no threads. Throws std::system_error if none can be started.
  explicit Scheduler(int threads, Executor* executor = nullptr);

  // Any thread. After Stop nothing is taken.
  void Enqueue(Job job);

  // Ends the jobs that run, drops those that wait.
  void Stop();

 private:
  Executor* const executor_;
  ThreadPool pool_;
  std::atomic<bool> stopped_{false};
};

}  // namespace gait
