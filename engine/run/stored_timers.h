// Timers that are due later than in the next minutes, in the store and out of memory. They come back before they are
// due.
//
// A timer is in the queue, in the store, or in both: it leaves the queue when the commit that stores it is durable, and
// is back in the queue when it is read, under the same key. So a message, or a store that fails, may come at any moment
// between. What is read again after it was called back changes nothing: see Execution::Awaits.
//
// The store has them for the life of one process. The next one derives its timers from the histories, and removes these
// with the first that it stores.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/run/activity.h"
#include "engine/run/clock.h"
#include "engine/run/committer.h"
#include "engine/run/scheduler.h"
#include "engine/run/timer_queue.h"
#include "engine/store/store.h"

namespace gait {

class StoredTimers {
 public:
  // What a timer that was read calls back, or nothing, if nobody waits for it.
  using CallbackOf = std::function<TimerQueue::Callback(const TimerRecord&)>;
  using Log = std::function<void(const std::string&)>;

  // What is due within `ahead` stays in the queue, or is brought back there.
  StoredTimers(Store& store, const Clock& clock, Duration ahead, TimerQueue& timers, Committer& committer,
               Scheduler& scheduler, Activity& activity, CallbackOf callback_of, Log log);

  // May it leave the queue?
  bool IsFar(Timestamp due_at) const { return due_at > clock_.Now() + ahead_; }

  // Stores timers that are in the queue, and takes them out. Calls `done` after that, unless the store fails. Worker
  // thread.
  void Put(std::vector<TimerRecord> timers, std::function<void()> done);

 private:
  void TakeOut(const std::vector<TimerRecord>& stored);
  // Brings back, at `at` at the latest, what is due then or soon after.
  void SweepBy(Timestamp at);
  void Sweep();
  // Reads what is due up to `until`; gives when the next after that is due.
  std::optional<Timestamp> BringBack(Timestamp until);

  Store& store_;
  const Clock& clock_;
  const Duration ahead_;
  TimerQueue& timers_;
  Committer& committer_;
  Scheduler& scheduler_;
  Activity& activity_;
  const CallbackOf callback_of_;
  const Log log_;

  std::mutex mutex_;                    // protects all below
  bool used_ = false;                   // those of an earlier process are gone, or will be
  Timestamp swept_ = Batch::kNoTimer;   // what is due up to then was read, or is just being read
  TimerKey read_ = {Batch::kNoTimer};   // the last that was
  std::optional<TimerKey> next_sweep_;  // in the queue
};

}  // namespace gait
