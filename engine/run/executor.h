// Who does the runner's work in place of its threads: a driver that decides itself what happens next, and when. The
// simulation (tests/simulation) runs the whole engine so, on one thread and under a seed; a process has none.
#pragma once

#include <functional>

#include "engine/store/store.h"

namespace gait {

// Everything is called by the runner, on the thread that drives it. A job is done once, never from within these calls;
// one that is dropped is lost, as in a crash.
class Executor {
 public:
  using Job = std::function<void()>;

  virtual ~Executor() = default;
  // A turn of an execution. Of several that wait any may be the next.
  virtual void Work(Job turn) = 0;
  // The committer's next transaction, which takes all that was submitted until then. There is one at a time.
  virtual void Write(Job batch) = 0;
  // At the timer's `due_at` or later. It may be there already.
  virtual void At(const TimerKey& timer, Job callback) = 0;
  // Never, if it has not been called back.
  virtual void Cancel(const TimerKey& timer) = 0;
};

}  // namespace gait
