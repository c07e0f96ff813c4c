// How far an execution has come: the fold of its history. A running execution is changed by appending events to this
// and in no other way, so one that was recovered from its stored events stands exactly where it stood.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/event.h"
#include "engine/history/event_table.h"

namespace gait {

enum class ExecutionStatus : uint8_t { kRunning, kSucceeded, kFailed, kTimedOut, kAborted };

// "RUNNING", "SUCCEEDED", ...: the API's words.
std::string_view StatusName(ExecutionStatus status);
std::optional<ExecutionStatus> StatusOf(std::string_view name);

// One attempt of a Task state: from its ...Scheduled event to its result.
struct TaskAttempt {
  int64_t scheduled_event = 0;  // names the attempt: what answers it carries this id
  Timestamp scheduled_at;
  Payload parameters;  // what the task is given
  std::optional<int64_t> timeout_seconds, heartbeat_seconds;
  bool started = false;    // given out: its outcome is unknown until its result is recorded
  bool submitted = false;  // the service took the request; a token or a poll brings the result
  Value token_hash;        // of its task token; undefined if it has none
  Timestamp heard_at;      // of the last heartbeat; 0: none since the start, or since the engine's
  int64_t number = 0;      // of an execution that runs a test case: how many attempts of this state came before
};

struct Branch;

// The branches of a Parallel, or the iterations of an inline Map, of one attempt of the state.
struct Children {
  enum class Kind : uint8_t { kBranches, kIterations };
  Kind kind = Kind::kBranches;
  Payload input;        // of each branch of a Parallel; of a Map: the array of items
  int64_t count = 0;    // in all
  int64_t begun = 0;    // have been started: 0 to begun-1
  int64_t running = 0;  // of these, neither succeeded nor failed
  int64_t failed = 0;
  std::vector<Value> results;  // by index; undefined where there is none yet; none at all of a Distributed Map

  // Those that failed or were stopped, as they stood then, and those of them that a redrive is still to take up, the
  // first of them last. They have no number until then. Gone when the state is left, or starts its children anew.
  std::vector<std::unique_ptr<Branch>> unsuccessful, to_redrive;
};

// A Distributed Map's run.
struct MapRunAttempt {
  Value arn;
  Value items;  // the array to run over; undefined where an ItemReader brings the items
  int64_t redrive_count = 0;
};

// One path of control through a States object: the execution itself, a Parallel's branch, or a Map's iteration.
struct Branch {
  enum class Phase : uint8_t {
    kReady,     // `next` is to be entered, with `payload` as its input
    kInState,   // in `state`, which has not said yet what it waits for; only within a step
    kTask,      // `task` is under way
    kWaiting,   // until `due_at`
    kRetrying,  // until `due_at`, then the state starts again
    kChildren,  // `children` run
    kMapRun,    // `map_run` is under way
    kFinished,  // left its last state with `payload` as its output
    kRedriven,  // `state` is to be run again, with `payload` as its input
  };

  BranchId id = 0;
  BranchId parent = -1;  // -1: the execution itself
  int64_t index = 0;     // among its parent's children

  Phase phase = Phase::kReady;
  int32_t state = -1;       // the place of the current state in its States object; -1 before the first
  int64_t next = kStartAt;  // kReady: the place of the state to enter, or kStartAt; kEnd once finished
  Payload payload;          // kReady: the next state's input; in a state: its input; kFinished: the output
  Value variables;          // that this scope owns: an object, or undefined

  int64_t entered_event = 0;    // of the current state
  int64_t evaluation_from = 0;  // what an EvaluationFailed that follows it at once points to
  Timestamp entered_at;
  int64_t last_event = 0;      // what the next event of this branch points to
  int64_t newest_event = 0;    // the same, or a leaf behind it
  int64_t iteration_from = 0;  // of a Map: what the next MapIterationStarted points to

  std::vector<int> retries;  // taken so far in this state, for each of its Retriers
  int retry_count = 0;       // in all: $$.State.RetryCount
  Timestamp due_at;          // kWaiting, kRetrying

  std::unique_ptr<TaskAttempt> task;
  std::unique_ptr<Children> children;
  std::unique_ptr<MapRunAttempt> map_run;
  std::unique_ptr<MapRunAttempt> ended_run;  // ended without success: a redrive of the state takes it up again
};

class Progress {
 public:
  // Numbers and links `event`, and applies it. REQUIRES: status() is kRunning, or nothing was appended yet, or it is
  // ExecutionRedriven and the execution has ended without success.
  void Append(HistoryEvent& event);

  // Notes a heartbeat of the task that the branch waits for. The one change that is no event's: a task may send
  // millions, and a restart gives it the whole time to its next one again.
  void Heard(BranchId branch, Timestamp now) { TaskOf(this->branch(branch)).heard_at = now; }

  // Applies an event that has its numbers: one that was stored. Throws InternalError if it cannot follow those before
  // it, as one that was damaged may not.
  void Apply(const HistoryEvent& event);

  ExecutionStatus status() const { return status_; }
  int64_t last_event_id() const { return last_event_id_; }
  Timestamp started_at() const { return started_at_; }
  Timestamp stopped_at() const { return stopped_at_; }
  int64_t redrive_count() const { return redrive_count_; }
  Timestamp redriven_at() const { return redriven_at_; }  // the last time
  // Since when the execution's TimeoutSeconds count: a redrive begins them anew.
  Timestamp timed_from() const { return redrive_count_ == 0 ? started_at_ : redriven_at_; }
  const Payload& input() const { return input_; }
  const Payload& output() const { return output_; }  // kSucceeded
  const Value& error() const { return error_; }      // undefined where there is none
  const Value& cause() const { return cause_; }
  // The test case of the mock configuration that it runs; "" if none.
  std::string_view test_case() const { return mocks_ == nullptr ? std::string_view() : mocks_->test_case; }

  Branch& branch(BranchId id) { return *branches_[static_cast<size_t>(id)]; }
  const Branch& branch(BranchId id) const { return *branches_[static_cast<size_t>(id)]; }
  // Null if no such branch runs.
  const Branch* Find(BranchId id) const {
    const auto i = static_cast<size_t>(id);
    return i < branches_.size() ? branches_[i].get() : nullptr;
  }
  // All that run, the execution itself first, in the order of their ids.
  std::vector<const Branch*> branches() const;
  // The children of `parent` that run, by their index.
  std::vector<const Branch*> ChildrenOf(BranchId parent) const;

  // The branches that begun since the last call.
  std::vector<BranchId> TakeBegun() { return std::exchange(begun_, {}); }
  // What was under way and nobody waits for any more, since the last call: to be stopped.
  struct Abandoned {
    std::vector<int64_t> tasks;   // the scheduled events of attempts
    std::vector<Value> map_runs;  // ARNs

    bool empty() const { return tasks.empty() && map_runs.empty(); }
  };
  Abandoned TakeAbandoned() { return std::exchange(abandoned_, {}); }

 private:
  void Link(HistoryEvent& event);
  void Entered(Branch& branch, const HistoryEvent& event);
  void Exited(Branch& branch, const HistoryEvent& event);
  void Scheduled(Branch& branch, const HistoryEvent& event);
  void Abandon(Branch& branch);
  void ChildrenStarted(Branch& branch, const HistoryEvent& event, Children::Kind kind);
  void Close(ExecutionStatus status, const HistoryEvent& event);
  // As branch(), parent and attempt of one, where an event says that there is one.
  Branch& Running(BranchId id);
  Branch& ParentOf(const Branch& child, Children::Kind kind);
  TaskAttempt& TaskOf(Branch& branch);
  // Starts a branch below `parent`.
  Branch& Begin(BranchId parent, int64_t index, Payload input, int64_t last_event);
  // A number for a branch that is about to run.
  BranchId TakeId();
  // A Parallel's branch left its last state.
  void JoinParallel(Branch& child);
  void Remove(Branch& branch);
  void RemoveChildren(Branch& branch);
  // As these, of what a redrive may take up again: it is kept with its parent, whose `children` stay.
  void SetAside(Branch& branch);
  void SetAsideChildren(Branch& branch);
  void ExecutionRedriven(Branch& root, const HistoryEvent& event);
  void ChildRedriven(Branch& parent, int64_t index);
  void Redrive(Branch& branch);

  ExecutionStatus status_ = ExecutionStatus::kRunning;
  int64_t last_event_id_ = 0;
  Timestamp started_at_, stopped_at_;
  int64_t redrive_count_ = 0;
  Timestamp redriven_at_;
  int64_t redriven_event_ = 0;  // the last ExecutionRedriven
  Payload input_, output_;
  Value error_, cause_;
  std::vector<std::unique_ptr<Branch>> branches_;  // by id; null where none runs
  std::vector<BranchId> free_ids_;                 // of branches that ended; the last is used first
  std::vector<std::unique_ptr<Branch>> spare_;     // their memory
  Abandoned abandoned_;
  std::vector<BranchId> begun_;
  // Of an execution that runs a test case.
  struct Mocks {
    std::string test_case;
    std::map<std::string, int64_t, std::less<>> attempts;  // so far, by the state's name
  };
  std::unique_ptr<Mocks> mocks_;  // null: of all others
};

}  // namespace gait
