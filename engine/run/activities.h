// The tasks of activities that wait for a worker, and the workers that wait for a task.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
//
// Nothing here is stored: a task that waits is one whose ActivityScheduled event has no ActivityStarted behind it, and
// recovery adds it again.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "engine/history/payload.h"
#include "engine/json/value.h"
#include "engine/run/timer_queue.h"
#include "engine/step/activity_registry.h"
#include "engine/task/task_id.h"

namespace gait {

// How long a worker waits for a task.
inline constexpr Duration kActivityPoll = Duration::Seconds(60);

struct ActivityTask {
  std::string token;
  Payload input;
};

enum class PollStatus : uint8_t {
  kTask,
  kNone,         // no task came within kActivityPoll, or the engine stops
  kTooMany,      // as many workers wait as may
  kStoreFailed,  // the task could not be given out
};

class Activities : public ActivityRegistry {
 public:
  using Polled = std::function<void(PollStatus, const ActivityTask&)>;
  // Has the task given out: calls back with kTask once its ActivityStarted event is durable, with kNone if nobody waits
  // for the task any more.
  using GiveOut = std::function<void(const TaskId&, const Value& worker, Polled)>;

  // `pollers_max` of one activity at a time.
  Activities(const Clock& clock, TimerQueue& timers, size_t pollers_max, GiveOut give_out);

  void Register(std::string_view arn);
  void Unregister(std::string_view arn);
  bool HasActivity(std::string_view arn) const override;

  // A task waits for a worker. Tasks and workers are served in the order in which they came.
  void Add(std::string_view arn, const TaskId& task);
  // Nobody waits for the task any more.
  void Remove(const TaskId& task);

  // A worker asks for a task; `worker` is its name, or undefined. One that is not `awaiting` any more is passed over.
  // Holds no thread. Any thread.
  void Poll(std::string_view arn, Value worker, std::function<bool()> awaiting, Polled polled);

  // Answers all workers that wait.
  void Stop();

 private:
  struct Poller {
    Value worker;
    std::function<bool()> awaiting;
    Polled polled;
    bool waits = true;  // guarded by the mutex: has not been answered
  };
  struct Activity {
    std::map<uint64_t, TaskId> tasks;  // by the order of their coming
    std::list<std::shared_ptr<Poller>> pollers;
  };

  // Forgets the workers that are gone. REQUIRES: the lock is held.
  static void DropGone(Activity& activity);
  // Brings tasks and workers together as long as there are both.
  void Match(const std::string& arn);
  void GiveTo(const std::string& arn, const TaskId& task, const std::shared_ptr<Poller>& poller);
  void TimeOut(const std::string& arn, const std::shared_ptr<Poller>& poller);

  const Clock& clock_;
  TimerQueue& timers_;
  const size_t pollers_max_;
  const GiveOut give_out_;

  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> registered_;              // guarded by mutex_
  std::map<std::string, Activity, std::less<>> activities_;    // guarded by mutex_; those with a task or a worker
  std::map<TaskId, std::pair<std::string, uint64_t>> places_;  // guarded by mutex_; of the tasks that wait
  uint64_t next_place_ = 0;                                    // guarded by mutex_
  bool stopping_ = false;                                      // guarded by mutex_
};

}  // namespace gait
