// The threads that do the work, and who is next. Jobs are taken in the order in which they came.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/run/executor.h"

namespace gait {

class Scheduler {
 public:
  using Job = Executor::Job;

  // With an `executor` there are no threads.
  explicit Scheduler(int threads, Executor* executor = nullptr);
  ~Scheduler();

  // Any thread. After Stop nothing is taken.
  void Enqueue(Job job);

  // Ends the jobs that run, drops those that wait.
  void Stop();

 private:
  void Loop();

  Executor* const executor_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;   // guarded by mutex_
  int sleeping_ = 0;       // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace gait
