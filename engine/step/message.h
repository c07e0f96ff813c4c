// What arrives at an execution. A message is for one branch; who sends it, and what a crash before it is handled leaves
// behind, stands at each.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/base/result.h"
#include "engine/history/event.h"

namespace gait {

// The branch enters the state, with its payload as the input. From the runner, when the state before it was left, or
// when the branch has just begun. Lost in a crash: recovery finds the branch ready and enters the state.
struct EnterState {};

// The state was entered before the engine stopped: what it waits for is to be asked for again.
struct ResumeState {};

// The state was unsuccessful, or within one that was, and its execution is redriven: it is run again, without another
// ...StateEntered. From the runner. Lost in a crash: recovery finds the branch so.
struct RedriveState {};

// The result of a task. From an integration, an API call that carries the task's token, or recovery. `scheduled_event`
// names the attempt; a message for an attempt that nobody waits for is dropped. Lost in a crash: the task is uncertain.
struct TaskSucceeded {
  int64_t scheduled_event = 0;
  Payload output;
};
struct TaskFailed {
  int64_t scheduled_event = 0;
  WorkflowError error;
};
// The service took the request; a token or a poll will bring the result.
struct TaskSubmitted {
  int64_t scheduled_event = 0;
  Payload output;
};
// A worker took the activity's task.
struct TaskStarted {
  int64_t scheduled_event = 0;
  Value worker_name;       // undefined if it gave none
  std::string token_hash;  // of the token by which it answers
};
// Who does the task's work says that it goes on. Lost in a crash: the time between two heartbeats begins anew.
struct TaskHeartbeat {
  int64_t scheduled_event = 0;
};

// A moment that the branch asked to be told of. From the timer queue. Lost in a crash: the history knows the moment.
enum class TimerKind : uint8_t {
  kWait,
  kRetry,
  kTaskTimeout,
  kHeartbeat,
  kExecutionTimeout,  // no branch's; `event` is the how many-th redrive it counts from, 0 the start
};
struct TimerDue {
  TimerKind kind = TimerKind::kWait;
  int64_t event = 0;  // the event that asked for it: another one's timer is dropped
};

// A branch of a Parallel, or an iteration of a Map, ended. From the runner, within the step that ended it.
struct ChildSucceeded {
  BranchId child = 0;
};
struct ChildFailed {
  BranchId child = 0;
  WorkflowError error;
};

// A Distributed Map's run ended. From the map run. Lost in a crash: the run is taken up again.
struct MapRunEnded {
  Value map_run_arn;
  Result<Value> result = Value();  // the state's result
};

// What the branches of a Parallel, or the iterations of a Map, would have brought: the state is tested, and they are
// not run. Not in an execution.
struct ChildrenMocked {
  Result<Value> result = Value();                 // the state's result
  int64_t iterations = 0, failed_iterations = 0;  // of a Map
};

using Message =
    std::variant<EnterState, ResumeState, RedriveState, TaskSucceeded, TaskFailed, TaskSubmitted, TaskStarted,
                 TaskHeartbeat, TimerDue, ChildSucceeded, ChildFailed, MapRunEnded, ChildrenMocked>;

}  // namespace gait
