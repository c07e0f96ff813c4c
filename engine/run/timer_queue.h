// Calls back when a moment has come. By a thread of its own under the wall clock; under a virtual clock whenever
// nothing else is under way, and then the clock is moved there.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/run/clock.h"
#include "engine/run/executor.h"
#include "engine/store/store.h"

namespace gait {

class TimerQueue {
 public:
  using Callback = std::function<void()>;

  // `virtual_clock` is null under the wall clock. With an `executor` it is that which waits and calls back.
  TimerQueue(const Clock& clock, VirtualClock* virtual_clock, Executor* executor = nullptr);
  ~TimerQueue();

  // Calls `callback` once, at `due_at` or soon after, never before; of two that are due together the one added first
  // goes first. Callbacks are short: they post a message. Any thread.
  TimerKey Add(Timestamp due_at, Callback callback);
  // Puts a timer back that was removed, in its old place. Does nothing for one that is there.
  void Restore(const TimerKey& timer, Callback callback);
  // It is not called back any more, unless that is happening just now or has been. Any thread.
  void Remove(const TimerKey& timer);

  // Moves the virtual clock to the next timer and calls back all that are due then, if `may` says so when they are
  // taken; false if there is none or it may not. From then on until all were called back something is under way:
  // another thread that finds nothing else to do must not take the timers behind these meanwhile.
  bool FireNext(const std::function<bool()>& may);

  // Waits for a callback that runs to end; nothing is called after this.
  void Stop();

 private:
  // REQUIRES: the lock is held.
  void Put(const TimerKey& timer, Callback callback);
  void Loop();
  // The callbacks that are due at `now`, taken off the queue. REQUIRES: the lock is held.
  std::vector<Callback> TakeDue(Timestamp now);

  const Clock& clock_;
  VirtualClock* const virtual_clock_;
  Executor* const executor_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<TimerKey, Callback> timers_;  // guarded by mutex_; none where an executor has them
  int64_t next_number_ = 0;              // guarded by mutex_
  bool stopping_ = false;                // guarded by mutex_
  std::thread thread_;                   // started with the first timer, under the wall clock; guarded by mutex_
};

}  // namespace gait
