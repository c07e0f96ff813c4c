// Drives executions: takes messages to them, makes what they decided durable, and then does it.
//
//   message -> mailbox -> worker: a turn of the execution -> committer: its events durable -> effects: timers, tasks,
//   children
//
// A waiting execution and a running task hold no thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/random.h"
#include "engine/items/byte_sink.h"
#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"
#include "engine/run/activities.h"
#include "engine/run/activity.h"
#include "engine/run/clock.h"
#include "engine/run/committer.h"
#include "engine/run/execution.h"
#include "engine/run/executor.h"
#include "engine/run/metrics.h"
#include "engine/run/observers.h"
#include "engine/run/scheduler.h"
#include "engine/run/stored_timers.h"
#include "engine/run/timer_queue.h"
#include "engine/store/store.h"
#include "engine/task/integration.h"
#include "engine/task/mocked_task.h"
#include "engine/task/task_token.h"

namespace gait {

enum class StartResult : uint8_t {
  kStarted,
  kNameTaken,
  kFailed,  // a bug, or a store that failed; the log has it
};

// How an execution stands, for those who asked to be told.
struct ExecutionSnapshot {
  int64_t id = 0;
  ExecutionInfo info;
  ExecutionStatus status = ExecutionStatus::kRunning;
  Timestamp started_at, stopped_at;
  Payload input, output;
  std::optional<std::string> error, cause;
  Timestamp redriven_at = {};
};

struct RunnerOptions {
  int workers = 2;
  Quotas quotas = {};
  VirtualClock* virtual_clock = nullptr;  // the `clock` below, if it is virtual
  Executor* executor = nullptr;           // does the work in place of threads, and minds the clock
  // STANDARD executions that are kept in memory while they only wait. Those beyond leave it, and are folded from the
  // store when a message comes for them.
  int64_t resident_max = 2'000;
  // Their timers that are due later than this leave memory, too, when so many of them, 1 or more, have some.
  Duration timers_ahead = Duration::Seconds(300);
  size_t far_executions_max = 1'000;
  // Finds who does a task's work; null if nobody does.
  std::function<Integration*(const TaskResource&)> integration_of = {};
  // Nobody waits for the task any more.
  std::function<void(const TaskId&)> stop_task = {};
  // Opens what an ItemReader asks for. May wait for disks, and so may what it opens.
  std::function<Result<std::unique_ptr<ItemSource>>(const ItemReading&)> open_items = {};
  // Opens an object that a ResultWriter writes, by its bucket and its key. May wait for disks, and so may what it
  // opens.
  std::function<Result<std::unique_ptr<ByteSink>>(std::string_view, std::string_view)> open_object = {};
  // What answers the tasks of executions that run a test case.
  MockedAnswerOf mocked_answer_of = {};
  // Told of what goes wrong in the process itself: one line.
  std::function<void(const std::string&)> log = [](const std::string&) {};
};

struct StartRequest {
  ExecutionInfo info;
  std::shared_ptr<const StateMachine> machine;
  const StateGraph* graph = nullptr;  // null: the machine's own
  Payload input;
  int64_t state_machine_id = 0, definition_id = 0;  // of the record
  int64_t map_run_id = 0, map_index = 0, map_items = 1, map_redrive = 0;
  std::optional<MapRunCursor> map_run_cursor = {};  // is stored with the execution's start
  std::string stored_name = {};                     // of the record; "": info.name
  int64_t version = 0;                              // that it is started with, of the record
  std::string alias = {};
  // Keep the events in memory and give them to `on_events`, as they become durable. Worker or committer thread.
  std::function<void(const std::vector<HistoryEvent>&)> on_events = {};
};

// Makes `request`, which is as that of a STANDARD execution of the state machine, that of a child of a Distributed
// Map's run, which is an execution of `machine`: NAME/LABEL. The name of an EXPRESS child is NAME:RUN.
void ChildOfMapRun(StartRequest& request, std::string_view machine, bool express);

class MapRuns;

class Runner {
 public:
  Runner(Store& store, Clock& clock, Random& random, RunnerOptions options);
  ~Runner();

  // Starts an execution. `started` is called once it is durable, or when it will not be; `closed` when it has ended and
  // that is durable, or, with the status RUNNING and nothing but its id and names, when a bug or a store that failed
  // keeps it from going on before a restart. Both from a thread of the runner.
  using Started = std::function<void(StartResult, const ExecutionSnapshot&)>;
  using Closed = std::function<void(const ExecutionSnapshot&)>;
  void Start(StartRequest request, Started started, Closed closed = {});

  // Takes up an execution that was stored: folds its history, then asks again for all that it waits for; a worker does.
  // Without `resume` it stands still, to be ended. `closed` as for Start. Does nothing for one that is there already.
  void Recover(StartRequest request, const ExecutionRecord& record, bool resume = true, Closed closed = {});

  // Ends those of the map runs, and their children, that no Map waits for any more: the process before this one stopped
  // between the end of the Map and theirs. `running` are those that ran when the store was opened. REQUIRES: all
  // executions that ran were recovered.
  void StopAbandoned(const std::vector<MapRunRecord>& running);

  // Runs again what was unsuccessful of an execution that was stored, and ended without success. `redriven` is called
  // once that is durable, with kStarted, or when it will not be; `closed` as for Start. REQUIRES: `record` is as it
  // stands in the store, and no other redrive of the execution is under way.
  void Redrive(StartRequest request, const ExecutionRecord& record, const std::vector<std::string>& segments,
               std::optional<std::string> client_token, Started redriven, Closed closed = {});

  // A message for a branch of an execution; dropped if it does not run.
  void Post(int64_t execution, BranchId branch, Message message);

  // What the holder of a task token says: TaskSucceeded, TaskFailed or TaskHeartbeat, of the token's task. Calls back
  // when that is durable (a heartbeat: when it was noted), from a thread of the runner or at once.
  enum class TokenUse : uint8_t {
    kTaken,
    kNotAwaited,  // nobody waits for it: the task has ended, or there never was one with this token
    kFailed,      // a bug, or a store that failed
  };
  void AnswerTask(const TaskToken& token, Message message, std::function<void(TokenUse)> done);

  Activities& activities() { return activities_; }
  // As Activities::Poll; a virtual clock goes on while the worker waits.
  void PollActivity(std::string_view arn, Value worker, std::function<bool()> awaiting, Activities::Polled polled);

  // Calls back when the moment has come, as TimerQueue does: for what is not an execution.
  void At(Timestamp due_at, TimerQueue::Callback callback) { timers_.Add(due_at, std::move(callback)); }
  // To be begun and ended around what is not an execution, so that a virtual clock waits for it.
  Activity& activity() { return activity_; }

  // Ends an execution. Calls back when that is durable; false, and no call, if it does not run.
  bool Abort(int64_t execution, std::optional<std::string> error, std::optional<std::string> cause, Closed closed);
  // Calls back when the execution has ended; false, and no call, if it does not run.
  bool WhenClosed(int64_t execution, Closed closed);

  // The runs of Distributed Maps.
  MapRuns& map_runs() { return *map_runs_; }

  // Tells `observer` of the events of every execution that happens from now on, as StartRequest::on_events is told of
  // those of its own.
  void Observe(Observers::Observer observer) { observers_.Add(std::move(observer)); }

  size_t running() const;
  // Those that were to be recovered, and have not been yet.
  int64_t recovering() const { return recovering_.load(); }
  // Those that are in memory.
  int64_t resident() const { return resident_.load(); }
  // The store cannot be written, and why; "" as long as nothing is known.
  bool failed() const { return committer_.failed(); }
  std::string failure() const;
  // Transactions that wrote what executions did.
  uint64_t commits() const { return committer_.commits(); }
  const Metrics& metrics() const { return metrics_; }

  // A virtual clock stands still from now on: that the tasks are given up before Stop is no reason to time them out.
  void StopClock() { activity_.Begin(); }
  // Nothing moves after this; what was submitted is written. Executions go on when the store is opened again.
  void Stop();

 private:
  friend class MapRuns;
  struct Actor;
  class Listener;

  std::shared_ptr<Actor> MakeActor(int64_t id, StartRequest request);
  // The actor of an execution that begins, and its first turn.
  std::shared_ptr<Actor> MakeFirst(int64_t id, StartRequest request, Started started, Closed closed);
  int64_t NextId();
  // As Start, with an id that NextId gave; the first turn is done, and submitted, on return.
  void StartHere(int64_t id, StartRequest request, Closed closed);
  // When its time is up, counted from `since`; empty if it has no end.
  std::optional<Timestamp> EndsBy(const Actor& actor, Timestamp since) const;
  // Brings a parked execution back into memory. Throws EnvironmentError if its history cannot be read.
  void Unpark(Actor& actor);
  // Takes it out of memory, if there are more than may be and it only waits.
  void ParkIfIdle(const std::shared_ptr<Actor>& actor);
  static void Fold(Actor& actor, const std::vector<std::string>& segments);
  // The actor of an execution that was stored, as it stood.
  std::shared_ptr<Actor> Restore(StartRequest request, const ExecutionRecord& record,
                                 const std::vector<std::string>& segments);
  std::shared_ptr<Actor> Find(int64_t id) const;
  void AddTimer(const std::shared_ptr<Actor>& actor, Timestamp due_at, BranchId branch, const TimerDue& timer);
  // TimeoutSeconds of the execution, which count from its start or from this redrive.
  void AddTimeout(const std::shared_ptr<Actor>& actor, Timestamp due_at, int64_t redrive_count);
  TimerQueue::Callback CallbackOf(const TimerRecord& timer);
  // Of an actor that is just parked: forgets those of its far timers that `execution` does not await any more, and
  // gives them. REQUIRES: its lock is held.
  static std::vector<TimerRecord> TakeUnawaited(Actor& actor, const Execution& execution);
  // The actor was parked, and has far timers.
  void ListFar(const std::shared_ptr<Actor>& actor);
  // Has timers stored if enough are listed: a worker does, behind what is to be done now, and one commit after the
  // other. Thousands of them in a row kept those waiting whose turns are done, and who are in memory until they are
  // durable. REQUIRES: far_mutex_ is held.
  void StoreFarIfMany();
  void StoreFar();
  void Mail(const std::shared_ptr<Actor>& actor, std::function<Turn(Execution&, Timestamp)> turn);
  void RunActor(const std::shared_ptr<Actor>& actor);
  void Submit(const std::shared_ptr<Actor>& actor, Turn turn);
  void Durable(const std::shared_ptr<Actor>& actor, Turn& turn, const std::optional<ExecutionSnapshot>& snapshot);
  static void Count(Actor& actor, const Tally& tally, const std::optional<ExecutionSnapshot>& snapshot);
  void Perform(const std::shared_ptr<Actor>& actor, Effect& effect);
  void GiveOut(const TaskId& task, const Value& worker, Activities::Polled done);
  void Dispatch(const std::shared_ptr<Actor>& actor, DispatchTask& task);
  // False if it is no mock that answers the task.
  bool AnswerMocked(const std::shared_ptr<Actor>& actor, const DispatchTask& task);
  void Close(const std::shared_ptr<Actor>& actor, const ExecutionSnapshot& snapshot);
  // It goes on after a restart.
  void StandStill(const std::shared_ptr<Actor>& actor);
  // It never began.
  void NotStarted(const std::shared_ptr<Actor>& actor, StartResult why);
  void StoreFailed(const std::string& what);
  // Those who wait for it to end.
  std::vector<Closed> Remove(const std::shared_ptr<Actor>& actor);

  Store& store_;
  Clock& clock_;
  Random& random_;
  const RunnerOptions options_;

  Activity activity_;
  Observers observers_;
  Metrics metrics_;
  TimerQueue timers_;
  Activities activities_;
  Committer committer_;
  StoredTimers stored_timers_;
  std::unique_ptr<MapRuns> map_runs_;

  std::atomic<int64_t> resident_{0}, recovering_{0};
  std::atomic<bool> parks_{true};  // until Stop: what is destroyed with the runner must leave its members alone
  mutable std::mutex mutex_;
  std::unordered_map<int64_t, std::shared_ptr<Actor>> actors_;  // guarded by mutex_
  int64_t next_execution_;                                      // guarded by mutex_
  bool stopping_ = false;                                       // guarded by mutex_
  std::string failure_;                                         // guarded by mutex_

  std::mutex far_mutex_;
  std::vector<std::weak_ptr<Actor>> far_;  // guarded by far_mutex_; those that are listed
  bool storing_far_ = false;               // guarded by far_mutex_; a commit is under way, or will be

  Scheduler scheduler_;  // last: its threads use all above
};

}  // namespace gait
