// The home of state machines, executions and their histories. Three implementations pass one suite (store_contract.h):
// memory, SQLite, and what a test makes of them.
//
// One process owns a store. Its committer thread appends; reads come from any thread and see what was committed.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/history/fold.h"

namespace gait {

struct StateMachineRecord {
  int64_t id = 0;  // given by the store
  std::string name;
  std::string type;  // "STANDARD" or "EXPRESS"
  std::string role_arn;
  std::string settings;     // what else the API was given and describes back, as JSON: logging, tracing, encryption
  std::string tags = "[]";  // as the API lists them
  Timestamp created_at;
  bool deleting = false;
  bool deleted = false;       // only GetStateMachine still gives it: its executions are there to be read
  int64_t definition_id = 0;  // of its current revision
};

// One revision of a state machine; an execution keeps the one that it was started with.
struct DefinitionRecord {
  int64_t id = 0;  // given by the store
  int64_t state_machine_id = 0;
  std::string revision_id;
  std::string text;  // as the user sent it
  std::string role_arn;
  std::string settings = "{}";  // as the state machine's
  Timestamp created_at;
};

// A revision under a number that always means it. Numbers are given once, from 1.
struct VersionRecord {
  int64_t state_machine_id = 0;
  int64_t number = 0;  // given by the store
  int64_t definition_id = 0;
  std::string description;
  Timestamp created_at;
};

// A name for one or two versions, each with its share of the executions that are started by it.
struct AliasRecord {
  int64_t id = 0;  // given by the store; never that of one before it
  int64_t state_machine_id = 0;
  std::string name;
  std::string description;
  int64_t version = 0;
  int64_t weight = 100;        // of it, in percent
  int64_t second_version = 0;  // gets the others; 0: there is none
  Timestamp created_at, updated_at;
};

struct ActivityRecord {
  int64_t id = 0;  // given by the store; never that of one before it
  std::string name;
  std::string settings;     // what else CreateActivity was given, as JSON: encryption
  std::string tags = "[]";  // as the API lists them
  Timestamp created_at;
};

struct ExecutionRecord {
  int64_t id = 0;
  int64_t state_machine_id = 0;
  int64_t definition_id = 0;
  std::string name;
  ExecutionStatus status = ExecutionStatus::kRunning;
  Timestamp started_at, stopped_at;  // the latter is 0 while it runs
  int64_t map_run_id = 0;            // the run that it is a child of; 0: none
  int64_t map_index = 0;             // of the item among those of the run
  int64_t last_segment = 0;          // of its history; 0 of one that has ended: the history was removed
  int64_t redrive_count = 0;
  Timestamp redriven_at = {};  // the last time; 0: never
  int64_t version = 0;         // that it was started with; 0: none
  std::string alias = {};      // the same; "": none
  // Of a run's child: how many items it was given, and the run's redrive_count when it began, or was redriven.
  int64_t map_items = 1;
  int64_t map_redrive = 0;
};

// The name of an EXPRESS child is `NAME:RUN`, as its ARN ends; no other has a colon.
inline bool IsExpressChild(const ExecutionRecord& execution) {
  return execution.map_run_id != 0 && execution.name.find(':') != std::string::npos;
}

// How far a Map Run has come with the items. Its children are numbered in the order in which they begin, and each is
// given the items behind those of the one before it: all that stands here is stored together with the child.
struct MapRunCursor {
  int64_t children = 0;  // that have begun
  int64_t items = 0;     // that those were given
};

struct MapRunRecord {
  int64_t id = 0;
  std::string arn;
  int64_t execution_id = 0;  // of the parent
  std::string state_name;    // of the Map
  ExecutionStatus status = ExecutionStatus::kRunning;
  Timestamp started_at, stopped_at;
  bool counted = false;  // the totals are known
  int64_t total_items = 0, total_children = 0;
  MapRunCursor begun;
  int64_t max_concurrency = 0;                         // 0: no limit but the quota's
  std::optional<int64_t> tolerated_failure_count;      // empty: that is no reason to fail
  std::optional<double> tolerated_failure_percentage;  // with neither, the first failure is
  int64_t redrive_count = 0;
  Timestamp redriven_at;  // the last time; 0: never
  std::string results;    // what its ResultWriter has written, as JSON (engine/run/map_results.h); "": nothing
};

// The children of a Map Run that have a status, and their items.
struct MapRunTally {
  int64_t children = 0, items = 0;

  void Add(int64_t more_items) { ++children, items += more_items; }
  void Remove(int64_t fewer_items) { --children, items -= fewer_items; }
};
struct MapRunTallies {
  MapRunTally running, succeeded, failed, timed_out, aborted;
  // Those without success that the run, which was redriven, is still to take up; none of the three before.
  MapRunTally pending_redrive;
};

// Where one with this status is counted. `pending`: the run was redriven, and has not taken it up again.
inline MapRunTally& TallyOf(MapRunTallies& tallies, ExecutionStatus status, bool pending) {
  switch (status) {
    case ExecutionStatus::kRunning: return tallies.running;
    case ExecutionStatus::kSucceeded: return tallies.succeeded;
    default: break;
  }
  if (pending) return tallies.pending_redrive;
  return status == ExecutionStatus::kFailed     ? tallies.failed
         : status == ExecutionStatus::kTimedOut ? tallies.timed_out
                                                : tallies.aborted;
}

// Events of one execution that were committed together, in their stored form (engine/history/codec.h).
struct Segment {
  int64_t id = 0;
  int64_t execution_id = 0;
  int64_t previous = 0;  // the segment of this execution before it; 0: none
  std::string events;
};

// Names a timer of a process, and says which goes first.
struct TimerKey {
  Timestamp due_at;
  int64_t number = 0;  // in the order in which they were set; of two that are due together, the first

  constexpr auto operator<=>(const TimerKey&) const = default;
};

// A timer that has left memory. Of use to the process that set it alone.
struct TimerRecord {
  TimerKey key;
  int64_t execution_id = 0;
  BranchId branch = 0;
  int64_t kind = 0;   // of the runner's own
  int64_t event = 0;  // that it belongs to
};

// What one commit makes durable, in this order.
struct Batch {
  struct Start {
    ExecutionRecord execution;
    bool name_taken = false;  // out: the name is another's, and nothing of the execution was written
  };
  // The execution's row after its segment.
  struct Progressed {
    int64_t execution_id = 0;
    int64_t last_segment = 0;
    ExecutionStatus status = ExecutionStatus::kRunning;
    Timestamp stopped_at;
    int64_t redrive_count = 0;
    Timestamp redriven_at = {};
    int64_t map_redrive = 0;
  };
  std::vector<Start> starts;
  std::vector<Segment> segments;  // those of an execution whose name was taken are left out
  std::vector<Progressed> progressed;
  std::vector<MapRunRecord> map_runs;  // new, or changed; `begun` of one that is not new is left as it is
  // Of the last of its children that begins here.
  std::vector<std::pair<int64_t, MapRunCursor>> map_run_cursors;  // by the run's id
  Timestamp timers_until = kNoTimer;                              // those that are due up to then are removed
  std::vector<TimerRecord> timers;
  std::vector<int64_t> without_timers;  // executions whose timers are removed

  // Before, and after, any that is due.
  static constexpr Timestamp kNoTimer = {std::numeric_limits<int64_t>::min()};
  static constexpr Timestamp kAllTimers = {std::numeric_limits<int64_t>::max()};

  bool empty() const {
    return starts.empty() && segments.empty() && progressed.empty() && map_runs.empty() && map_run_cursors.empty() &&
           timers_until == kNoTimer && timers.empty() && without_timers.empty();
  }
};

// A name that an execution had is free again this long after it closed. (StartExecution in the API reference.)
inline constexpr Duration kNameReservation = Duration::Days(90);

// Is the name of `execution`, which was the last to have it, still its own?
constexpr bool HoldsName(const ExecutionRecord& execution, Timestamp now) {
  return execution.status == ExecutionStatus::kRunning || now - execution.stopped_at < kNameReservation;
}

struct ExecutionFilter {
  int64_t state_machine_id = 0;  // 0: of any; without a status it is then the whole table that is read
  int64_t map_run_id = 0;        // with 0, those that belong to no run
  std::optional<ExecutionStatus> status = std::nullopt;
  int64_t before_id = 0;  // only those with a smaller id; 0: all
  size_t limit = 100;
  std::optional<bool> redriven = std::nullopt;  // for a map run alone
  // Of a state machine, those that were started with one of these; one of them at the most.
  int64_t version = 0;
  std::string alias = {};
};

class Store {
 public:
  virtual ~Store() = default;

  // Appends `batch` in one transaction; on return all of it survives a crash of the process and, for SQLite, of the
  // machine. A start whose name is in use is left out and says so. `now` decides which names are free again. REQUIRES:
  // ids and timers' keys are new, each execution's segments follow one another, and what progressed was started. Throws
  // InternalError where it sees that this does not hold. Throws EnvironmentError if the disk fails or another process
  // has taken the store over. Nothing of the batch is in the store then; `name_taken` means nothing. After a failing
  // disk the same batch may be tried again, after a take-over not. Committer thread only.
  virtual void Append(Batch& batch, Timestamp now) = 0;
  // Does Append return at once, because there is no disk to wait for?
  virtual bool is_memory() const = 0;

  // The ids that come after all that are stored. Before the first Append; any thread.
  struct NextIds {
    int64_t execution = 1, segment = 1, map_run = 1;
  };
  virtual NextIds next_ids() = 0;

  // State machines. Any thread.
  // Makes a state machine and its first revision, or gives nothing if the name is taken.
  virtual std::optional<StateMachineRecord> CreateStateMachine(StateMachineRecord machine,
                                                               DefinitionRecord definition) = 0;
  // Makes `definition` the current revision, if there is one, and takes over the machine's role, settings and
  // `deleting`. Gives what the machine is then, or nothing if it was deleted meanwhile.
  virtual std::optional<StateMachineRecord> UpdateStateMachine(const StateMachineRecord& machine,
                                                               std::optional<DefinitionRecord> definition) = 0;
  // Frees its name, and hides it from Find and List; it can still be read by its id, and so can all that belonged to
  // it.
  virtual void DeleteStateMachine(int64_t id) = 0;
  virtual std::optional<StateMachineRecord> FindStateMachine(std::string_view name) = 0;
  virtual std::optional<StateMachineRecord> GetStateMachine(int64_t id) = 0;
  // In the order of their names' bytes, beginning behind `after_name`.
  virtual std::vector<StateMachineRecord> ListStateMachines(std::string_view after_name, size_t limit) = 0;
  virtual void SetStateMachineTags(int64_t id, const std::string& tags) = 0;
  // Null if there is none.
  virtual std::shared_ptr<const DefinitionRecord> GetDefinition(int64_t id) = 0;

  // Versions and aliases; they go with their state machine. Any thread.
  // Gives the definition the state machine's next number. REQUIRES: there is such a state machine.
  virtual VersionRecord PublishVersion(VersionRecord version) = 0;
  virtual void DeleteVersion(int64_t state_machine_id, int64_t number) = 0;
  virtual std::optional<VersionRecord> FindVersion(int64_t state_machine_id, int64_t number) = 0;
  // The newest first, only those with a smaller number than `before`; 0: all.
  virtual std::vector<VersionRecord> ListVersions(int64_t state_machine_id, int64_t before, size_t limit) = 0;
  // Nothing if the name is taken.
  virtual std::optional<AliasRecord> CreateAlias(AliasRecord alias) = 0;
  // Takes over all but the names, the ids and when it was made.
  virtual void UpdateAlias(const AliasRecord& alias) = 0;
  virtual void DeleteAlias(int64_t id) = 0;
  virtual std::optional<AliasRecord> FindAlias(int64_t state_machine_id, std::string_view name) = 0;
  // In the order of their ids, beginning behind `after_id`. With a version those alone that lead to it.
  virtual std::vector<AliasRecord> ListAliases(int64_t state_machine_id, int64_t version, int64_t after_id,
                                               size_t limit) = 0;

  // Activities. Any thread.
  // Nothing if the name is taken.
  virtual std::optional<ActivityRecord> CreateActivity(ActivityRecord activity) = 0;
  virtual void DeleteActivity(int64_t id) = 0;
  virtual void SetActivityTags(int64_t id, const std::string& tags) = 0;
  virtual std::optional<ActivityRecord> FindActivity(std::string_view name) = 0;
  // In the order of their ids, beginning behind `after_id`.
  virtual std::vector<ActivityRecord> ListActivities(int64_t after_id, size_t limit) = 0;

  // Executions. Any thread.
  // The last to have had the name, also when it is free again.
  virtual std::optional<ExecutionRecord> FindExecution(int64_t state_machine_id, std::string_view name) = 0;
  virtual std::optional<ExecutionRecord> GetExecution(int64_t id) = 0;
  // The newest first.
  virtual std::vector<ExecutionRecord> ListExecutions(const ExecutionFilter& filter) = 0;
  // Those that have not ended, children of map runs among them, in the order of their ids: what a restart takes up
  // again.
  virtual std::vector<ExecutionRecord> RunningExecutions() = 0;
  // The stored events of an execution, from the first up to those of its `last_segment`.
  // Empty if it was removed. Throws EnvironmentError if a segment is missing, or not what was written.
  virtual std::vector<std::string> LoadHistory(const ExecutionRecord& execution) = 0;

  // Those behind `after` that are due up to `until`, in the order of their keys.
  virtual std::vector<TimerRecord> ListTimers(const TimerKey& after, Timestamp until, size_t limit) = 0;

  // Retention: removes the histories of up to `limit` executions that closed at `closed_by` or before, those of
  // children when their Map Run has ended as well. Their records stay as long as their names are reserved; nothing
  // lists them. Gives how many it removed anything of: 0, when there is nothing left to do. REQUIRES: none of them is
  // redriven meanwhile. Any thread.
  virtual size_t RemoveClosed(Timestamp closed_by, Timestamp now, size_t limit) = 0;

  virtual std::optional<MapRunRecord> FindMapRun(std::string_view arn) = 0;
  virtual std::optional<MapRunRecord> GetMapRun(int64_t id) = 0;
  // Those that the execution has started, the oldest first.
  virtual std::vector<MapRunRecord> MapRunsOf(int64_t execution_id) = 0;
  // Those that have not ended. Reads all there are: for a restart.
  virtual std::vector<MapRunRecord> RunningMapRuns() = 0;
  // Children of a run that have this status, in the order of their ids, beginning behind `after_id`: the order in which
  // they began.
  virtual std::vector<ExecutionRecord> ListChildren(int64_t map_run_id, ExecutionStatus status, int64_t after_id,
                                                    size_t limit) = 0;
  // Reads them all. Those without success that were begun by an earlier redrive than this are pending_redrive.
  virtual MapRunTallies CountChildren(int64_t map_run_id, int64_t redrive_count) = 0;
};

}  // namespace gait
