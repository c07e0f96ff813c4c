// Calls back when a moment has come. By a thread of its own under the wall clock; under a virtual clock whenever
// nothing else is under way, and then the clock is moved there.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/run/clock.h"
#include "engine/run/executor.h"

namespace gait {

class TimerQueue {
 public:
  // Tells whether it found anybody: who asked for the timer may have ended.
  using Callback = std::function<bool()>;

  // `virtual_clock` is null under the wall clock. With an `executor` it is that which waits and calls back.
  TimerQueue(const Clock& clock, VirtualClock* virtual_clock, Executor* executor = nullptr);
  ~TimerQueue();

  // Calls `callback` once, at `due_at` or soon after, never before; of two that are due together the one added first
  // goes first. Callbacks are short: they post a message. Any thread.
  void Add(Timestamp due_at, Callback callback);

  // Moves the virtual clock to the next timer that finds anybody, and calls back all that are due then, if `may` still
  // says so when the timer is taken; false if there is none or it may not. Whoever thinks that nothing is under way may
  // be late with that: another may have begun something since, and asked for the very timer.
  bool FireNext(const std::function<bool()>& may = [] { return true; });

  // Waits for a callback that runs to end; nothing is called after this.
  void Stop();

 private:
  struct Timer {
    Timestamp due_at;
    uint64_t number;
    Callback callback;

    bool operator>(const Timer& other) const {
      return due_at != other.due_at ? due_at > other.due_at : number > other.number;
    }
  };

  void Loop();
  // The callbacks that are due at `now`, taken off the queue. REQUIRES: the lock is held.
  std::vector<Callback> TakeDue(Timestamp now);

  const Clock& clock_;
  VirtualClock* const virtual_clock_;
  Executor* const executor_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Timer> heap_;   // guarded by mutex_; the next timer in front
  uint64_t next_number_ = 0;  // guarded by mutex_
  bool stopping_ = false;     // guarded by mutex_
  std::thread thread_;        // started with the first timer, under the wall clock; guarded by mutex_
};

}  // namespace gait
