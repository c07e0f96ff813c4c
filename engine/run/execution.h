// One execution: the state machine it runs, how far it has come, and the one way to move it on, a message. Owned by one
// worker at a time; no locks, no clock, no store: time and randomness are handed in, events and effects are handed out.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/random.h"
#include "engine/definition/state_machine.h"
#include "engine/history/fold.h"
#include "engine/step/execution_info.h"
#include "engine/step/message.h"
#include "engine/step/outcome.h"

namespace gait {

// What a turn of an execution leaves: what must become durable, and what is done after that.
struct Turn {
  std::vector<HistoryEvent> events;
  std::vector<Effect> effects;
  Progress::Abandoned abandoned;  // to be stopped
  bool more = false;              // the turn was long; there is more to do without a message
  // Called when all up to here is durable, with true, or will not be: what was asked for outside is answered then.
  std::vector<std::function<void(bool)>> acknowledge = {};
};

class Execution {
 public:
  // `graph` is what it runs: the machine's, or the processor of a Distributed Map, of which it is a child.
  Execution(ExecutionInfo info, std::shared_ptr<const StateMachine> machine, const StateGraph& graph, Quotas quotas,
            Random& random, const ActivityRegistry& activities);

  const ExecutionInfo& info() const { return info_; }
  const Progress& progress() const { return progress_; }
  const StateMachine& machine() const { return *machine_; }

  // The first turn: ExecutionStarted, and all that follows without waiting.
  Turn Start(Payload input, Timestamp now);
  // A message for a branch. One that is not awaited any more changes nothing.
  Turn Deliver(BranchId branch, const Message& message, Timestamp now);
  // The branch that waits for the answer to the attempt; null if none does.
  const Branch* Awaiting(int64_t scheduled_event) const;
  // Goes on after a turn that had more to do.
  Turn Continue(Timestamp now);
  // Runs again what was unsuccessful of an execution that ended so: ExecutionRedriven, and all that follows without
  // waiting. `client_token` is kept with the event. REQUIRES: it has ended, and not successfully.
  Turn Redrive(const std::optional<std::string>& client_token, Timestamp now);
  // Ends it from outside; nothing happens to one that has ended.
  Turn Abort(std::optional<std::string> error, std::optional<std::string> cause, Timestamp now);
  Turn TimeOut(Timestamp now);
  // A timer is due; one that is not awaited any more changes nothing.
  Turn OnTimer(BranchId branch, const TimerDue& timer, Timestamp now);
  // Does it wait for such a timer?
  bool Awaits(BranchId branch, const TimerDue& timer) const;

  // Applies an event that was stored. After the last one, Resume asks again for all that the execution waits for.
  void Restore(const HistoryEvent& event) { progress_.Apply(event); }
  Turn Resume(Timestamp now);
  // The same for one that was parked: what it waits for was asked for already.
  void Unparked();
  // Does it only wait, and would all that it is come back from its stored events?
  bool CanBeParked() const;

 private:
  // Does `first`, then enters states until the execution waits, has ended, or has had its share.
  template <typename First>
  Turn TakeTurn(Timestamp now, First first);
  // The same; nothing happens to an execution that has ended.
  template <typename First>
  Turn Run(Timestamp now, First first);
  // The next step of a branch that has one to take without a message.
  void Proceed(BranchId branch);
  void Step(BranchId branch, const Message& message);
  void AfterStep(BranchId branch, BranchId parent);
  void Failed(BranchId branch, BranchId parent, WorkflowError error);
  void Close(EventType type, std::optional<std::string> error, std::optional<std::string> cause);
  const StateGraph& GraphOf(const Branch& branch) const;
  const State& StateOf(const Branch& branch) const;

  const ExecutionInfo info_;
  const std::shared_ptr<const StateMachine> machine_;
  const StateGraph& graph_;
  const Quotas quotas_;
  Random& random_;
  const ActivityRegistry& activities_;

  Progress progress_;
  std::deque<BranchId> ready_;  // branches that have a state to enter
  Outcome* outcome_ = nullptr;  // of the turn that is under way
  Timestamp now_;               // of the same
};

}  // namespace gait
