#include "testing/replay_run.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "api/engine.h"
#include "engine/base/error_names.h"
#include "engine/history/event_table.h"
#include "engine/store/memory_store.h"

namespace gait {
namespace {

constexpr std::string_view kTestCase = "replay";  // any: it makes the runner ask for answers
constexpr Duration kNever = Duration::Days(400);  // no execution lasts for longer than a year

// Knows which task of the recording is asked for: it is told of the events of the execution, and asked for the answers.
class Answers {
 public:
  Answers(const RecordedHistory& history, const HistoryTree& tree, bool as_test) : as_test_(as_test) {
    for (RecordedTask& task : TasksOf(history, tree)) {
      Key key(task.branch, task.state, task.number);
      tasks_.emplace(std::move(key), std::move(task));
    }
    events_max_ = static_cast<size_t>(4 * history.events.size()) + 10'000;
  }

  void Started(int64_t execution) {
    const std::lock_guard lock(mutex_);
    execution_ = execution;
  }

  void Tell(const std::vector<HistoryEvent>& events) {
    const std::lock_guard lock(mutex_);
    for (const HistoryEvent& event : events) {
      if (!IsShown(event.type)) continue;
      run_.events.push_back(event);
      const HistoryBranch& branch = tree_.Add(event);
      if (!SchedulesTask(event.type)) continue;
      const int64_t number = numbers_[{branch.path, branch.state}]++;
      asked_.emplace(event.id, Key(branch.path, branch.state, number));
    }
  }

  bool too_long() {
    const std::lock_guard lock(mutex_);
    return run_.events.size() > events_max_;
  }

  MockedOutcome Answer(const MockedTask& task) {
    const std::lock_guard lock(mutex_);
    const Result<Value> none = WorkflowError{std::string(error_names::kRuntime), "The recording has no answer."};
    if (task.id.execution != execution_) return none;
    const auto asked = asked_.find(task.id.scheduled_event);
    const auto found = asked == asked_.end() ? tasks_.end() : tasks_.find(asked->second);
    if (found == tasks_.end() || !found->second.answer) {
      run_.unanswered.insert(task.id.scheduled_event);
      return MockedOutcome(none, kNever);
    }
    const RecordedTask& recorded = found->second;
    Duration after = as_test_ ? Duration() : recorded.after;
    // Heartbeats are no events: that it has answered tells that it has sent them.
    if (!recorded.timed_out && task.heartbeat_seconds) {
      after = std::min(after, Duration::Milliseconds(*task.heartbeat_seconds * 1000 - 1));
    }
    return MockedOutcome(*recorded.answer, std::max(after, Duration()));
  }

  ReplayRun Take() {
    const std::lock_guard lock(mutex_);
    return std::move(run_);
  }

 private:
  using Key = std::tuple<std::string, std::string, int64_t>;  // branch, state, number

  const bool as_test_;
  size_t events_max_ = 0;
  std::map<Key, RecordedTask> tasks_;

  std::mutex mutex_;
  int64_t execution_ = 0;                                           // guarded by mutex_, as all below
  HistoryTree tree_;                                                // of what has happened
  std::map<std::pair<std::string, std::string>, int64_t> numbers_;  // of the next task, by branch and state
  std::map<int64_t, Key> asked_;                                    // by ...Scheduled event
  ReplayRun run_;
};

Surroundings SurroundingsOf(Answers& answers, Timestamp start) {
  Surroundings surroundings;
  surroundings.store = std::make_unique<MemoryStore>();
  surroundings.random = std::make_unique<SystemRandom>();
  auto clock = std::make_unique<VirtualClock>(start);
  surroundings.runner.virtual_clock = clock.get();
  surroundings.clock = std::move(clock);
  surroundings.runner.workers = 1;
  surroundings.runner.mocked_answer_of = [&answers](const MockedTask& task) { return answers.Answer(task); };
  const WorkflowError closed{std::string(error_names::kRuntime), "A replay reads and writes no objects."};
  surroundings.runner.open_items = [closed](const ItemReading&) { return closed; };
  surroundings.runner.open_object = [closed](std::string_view, std::string_view) { return closed; };
  return surroundings;
}

// The request to start the execution that is replayed.
StartRequest Prepare(EngineCore& core, const RecordedHistory& history, const ReplayRunOptions& options) {
  const Value machine =
      Value::Object({{"name", Value::String(options.state_machine)},
                     {"definition", Value::String(options.definition)},
                     {"type", Value::String(TypeName(options.type))},
                     {"roleArn", Value::String("arn:aws:iam::" + options.account.id + ":role/gait")}});
  const auto made = core.Await<ApiResult>([&](Respond respond) { core.Call("CreateStateMachine", machine, respond); });
  if (!made) throw EngineError("the engine stopped");
  if (const auto* error = std::get_if<ApiError>(&*made)) throw OperationError(error->code, error->message);
  const StateMachineRecord record = *core.store().FindStateMachine(options.state_machine);
  StartRequest request = core.RequestOf(record, *core.store().GetDefinition(record.definition_id),
                                        options.execution.empty() ? core.random().Uuid() : options.execution);
  const HistoryEvent& started = history.events.front();
  request.input = started.payload;
  request.info.test_case = kTestCase;
  const Value* role = options.as_test ? nullptr : started.Get(EventField::kRoleArn);
  if (role != nullptr && role->is_string()) request.info.role_arn = role->as_string();
  return request;
}

// An activity that there was is there; one that there was not is not.
void RegisterActivities(EngineCore& core, const RecordedHistory& history) {
  std::set<std::string> there, missing;
  std::string resource;
  for (const HistoryEvent& event : history.events) {
    if (event.type == EventType::kActivityScheduled && event.Get(EventField::kResource) != nullptr) {
      resource = event.Get(EventField::kResource)->as_string();
      there.insert(resource);
    }
    if (event.type == EventType::kActivityScheduleFailed) missing.insert(resource);
  }
  for (const std::string& arn : there) {
    if (!missing.contains(arn)) core.runner().activities().Register(arn);
  }
}

ReplayRun RunOnce(const RecordedHistory& history, const HistoryTree& tree, const ReplayRunOptions& options,
                  Timestamp start) {
  Answers answers(history, tree, options.as_test);
  EngineOptions engine;
  engine.account_id = options.account.id;
  engine.region = options.account.region;
  engine.aws_limits = options.aws_limits;
  engine.virtual_clock = true;
  EngineCore core(engine, SurroundingsOf(answers, start));
  RegisterActivities(core, history);
  StartRequest request = Prepare(core, history, options);
  request.on_events = [&answers](const std::vector<HistoryEvent>& events) { answers.Tell(events); };
  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;
  int64_t id = 0;
  core.runner().Start(
      std::move(request),
      [&](StartResult, const ExecutionSnapshot& snapshot) {
        answers.Started(snapshot.id);
        const std::lock_guard lock(mutex);
        id = snapshot.id;
      },
      [&](const ExecutionSnapshot&) {
        const std::lock_guard lock(mutex);
        ended = true;
        changed.notify_one();
      });
  bool stopped = false;
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, std::chrono::milliseconds(50), [&] { return ended; })) {
    if (stopped || !answers.too_long()) continue;
    stopped = true;
    const int64_t execution = id;
    lock.unlock();
    core.runner().Abort(execution, std::nullopt, std::nullopt, {});
    lock.lock();
  }
  lock.unlock();
  core.Stop();
  ReplayRun run = answers.Take();
  run.stopped = stopped;
  return run;
}

}  // namespace

ReplayRun RunReplay(const RecordedHistory& history, const HistoryTree& tree, const ReplayRunOptions& options) {
  const Timestamp start = history.events.front().timestamp;
  ReplayRun run = RunOnce(history, tree, options, start);
  constexpr Duration kLater = Duration::Seconds(25 * 3600 + 61);  // another day, hour, minute and second
  ReplayRunOptions other = options;
  if (options.execution.empty()) {
    other.state_machine = "Another" + options.state_machine.substr(0, 70);
    other.execution = "another";
  }
  if (options.execution.empty() || options.as_test) other.account = {"210987654321", "eu-west-3", "aws"};
  run.again = RunOnce(history, tree, other, start + kLater).events;
  return run;
}

}  // namespace gait
