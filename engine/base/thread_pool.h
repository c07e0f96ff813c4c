// Threads for work that may block. One is started when a call finds none idle, up to a limit; calls beyond it wait, and
// are taken in the order in which they came.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gait {

class ThreadPool {
 public:
  explicit ThreadPool(size_t threads_max) : threads_max_(threads_max) {}
  ~ThreadPool() { Stop(); }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Any thread. After Stop, does nothing. Throws std::system_error if the first thread cannot be started.
  void Run(std::function<void()> call);

  // Drops the calls that wait; waits for those that run. Not from one of them.
  void Stop();

 private:
  void Work();
  // Starts a thread, if one is wanted and none is idle. Whether an idle one is to be notified, once the lock is given
  // up. REQUIRES: the lock is held.
  bool Wake();

  const size_t threads_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  std::vector<std::thread> threads_;           // guarded by mutex_
  size_t idle_ = 0;                            // guarded by mutex_
  // One thread at a time is on its way to the calls that wait; it sends for the next when it finds more of them. A
  // burst of short calls is done by the few threads there are processors for, and none is woken in vain.
  bool coming_ = false;   // guarded by mutex_
  bool stopped_ = false;  // guarded by mutex_
};

}  // namespace gait
