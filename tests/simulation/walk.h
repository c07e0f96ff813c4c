// The walk of the model (tests/simulation/model.h) along one history. walk.cc has the paths and the simple states,
// walk_tasks.cc Task, Retry and Catch, walk_branches.cc Parallel and Map, walk_map_run.cc the runs of Distributed Maps,
// walk_map_results.cc what they bring.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/history/event_table.h"
#include "tests/simulation/expressions.h"
#include "tests/simulation/model.h"
#include "tests/simulation/violation.h"

namespace gait::simulation::model {

// Which timer of a task was due. Both may have been, and which of them came first the history does not say.
enum class Timer : uint8_t { kNone, kTimeout, kHeartbeat, kEither };

struct Error {
  std::optional<std::string> name, cause;
  bool cause_known = true;  // false: a sentence of the engine, which the model does not repeat
  Timer timer = Timer::kNone;
};

// How a branch ended.
struct Ending {
  enum class Kind : uint8_t { kSucceeded, kFailed, kStopped };
  Kind kind = Kind::kStopped;
  Value output;
  Error error;
};

// The events of the branch are at an end, or say that it was stopped.
struct Stopped {};

inline bool IsAborted(EventType type) {
  return type == EventType::kTaskStateAborted || type == EventType::kWaitStateAborted ||
         type == EventType::kMapStateAborted || type == EventType::kParallelStateAborted ||
         type == EventType::kMapIterationAborted || type == EventType::kMapRunAborted;
}

inline bool OneOf(EventType type, std::initializer_list<EventType> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

inline std::string Name(EventType type) {
  return std::string(RowOf(type).name) + "(" + std::to_string(static_cast<int>(type)) + ")";
}

// A place in the events of a branch.
struct Cursor {
  const BranchHistory* branch = nullptr;
  size_t place = 0;
};

// A Map Run that the history has told of, and how often it was redriven.
struct MapRunSeen {
  std::string arn;
  int64_t redrives = 0;
};

// A path of control: the execution itself, a Parallel's branch, an iteration. Where it was stopped or has failed, a
// redrive goes on with it.
struct Path {
  Path(const Value& g, Value first, const Scope* outer)
      : graph(g), scope{outer, {}, {}}, state(Text(g, "StartAt")), input(std::move(first)) {}

  const Value& graph;
  Scope scope;
  Cursor at;  // without a branch: nothing of it is in the history yet
  std::string state;
  Value input;           // of the state
  bool entered = false;  // the state was, and has not been left
  Ending ending;         // how it stood when it was last looked at
  // Below the state: the branches of a Parallel, by their places, or the iterations of a Map that were begun.
  std::vector<std::unique_ptr<Path>> children;
  std::vector<int64_t> begun_by;  // the events that began them
  // Of a Distributed Map that has started, and has not ended with success.
  std::optional<MapRunSeen> map_run;
  int64_t started_by = 0;  // the MapStateStarted
};

// A state that is being run.
struct Run {
  Path& path;
  const Value& state;
  const std::string name;
  Value input;
  const bool jsonata;
  Cursor& at;
  std::vector<int> retries = {};  // taken, by Retrier
  int64_t retry_count = 0;
  Timestamp not_before = {};  // of the next attempt
};

// Where a state leads to.
struct Left {
  std::optional<std::string> next;  // nothing: the graph ends
  Value output;
};

using StateResult = std::variant<Left, Error>;

// How an attempt ended: with a result, or with an error.
struct TaskEnd {
  std::optional<Value> result;
  Error error;
  Timestamp at;
};

// How many iterations may fail.
struct Tolerance {
  std::optional<double> count, percentage;

  bool given() const { return count || percentage; }
  // The state fails when more than either have failed; with neither, when any has.
  bool Exceeded(int64_t failed, int64_t total) const {
    const auto f = static_cast<double>(failed);
    if (!given()) return failed > 0;
    return (count && f > *count) || (percentage && 100.0 * f > *percentage * static_cast<double>(total));
  }
};

// The outputs, or the error of the state and when it failed.
using MapResult = std::variant<Value, std::pair<Error, Timestamp>>;
using InputOf = std::function<Value(int64_t index)>;

// What a child of a Map Run is given.
struct Given {
  Value input;
  int64_t items = 1;
};

// A child of a Map Run, as it stood at the end of one of the run's parts.
struct ChildSeen {
  RecordedExecution child;
  size_t part = 0;   // of its history: the last that the run has begun by then
  bool ran = false;  // in this part of the run
  Timestamp began, ended;
  ExecutionStatus status = ExecutionStatus::kRunning;
  Value output;
};

// How they stood in all.
struct RunSeen {
  std::vector<ChildSeen> children;  // in the order of the items
  std::vector<Given> given;         // to all that there are to be
  int64_t failed = 0;               // items, of those that failed and that timed out
  int64_t total = 0;                // items
  Timestamp began;                  // the run, or its redrive
  Timestamp last_ended;
};

// Where an iteration ended.
struct End {
  size_t place;  // in the history
  const Ending* ending;
};

class Walk {
 public:
  // `execution` without its events: the tree has them.
  Walk(const ModelWorld& world, const HistoryTree& tree, const RecordedExecution& execution)
      : world_(world),
        facts_(world.facts),
        tree_(tree),
        arn_(execution.arn),
        record_(execution.record),
        express_(execution.express) {}

  void Execution(const Value& graph);

 private:
  // How a part of the history ends, that which begins with `begins`.
  void CheckEnd(const Value& graph, const HistoryEvent& begins, const Ending& ending, const HistoryEvent& last) const;

  void Expect(bool holds, const HistoryEvent& found, const std::string& expected) const;

  static bool EndsFromOutside(EventType type) {
    return type == EventType::kExecutionAborted || type == EventType::kExecutionTimedOut;
  }

  const HistoryEvent* Peek(const Cursor& at) const;
  // The next event of the branch, which must be one of these. Throws Stopped.
  const HistoryEvent& Next(Cursor& at, std::initializer_list<EventType> types) const;
  const HistoryEvent& Coming(const Cursor& at) const;
  bool NextIs(const Cursor& at, EventType type) const;

  void ExpectError(const HistoryEvent& event, const Error& error) const;

  // The part of the history that is looked at, from where the path stood: from its beginning, or from the state that
  // was unsuccessful, which is run again and not entered.
  const Ending& GoOn(Path& path) const;
  void SkipTo(size_t place, Cursor& at) const;

  Ending Follow(Path& path) const;

  StateResult State(Run& run, Scope& scope) const;

  // When it began to run: when it was entered, or taken up again.
  Timestamp Entered(Run& run, EventType type) const;
  const HistoryEvent& Exited(Run& run, EventType type, const Value& output) const;
  static std::optional<std::string> NextOf(const Value& state);

  static View ViewOf(const Run& run, const Scope& scope);

  // What a state passes on, from its result.
  static Value Output(const Run& run, const Scope& scope, Value result);

  StateResult Pass(Run& run, Scope& scope) const;
  StateResult Choice(Run& run, const Scope& scope) const;
  StateResult Wait(Run& run, const Scope& scope) const;

  // ---- Retry and Catch

  static bool Matches(const Value& entry, const Error& error);

  // The one that has it tried again, by its place in Retry.
  static std::optional<size_t> RetrierFor(Run& run, const Error& error);
  static const Value* CatcherFor(const Run& run, const Error& error);

  // Is what follows in the history what the Task makes of the error?
  bool Follows(Run& run, const Error& error) const;

  // The state failed at `when`. Nothing: it is tried again.
  std::optional<StateResult> Failed(Run& run, const Scope& scope, Error error, Timestamp when, EventType exited,
                                    std::optional<EventType> failed_event = std::nullopt) const;

  // A cause that the model does not know, from where the Catcher has put it.
  std::string CauseInOutput(const Run& run) const;

  void CheckAttemptBegins(const Run& run, const HistoryEvent& first) const;

  // ---- Task

  StateResult Task(Run& run, const Scope& scope) const;

  // A task that starts an execution. What it tells of that is its own affair, and read off the history.
  TaskEnd Nested(const Run& run, const HistoryEvent& scheduled, const HistoryEvent* submitted) const;

  // `heard`: since when heartbeats are expected; nothing: none are yet.
  Error TimedOut(const Run& run, const HistoryEvent& scheduled, std::optional<Timestamp> heard,
                 const HistoryEvent& result) const;

  // Has no heartbeat come for as long as may be? One that was acknowledged counts, and a restart has the time begin
  // anew: nobody knows who was heard before it.
  bool IsSilent(const Run& run, const TaskId& id, Timestamp heard, Timestamp now) const;

  Error TaskFailed(const HistoryEvent& scheduled, const Value& parameters, const HistoryEvent& result,
                   bool may_be_uncertain) const;

  // ---- Parallel and Map

  StateResult Parallel(Run& run, const Scope& scope) const;

  // Goes on with the branches that have not succeeded. The error of that which failed, and when.
  std::optional<std::pair<Error, Timestamp>> Branches(Path& path) const;

  // A redrive takes up the child of this place.
  void ExpectTakenUp(Run& run, size_t index) const;
  // What succeeded is not run again.
  void ExpectNoMore(const Path& path) const;

  // The branch that begins with the event, by its first state; null if it was stopped before that.
  const BranchHistory* BranchOf(int64_t event, std::string_view first_state) const;

  StateResult Map(Run& run, const Scope& scope) const;

  MapResult Iterations(Run& run, const Scope& scope, const Value& items, const Tolerance& tolerance,
                       const InputOf& input_of) const;

  // The iterations that are to be run again; none of a Map that has just started.
  std::vector<size_t> Unsuccessful(Path& map) const;

  // The next iteration.
  void Begin(Run& run, const Scope& scope, const Value& items, const InputOf& input_of) const;

  // Goes on with an iteration, and gives the place of its end if it has one.
  std::optional<size_t> Iteration(const Path& map, size_t index) const;

  static void CheckConcurrency(const Run& run, const std::vector<size_t>& begins, const std::vector<End>& ends);

  static Error ToleranceExceeded();

  static Value Array(const std::vector<Value>& outputs);

  // ---- Distributed Maps

  // A part of the run, from where it begins or is redriven.
  MapResult MapRun(Run& run, const Scope& scope, const Value& items, const Tolerance& tolerance,
                   const InputOf& input_of) const;
  const HistoryEvent& MapRunBegins(Run& run) const;

  Value ItemsRead(const Run& run) const;
  static std::vector<Given> GivenTo(const Run& run, const Scope& scope, const Value& items, const InputOf& input_of);

  RunSeen ChildrenOf(const Run& run, std::vector<Given> given, int64_t items) const;
  // Looks at all the parts of a child, once: when it is first seen.
  void CheckChild(const Run& run, ChildSeen& seen, const Given& given) const;
  // What was tolerated, one after the other.
  std::vector<Tolerance> Tolerances(const Run& run, const Tolerance& at_first) const;
  void CheckSucceeded(const Run& run, const RunSeen& seen, const Tolerance& tolerance) const;
  // What the run brings: the results of all, or where they were written.
  Value ResultOf(const Run& run, const RunSeen& seen) const;
  static std::string Transformation(const Run& run);
  static bool Exports(const Run& run);
  static std::string ManifestOf(const Run& run);
  // Each child must be in the file for those that ended as it did, once, and each that did not begin in another.
  // `must_be`: there is no reason for them not to have been written.
  void CheckResults(const Run& run, const RunSeen& seen, bool must_be) const;
  // `whole`: they tell all of a child; else its output alone.
  std::vector<std::string> EntriesOf(const Value& files, const char* status, bool whole) const;
  Error MapRunError(const Run& run, const RunSeen& seen, const Tolerance& tolerance, const HistoryEvent& failed) const;

  const ModelWorld& world_;
  const Facts& facts_;
  const HistoryTree& tree_;
  size_t begin_ = 0, end_ = 0;  // the part of it that is looked at
  const std::string& arn_;
  const ExecutionRecord& record_;
  const bool express_;
};

}  // namespace gait::simulation::model
