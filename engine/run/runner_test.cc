#include "engine/run/runner.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

#include "engine/base/cause_table.h"
#include "engine/base/check.h"
#include "engine/items/text_items.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "tests/support/temp_folder.h"
#include "tests/support/trial.h"

namespace gait {
namespace {

using testing::Compiled;
using testing::Json;
using testing::OneState;

// Answers tasks at once, later, or not at all, and keeps what it was given.
class FakeIntegration : public Integration {
 public:
  std::function<std::optional<Result<Value>>(const TaskRequest&)> answer = [](const TaskRequest& r) {
    return Result<Value>(r.parameters);
  };
  bool idempotent = false;

  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override {
    const auto result = answer(request);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      if (!result) waiting_.push_back(listener);
    }
    changed_.notify_all();
    if (!result) return;
    if (*result) {
      listener->Succeeded(**result);
    } else {
      listener->Failed(result->error());
    }
  }
  void Stop(const TaskId& id) override {
    const std::lock_guard lock(mutex_);
    stopped_.push_back(id);
  }
  bool IsIdempotent(const TaskRequest&) const override { return idempotent; }

  // What an ItemReader finds.
  std::function<Result<std::string>(const ItemReading&)> found;

  // Waits until so many tasks were given out.
  std::vector<TaskRequest> Requests(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return requests_.size() >= count; });
    return requests_;
  }
  std::shared_ptr<TaskListener> TakeWaiting() {
    const std::lock_guard lock(mutex_);
    REQUIRE(!waiting_.empty());
    auto listener = waiting_.back();
    waiting_.pop_back();
    return listener;
  }
  // No answers any more, as when an integration stops: a listener must not outlive its runner.
  void DropWaiting() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
  }
  std::vector<TaskId> stopped() {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<TaskRequest> requests_;
  std::vector<std::shared_ptr<TaskListener>> waiting_;
  std::vector<TaskId> stopped_;
};

struct TextBytes : ByteSource {
  explicit TextBytes(std::string t) : text(std::move(t)) {}
  Result<std::string> Read() override { return std::exchange(text, ""); }
  std::string text;
};

// An engine's lower half over a store that outlives it, as a process does over a file.
class Process {
 public:
  Process(Store& store, FakeIntegration& tasks, bool virtual_time = true, Duration clock_set_by = {})
      : tasks_(tasks), virtual_clock_(*ParseTimestamp("2026-03-14T01:59:00Z") + clock_set_by) {
    RunnerOptions options;
    options.virtual_clock = virtual_time ? &virtual_clock_ : nullptr;
    options.resident_max = 0;  // the harder case: whatever waits leaves memory, and its far timers, too
    options.far_executions_max = 1;
    options.integration_of = [&](const TaskResource& r) { return r.arn.ends_with(":nobody") ? nullptr : &tasks_; };
    options.stop_task = [&](const TaskId& id) { tasks_.Stop(id); };
    options.open_items = [&](const ItemReading& reading) -> Result<std::unique_ptr<ItemSource>> {
      Result<std::string> text = tasks_.found(reading);
      if (!text) return std::move(text).error();
      return ItemsIn(reading.format, std::make_unique<TextBytes>(std::move(text).value()));
    };
    options.log = [&](const std::string& line) { log = line; };
    Clock& clock = virtual_time ? static_cast<Clock&>(virtual_clock_) : system_clock_;
    runner_ = std::make_unique<Runner>(store, clock, random_, options);
  }

  ~Process() {
    runner_->Stop();
    tasks_.DropWaiting();
  }

  Runner& runner() { return *runner_; }
  std::string log;

  static StartRequest Request(std::shared_ptr<const StateMachine> machine, std::string name = "run-1",
                              std::string_view input = "{}") {
    StartRequest request;
    request.info.account = Account{};
    request.info.name = name;
    request.info.state_machine_name = "machine";
    request.info.state_machine_arn = StateMachineArn(request.info.account, "machine");
    request.info.arn = ExecutionArn(request.info.account, "machine", name);
    request.info.type = machine->type();
    request.machine = std::move(machine);
    request.state_machine_id = 1;
    request.definition_id = 1;
    request.input = Payload::FromUser(Json(input), input);
    return request;
  }

  // Starts an execution and waits for its end; nothing if its name is taken.
  std::optional<ExecutionSnapshot> Run(StartRequest request) {
    Begin(std::move(request));
    return WaitForEnd();
  }
  void Begin(StartRequest request) {
    taken_ = false;
    end_.reset();
    runner_->Start(
        std::move(request),
        [&](StartResult result, const ExecutionSnapshot& started) {
          const std::lock_guard lock(mutex_);
          taken_ = result == StartResult::kNameTaken;
          if (result == StartResult::kStarted) id_ = started.id;
          changed_.notify_all();
        },
        [&](const ExecutionSnapshot& s) {
          const std::lock_guard lock(mutex_);
          end_ = s;
          changed_.notify_all();
        });
  }
  std::optional<ExecutionSnapshot> WaitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return end_ || taken_; });
    return end_;
  }
  // Takes up what a process before this one left running, and waits for its end.
  std::optional<ExecutionSnapshot> Recover(Store& store, const std::shared_ptr<const StateMachine>& machine) {
    for (const ExecutionRecord& record : store.RunningExecutions()) {
      runner_->Recover(Request(machine, record.name), record, /*resume=*/true, [&](const ExecutionSnapshot& s) {
        const std::lock_guard lock(mutex_);
        end_ = s;
        changed_.notify_all();
      });
    }
    return WaitForEnd();
  }
  // Redrives the execution of this name, and waits for its end.
  std::optional<ExecutionSnapshot> Redrive(Store& store, const std::shared_ptr<const StateMachine>& machine,
                                           const std::string& name = "run-1") {
    BeginRedrive(store, machine, name);
    return WaitForEnd();
  }
  void BeginRedrive(Store& store, const std::shared_ptr<const StateMachine>& machine,
                    const std::string& name = "run-1") {
    end_.reset();
    taken_ = false;
    redriven_.reset();
    const ExecutionRecord record = *store.FindExecution(1, name);
    runner_->Redrive(
        Request(machine, name), record, store.LoadHistory(record), "token",
        [&](StartResult result, const ExecutionSnapshot& e) {
          const std::lock_guard lock(mutex_);
          redriven_ = result == StartResult::kStarted ? e.redriven_at : Timestamp{};
          changed_.notify_all();
        },
        [&](const ExecutionSnapshot& s) {
          const std::lock_guard lock(mutex_);
          end_ = s;
          changed_.notify_all();
        });
  }
  // When that was, once it is durable.
  Timestamp redriven_at() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return redriven_.has_value(); });
    return *redriven_;
  }
  int64_t id() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return id_ != 0; });
    return id_;
  }

 private:
  FakeIntegration& tasks_;
  SeededRandom random_{11};
  VirtualClock virtual_clock_;
  SystemClock system_clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool taken_ = false;
  int64_t id_ = 0;
  std::optional<ExecutionSnapshot> end_;
  std::optional<Timestamp> redriven_;
  std::unique_ptr<Runner> runner_;
};

// A runner without threads, which works when the test says so.
struct ByHand : Executor {
  explicit ByHand(Store& store, FakeIntegration& tasks, RunnerOptions options = {}) {
    options.executor = this;
    options.integration_of = [&](const TaskResource&) { return &tasks; };
    options.log = [&](const std::string& line) { log = line; };
    options.stop_task = [&](const TaskId& id) { tasks.Stop(id); };
    runner = std::make_unique<Runner>(store, clock, random, options);
  }
  void Work(Job turn) override { jobs.push_back(std::move(turn)); }
  void Write(Job batch) override { jobs.push_back(std::move(batch)); }
  void At(const TimerKey& timer, Job callback) override { timers.emplace(timer, std::move(callback)); }
  void Cancel(const TimerKey& timer) override { timers.erase(timer); }
  void DoOne() {
    const Job job = std::move(jobs.front());
    jobs.pop_front();
    job();
  }
  void DoAll() {
    while (!jobs.empty()) DoOne();
  }
  // Sets the clock, and does all that is due then.
  void PassTo(Timestamp now) {
    clock.AdvanceTo(now);
    while (!timers.empty() && timers.begin()->first.due_at <= now) {
      const Job callback = std::move(timers.begin()->second);
      timers.erase(timers.begin());
      callback();
      DoAll();
    }
  }
  std::vector<Timestamp> timers_due() const {
    std::vector<Timestamp> due;
    for (const auto& [timer, callback] : timers) due.push_back(timer.due_at);
    return due;
  }

  VirtualClock clock{*ParseTimestamp("2026-03-14T01:59:00Z")};
  SeededRandom random{11};
  std::deque<Job> jobs;
  std::map<TimerKey, Job> timers;
  std::string log;
  std::unique_ptr<Runner> runner;
};

void AddStateMachine(Store& store) {
  StateMachineRecord machine;
  machine.name = "machine";
  machine.type = "STANDARD";
  REQUIRE(store.CreateStateMachine(machine, {}).has_value());
}

std::string OutcomeOf(const std::optional<ExecutionSnapshot>& end) {
  if (!end) return "(name taken)";
  if (end->status == ExecutionStatus::kSucceeded) return end->output.text();
  return std::string(StatusName(end->status)) + " " + end->error.value_or("") + ": " + end->cause.value_or("");
}

constexpr const char* kTask =
    R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true)";

struct Fixture {
  Fixture() { AddStateMachine(store); }
  MemoryStore store;
  FakeIntegration tasks;
};

TEST_CASE_FIXTURE(Fixture, "an execution runs to its end, and is then in the store") {
  Process process(store, tasks);
  const auto end = process.Run(Process::Request(Compiled(OneState(kTask)), "one", R"({"a": 1})"));
  CHECK(OutcomeOf(end) == R"({"a":1})");
  const auto record = store.FindExecution(1, "one");
  REQUIRE(record.has_value());
  CHECK(record->status == ExecutionStatus::kSucceeded);
  CHECK(record->stopped_at == end->stopped_at);
  CHECK(process.runner().running() == 0);
}

TEST_CASE_FIXTURE(Fixture, "a name is one execution's") {
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kTask));
  CHECK(process.Run(Process::Request(machine, "one")).has_value());
  CHECK_FALSE(process.Run(Process::Request(machine, "one")).has_value());
  CHECK(process.Run(Process::Request(machine, "two")).has_value());
  CHECK(tasks.Requests(2).size() == 2);  // what was refused has done nothing
}

TEST_CASE_FIXTURE(Fixture, "a virtual clock jumps over waits, and never past a task that is under way") {
  Process process(store, tasks);
  const auto end =
      process.Run(Process::Request(Compiled(OneState(R"("Type": "Wait", "Seconds": 86400, "End": true)"))));
  REQUIRE(end.has_value());
  CHECK((end->stopped_at - end->started_at) == Duration::Days(1));

  tasks.answer = [&](const TaskRequest&) { return std::nullopt; };
  process.Begin(Process::Request(Compiled(OneState(std::string(kTask) + R"(, "TimeoutSeconds": 1)")), "slow"));
  tasks.Requests(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  tasks.TakeWaiting()->Succeeded(Value::String("at last"));
  CHECK(OutcomeOf(process.WaitForEnd()) == "\"at last\"");
}

TEST_CASE_FIXTURE(Fixture, "a virtual clock passes by the timers of executions that have ended") {
  Process process(store, tasks);
  const auto waits = [&](const char* timeout) {
    return process.Run(Process::Request(Compiled(R"({"StartAt": "W", "TimeoutSeconds": )" + std::string(timeout) +
                                                 R"(, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})"),
                                        std::string("times out after ") + timeout));
  };
  CHECK(OutcomeOf(waits("50")) == "TIMED_OUT : ");  // and leaves a timer, before those of the next
  CHECK(OutcomeOf(waits("51")) == "TIMED_OUT : ");
  CHECK(OutcomeOf(waits("70")) == "{}");
}

TEST_CASE_FIXTURE(Fixture, "a task that nobody does fails and says what is missing") {
  Process process(store, tasks);
  const auto end = process.Run(Process::Request(Compiled(OneState(
      R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:nobody", "End": true)"))));
  CHECK(OutcomeOf(end) == "FAILED States.TaskFailed: " +
                              CauseText(Cause::kNoTarget, {"arn:aws:lambda:us-east-1:123456789012:function:nobody"}));
}

TEST_CASE_FIXTURE(Fixture, "Abort ends an execution and stops its task") {
  Process process(store, tasks, /*virtual_time=*/false);
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  process.Begin(Process::Request(Compiled(OneState(kTask))));
  const TaskRequest request = tasks.Requests(1)[0];
  bool told = false;
  process.runner().Abort(process.id(), "Stop", "by hand",
                         [&](const ExecutionSnapshot& end) { told = OutcomeOf(end) == "ABORTED Stop: by hand"; });
  CHECK(OutcomeOf(process.WaitForEnd()) == "ABORTED Stop: by hand");
  process.runner().Stop();
  CHECK(told);
  CHECK(tasks.stopped() == std::vector<TaskId>{request.id});
  tasks.TakeWaiting()->Succeeded(Value::Null());  // too late: dropped
  CHECK_FALSE(process.runner().Abort(process.id(), {}, {}, [](const ExecutionSnapshot&) {}));
}

TEST_CASE_FIXTURE(Fixture, "TimeoutSeconds of the machine ends an execution that waits") {
  Process process(store, tasks);
  const auto end = process.Run(Process::Request(Compiled(
      R"({"StartAt": "W", "TimeoutSeconds": 5, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})")));
  CHECK(OutcomeOf(end) == "TIMED_OUT : ");
  CHECK((end->stopped_at - end->started_at) == Duration::Seconds(5));
}

TEST_CASE_FIXTURE(Fixture, "an EXPRESS execution leaves nothing in the store and lasts five minutes at the most") {
  Process process(store, tasks);
  const auto quick = Compiled(OneState(kTask), StateMachineType::kExpress);
  CHECK(process.Run(Process::Request(quick)).has_value());
  CHECK(process.Run(Process::Request(quick)).has_value());  // its name is not reserved either
  CHECK(store.ListExecutions({.state_machine_id = 1}).empty());
  const auto waits = Compiled(OneState(R"("Type": "Wait", "Seconds": 301, "End": true)"), StateMachineType::kExpress);
  CHECK(OutcomeOf(process.Run(Process::Request(waits))) == "TIMED_OUT : ");
}

TEST_CASE_FIXTURE(Fixture, "a task whose outcome is not known fails after a restart, for its Retry to decide") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  const std::string fields = std::string(kTask) + R"(, "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "E"}])";
  const auto machine = Compiled(R"({"StartAt": "S", "States": {"S": {)" + fields + R"(}, "E": {"Type": "Succeed"}}})");
  {
    Process process(store, tasks);
    process.Begin(Process::Request(machine));
    tasks.Requests(1);
  }
  Process process(store, tasks);
  const auto end = process.Recover(store, machine);
  REQUIRE(end.has_value());
  CHECK(end->output.value().Find("Error")->as_string() == "States.TaskFailed");
  CHECK(end->output.value().Find("Cause")->as_string() == CauseText(Cause::kEngineStopped));
  CHECK(tasks.Requests(1).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a task of an idempotent target is given out again, with the same key") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  tasks.idempotent = true;
  const auto machine = Compiled(OneState(kTask));
  {
    Process process(store, tasks);
    process.Begin(Process::Request(machine, "run-1", R"({"k": "v"})"));
    tasks.Requests(1);
  }
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  CHECK(OutcomeOf(process.Recover(store, machine)) == R"({"k":"v"})");
  const auto requests = tasks.Requests(2);
  CHECK(requests[0].IdempotencyKey() == requests[1].IdempotencyKey());
}

TEST_CASE_FIXTURE(Fixture, "an execution that ends as soon as it is taken up stops the job that it waited for") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  tasks.idempotent = true;
  const auto machine =
      Compiled(OneState(R"("Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "End": true)"));
  {
    ByHand process(store, tasks);
    process.runner->Start(Process::Request(machine), nullptr);
    process.DoAll();
    tasks.DropWaiting();
  }
  ByHand process(store, tasks);
  const ExecutionRecord record = store.RunningExecutions().at(0);
  process.runner->Recover(Process::Request(machine, record.name), record);
  process.runner->Abort(record.id, std::nullopt, std::nullopt, [](const ExecutionSnapshot&) {});
  process.DoAll();
  CHECK(store.GetExecution(record.id)->status == ExecutionStatus::kAborted);
  CHECK(tasks.Requests(0).size() == 2);  // who takes it up finds the job, and can stop it
  CHECK(tasks.stopped() == std::vector<TaskId>{{record.id, 3}});
  tasks.DropWaiting();
}

TEST_CASE_FIXTURE(Fixture, "a Wait that was under way ends when it was due") {
  const auto machine = Compiled(OneState(R"("Type": "Wait", "Seconds": 100, "End": true)"));
  {
    Process process(store, tasks, /*virtual_time=*/false);
    process.Begin(Process::Request(machine));
    process.id();
  }
  Process process(store, tasks);  // its clock stands at another time
  const auto end = process.Recover(store, machine);
  REQUIRE(end.has_value());
  CHECK((end->stopped_at - end->started_at) >= Duration::Seconds(100));
}

// ---- Redrive

// Two tasks side by side, of which the second needs `answer` to like it.
constexpr const char* kPair = R"({"StartAt": "P", "TimeoutSeconds": 100, "States": {
  "P": {"Type": "Parallel", "Next": "W", "Branches": [
    {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                                      "Parameters": "a", "End": true}}},
    {"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                                      "Parameters": "b", "End": true}}}]},
  "W": {"Type": "Wait", "Seconds": 60, "End": true}}})";

std::optional<Result<Value>> FailB(const TaskRequest& r) {
  return r.parameters == Value::String("b") ? Result<Value>(WorkflowError{"Broken", "b"}) : Result<Value>(r.parameters);
}

TEST_CASE_FIXTURE(Fixture, "a redrive goes on where the execution failed, and its record runs again") {
  tasks.answer = FailB;
  const auto machine = Compiled(kPair);
  Process process(store, tasks);
  const auto failed = process.Run(Process::Request(machine));
  CHECK(OutcomeOf(failed) == "FAILED Broken: b");
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  process.BeginRedrive(store, machine);
  const Timestamp redriven = process.redriven_at();
  const ExecutionRecord running = *store.FindExecution(1, "run-1");
  CHECK(running.status == ExecutionStatus::kRunning);
  CHECK(running.stopped_at == Timestamp{});
  CHECK(running.redrive_count == 1);
  CHECK(running.redriven_at == redriven);
  CHECK(running.started_at == failed->started_at);
  const auto requests = tasks.Requests(3);
  CHECK(requests[2].parameters == Value::String("b"));
  CHECK(requests[2].IdempotencyKey() != requests[1].IdempotencyKey());
  tasks.TakeWaiting()->Succeeded(Value::String("mended"));
  CHECK(OutcomeOf(process.WaitForEnd()) == R"(["a","mended"])");
  const ExecutionRecord ended = *store.FindExecution(1, "run-1");
  CHECK(ended.status == ExecutionStatus::kSucceeded);
  CHECK(ended.redrive_count == 1);
  CHECK(process.runner().running() == 0);
}

TEST_CASE_FIXTURE(Fixture, "the answer of a task that was stopped does not reach the one that is redriven") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  const auto machine = Compiled(OneState(kTask));
  Process process(store, tasks, /*virtual_time=*/false);
  process.Begin(Process::Request(machine));
  tasks.Requests(1);
  process.runner().Abort(process.id(), "Stop", "by hand", [](const ExecutionSnapshot&) {});
  CHECK(OutcomeOf(process.WaitForEnd()) == "ABORTED Stop: by hand");
  const auto late = tasks.TakeWaiting();
  process.BeginRedrive(store, machine);
  tasks.Requests(2);
  late->Succeeded(Value::String("late"));
  tasks.TakeWaiting()->Succeeded(Value::String("in time"));
  CHECK(OutcomeOf(process.WaitForEnd()) == "\"in time\"");
}

TEST_CASE_FIXTURE(Fixture, "TimeoutSeconds counts from the redrive, after a restart too") {
  const auto machine = Compiled(
      R"({"StartAt": "W", "TimeoutSeconds": 50, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})");
  std::optional<ExecutionSnapshot> end;
  {
    Process process(store, tasks);
    end = process.Run(Process::Request(machine));
    CHECK(OutcomeOf(end) == "TIMED_OUT : ");
    end = process.Redrive(store, machine);
    CHECK(OutcomeOf(end) == "TIMED_OUT : ");
    CHECK((end->stopped_at - process.redriven_at()) == Duration::Seconds(50));
  }
  {
    Process process(store, tasks, /*virtual_time=*/false);
    process.BeginRedrive(store, machine);
    process.redriven_at();
  }
  Process process(store, tasks);
  end = process.Recover(store, machine);
  CHECK(OutcomeOf(end) == "TIMED_OUT : ");
  CHECK((end->stopped_at - store.FindExecution(1, "run-1")->redriven_at) >= Duration::Seconds(50));
}

TEST_CASE_FIXTURE(Fixture, "what was redriven goes on after a restart, and is redriven again") {
  tasks.answer = FailB;
  tasks.idempotent = true;
  const auto machine = Compiled(kPair);
  {
    Process process(store, tasks);
    CHECK(OutcomeOf(process.Run(Process::Request(machine))) == "FAILED Broken: b");
  }
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  {
    Process process(store, tasks);
    process.BeginRedrive(store, machine);
    tasks.Requests(3);
  }
  tasks.answer = FailB;
  {
    Process process(store, tasks);
    CHECK(OutcomeOf(process.Recover(store, machine)) == "FAILED Broken: b");
  }
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  CHECK(OutcomeOf(process.Redrive(store, machine)) == R"(["a","b"])");
  CHECK(store.FindExecution(1, "run-1")->redrive_count == 2);
  CHECK(tasks.Requests(5).size() == 5);  // a; b, once for each attempt and once for the restart
}

// ---- Distributed Map

constexpr const char* kDistributed = R"("Type": "Map", "End": true, "Label": "each", "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}})";

TEST_CASE_FIXTURE(Fixture, "a Distributed Map runs each item as an execution of its own") {
  Process process(store, tasks);
  const auto end = process.Run(Process::Request(Compiled(OneState(kDistributed)), "parent", "[1,2,3]"));
  CHECK(OutcomeOf(end) == "[1,2,3]");
  const auto requests = tasks.Requests(3);
  CHECK(requests[0].execution_arn.find(":execution:machine/each:") != std::string::npos);
  CHECK(store.ListExecutions({.state_machine_id = 1}).size() == 1);  // the children are the run's
}

TEST_CASE_FIXTURE(Fixture, "a Distributed Map fails when more items fail than are tolerated") {
  tasks.answer = [](const TaskRequest& r) {
    return r.parameters.is_int() ? Result<Value>(r.parameters) : Result<Value>(WorkflowError{"Bad", "item"});
  };
  Process process(store, tasks);
  const std::string tolerant = std::string(kDistributed) + R"(, "ToleratedFailureCount": 1)";
  CHECK(OutcomeOf(process.Run(Process::Request(Compiled(OneState(tolerant)), "ok", R"([1,"x",3])"))) == "[1,3]");
  CHECK(OutcomeOf(process.Run(Process::Request(Compiled(OneState(tolerant)), "no", R"([1,"x","y"])"))) ==
        "FAILED States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded");
}

TEST_CASE_FIXTURE(Fixture, "a Distributed Map that is redriven begins another run") {
  tasks.answer = [](const TaskRequest& r) {
    return r.parameters.as_int() < 3 ? Result<Value>(r.parameters) : Result<Value>(WorkflowError{"Bad", "item"});
  };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "parent", "[1,2,3]"))).starts_with("FAILED States.Exceed"));
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  CHECK(OutcomeOf(process.Redrive(store, machine, "parent")) == "[1,2,3]");
  const auto runs = store.MapRunsOf(store.FindExecution(1, "parent")->id);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].status == ExecutionStatus::kFailed);
  CHECK(runs[1].status == ExecutionStatus::kSucceeded);
}

// Takes up a Distributed Map that a process before this one left running, and waits for its end.
std::optional<ExecutionSnapshot> RecoverMap(Process& process, Store& store,
                                            const std::shared_ptr<const StateMachine>& machine) {
  // Children first, as the engine does.
  std::vector<ExecutionRecord> running = store.RunningExecutions();
  std::stable_partition(running.begin(), running.end(), [](const ExecutionRecord& e) { return e.map_run_id != 0; });
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<ExecutionSnapshot> end;
  for (const ExecutionRecord& record : running) {
    StartRequest request = Process::Request(machine, record.name);
    if (record.map_run_id != 0) {
      ChildOfMapRun(request, "each");
      request.graph = machine->graph().at(0).ChildGraph(0);
      request.map_run_id = record.map_run_id;
      request.map_index = record.map_index;
    }
    Runner::Closed closed;
    if (record.map_run_id == 0) {
      closed = [&](const ExecutionSnapshot& s) {
        const std::lock_guard lock(mutex);
        end = s;
        changed.notify_all();
      };
    }
    process.runner().Recover(std::move(request), record, /*resume=*/true, closed);
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return end.has_value(); });
  return end;
}

TEST_CASE_FIXTURE(Fixture, "a Distributed Map goes on after a restart with what was left") {
  tasks.idempotent = true;
  tasks.answer = [](const TaskRequest& r) -> std::optional<Result<Value>> {
    if (r.parameters.as_int() == 2) return std::nullopt;
    return Result<Value>(r.parameters);
  };
  const auto machine = Compiled(OneState(kDistributed));
  {
    Process process(store, tasks, /*virtual_time=*/false);
    process.Begin(Process::Request(machine, "parent", "[1,2,3]"));
    tasks.Requests(3);
    while (store.RunningExecutions().size() != 2) std::this_thread::yield();  // the parent and the child that waits
  }
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  const auto end = RecoverMap(process, store, machine);
  CHECK(OutcomeOf(end) == "[1,2,3]");
  CHECK(tasks.Requests(4).size() == 4);  // the items that had ended were not done again
}

constexpr const char* kReader = R"(, "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
    "Parameters": {"Bucket": "b", "Key.$": "$.key"}, "ReaderConfig": {"InputType": "JSONL", "MaxItems": 3}})";

TEST_CASE_FIXTURE(Fixture, "an ItemReader brings the items of a Distributed Map") {
  tasks.found = [](const ItemReading& reading) {
    CHECK(reading.resource == "arn:aws:states:::s3:getObject");
    CHECK(ToJson(reading.arguments) == R"({"Bucket":"b","Key":"k"})");
    return Result<std::string>("1\n2\n3\n4\n");
  };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed + std::string(kReader)));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "parent", R"({"key": "k"})"))) == "[1,2,3]");
  const auto runs = store.MapRunsOf(store.FindExecution(1, "parent")->id);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].total == 3);
  CHECK(runs[0].status == ExecutionStatus::kSucceeded);
}

TEST_CASE_FIXTURE(Fixture, "an ItemReader that finds nothing fails its Map, which can be caught") {
  tasks.found = [](const ItemReading&) {
    return Result<std::string>(WorkflowError{"States.ItemReaderFailed", "gone"});
  };
  Process process(store, tasks);
  const std::string map = kDistributed + std::string(kReader);
  const std::string input = R"({"key": "k"})";
  CHECK(OutcomeOf(process.Run(Process::Request(Compiled(OneState(map)), "no", input))) ==
        "FAILED States.ItemReaderFailed: gone");
  CHECK(store.MapRunsOf(store.FindExecution(1, "no")->id).at(0).status == ExecutionStatus::kFailed);
  const std::string caught =
      map + R"(, "Catch": [{"ErrorEquals": ["States.ItemReaderFailed"], "ResultPath": "$.error", "Next": "S2"}])";
  const auto machine = Compiled(R"({"StartAt": "S", "States": {"S": {)" + caught +
                                R"(}, "S2": {"Type": "Pass", "InputPath": "$.error.Cause", "End": true}}})");
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "caught", input))) == R"("gone")");
  // What is to be read cannot be said.
  CHECK(OutcomeOf(process.Run(Process::Request(Compiled(OneState(map)), "path", "{}"))).starts_with("FAILED States."));
}

TEST_CASE_FIXTURE(Fixture, "after a restart the items are read again, and must be as many as before") {
  tasks.idempotent = true;
  for (const bool same : {true, false}) {
    CAPTURE(same);
    tasks.answer = [](const TaskRequest& r) -> std::optional<Result<Value>> {
      if (r.parameters.as_int() == 2) return std::nullopt;
      return Result<Value>(r.parameters);
    };
    tasks.found = [](const ItemReading&) { return Result<std::string>("1\n2\n3\n"); };
    const auto machine = Compiled(OneState(kDistributed + std::string(kReader)));
    MemoryStore store;
    AddStateMachine(store);
    {
      Process process(store, tasks, /*virtual_time=*/false);
      process.Begin(Process::Request(machine, "parent", R"({"key": "k"})"));
      tasks.Requests(same ? 3 : 7);  // after the first time: of three items, and the second one's once more
      while (store.RunningExecutions().size() != 2) std::this_thread::yield();
    }
    tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
    if (!same) tasks.found = [](const ItemReading&) { return Result<std::string>("1\n"); };
    Process process(store, tasks);
    CHECK(OutcomeOf(RecoverMap(process, store, machine)) ==
          (same ? "[1,2,3]"
                : "FAILED States.ItemReaderFailed: The ItemReader finds other items than before the engine stopped"));
  }
}

TEST_CASE_FIXTURE(Fixture, "a map run that nobody waits for is ended, if a restart has come between") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  const auto machine = Compiled(OneState(kDistributed));
  {
    ByHand process(store, tasks);
    process.runner->Start(Process::Request(machine, "parent", "[1,2]"), {});
    process.DoAll();
    const auto parent = *store.FindExecution(1, "parent");
    process.runner->Abort(parent.id, {}, {}, [](const ExecutionSnapshot&) {});
    while (store.GetExecution(parent.id)->status == ExecutionStatus::kRunning) process.DoOne();
    process.jobs.clear();
    tasks.DropWaiting();
  }
  const auto running = store.RunningExecutions();
  REQUIRE(running.size() == 2);
  ByHand process(store, tasks);
  const auto map_runs = store.RunningMapRuns();
  for (const ExecutionRecord& record : running) {
    StartRequest request = Process::Request(machine, record.name);
    ChildOfMapRun(request, "each");
    request.graph = machine->graph().at(0).ChildGraph(0);
    process.runner->Recover(std::move(request), record);
  }
  process.runner->StopAbandoned(map_runs);
  process.DoAll();
  CHECK(store.RunningMapRuns().empty());
  for (const ExecutionRecord& child : running) {
    CHECK(store.GetExecution(child.id)->status != ExecutionStatus::kRunning);
  }
  CHECK(store.GetMapRun(1)->status == ExecutionStatus::kAborted);
}

// ---- The store fails

class FailingStore : public MemoryStore {
 public:
  std::atomic<int> appends_left{1};
  void Append(Batch& batch, Timestamp now) override {
    if (appends_left-- <= 0) throw EnvironmentError("the disk is full");
    MemoryStore::Append(batch, now);
  }
};

TEST_CASE("nothing is done that the store could not write") {
  FailingStore store;
  FakeIntegration tasks;
  AddStateMachine(store);
  store.appends_left = 0;
  {
    Process process(store, tasks);
    StartResult result = StartResult::kStarted;
    process.runner().Start(Process::Request(Compiled(OneState(kTask))),
                           [&](StartResult r, const ExecutionSnapshot&) { result = r; }, {});
    while (!process.runner().failed()) std::this_thread::yield();
    process.runner().Stop();
    CHECK(result == StartResult::kFailed);
    CHECK(process.log == "the store failed: the disk is full");
  }
  CHECK(tasks.Requests(0).empty());
}

TEST_CASE("who waits for an execution is told when the store fails: it stands still") {
  FailingStore store;
  FakeIntegration tasks;
  AddStateMachine(store);
  store.appends_left = 1000;
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  Process process(store, tasks);
  process.Begin(Process::Request(Compiled(OneState(kTask))));  // it waits for its task
  tasks.Requests(1);
  store.appends_left = 0;
  process.runner().Start(Process::Request(Compiled(OneState(kTask)), "run-2"), nullptr);
  const auto end = process.WaitForEnd();
  REQUIRE(end);
  CHECK(end->status == ExecutionStatus::kRunning);
  CHECK(end->info.name == "run-1");
  process.runner().Stop();
  CHECK(process.runner().running() == 0);
}

// Answers each task from one of a few threads.
class ThreadedIntegration : public Integration {
 public:
  ThreadedIntegration() {
    for (int i = 0; i < 3; ++i) threads_.emplace_back([this] { Loop(); });
  }
  ~ThreadedIntegration() override {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    for (std::thread& t : threads_) t.join();
  }
  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override {
    {
      const std::lock_guard lock(mutex_);
      tasks_.emplace_back(std::move(request.parameters), std::move(listener));
    }
    changed_.notify_one();
  }

 private:
  void Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return ends_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      auto [parameters, listener] = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      listener->Succeeded(std::move(parameters));
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Value, std::shared_ptr<TaskListener>>> tasks_;
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

TEST_CASE_FIXTURE(Fixture, "an execution that has to wait for a worker has all its time all the same") {
  ByHand by_hand(store, tasks);
  Timestamp started_at;
  by_hand.runner->Start(
      Process::Request(Compiled(
          R"({"StartAt": "W", "TimeoutSeconds": 5, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})")),
      [&](StartResult, const ExecutionSnapshot& s) { started_at = s.started_at; });
  by_hand.clock.AdvanceTo(by_hand.clock.Now() + Duration::Seconds(2));
  by_hand.DoAll();
  CHECK(started_at == by_hand.clock.Now());
  CHECK(by_hand.timers_due() == std::vector{started_at + Duration::Seconds(5), started_at + Duration::Seconds(60)});
}

TEST_CASE("hundreds of executions at a time, their tasks answered by other threads") {
  constexpr int kExecutions = 300;
  MemoryStore store;
  AddStateMachine(store);
  ThreadedIntegration tasks;
  SeededRandom random(3);
  SystemClock clock;
  RunnerOptions options;
  options.workers = 3;
  options.integration_of = [&](const TaskResource&) { return &tasks; };
  Runner runner(store, clock, random, options);
  const auto machine = Compiled(OneState(R"("Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T", "States": {
      "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}})"));
  std::mutex mutex;
  std::condition_variable changed;
  int started = 0, succeeded = 0;
  for (int i = 0; i < kExecutions; ++i) {
    runner.Start(
        Process::Request(machine, "run-" + std::to_string(i), "[1,2,3,4]"),
        [&](StartResult result, const ExecutionSnapshot&) {
          const std::lock_guard lock(mutex);
          started += result == StartResult::kStarted;
        },
        [&](const ExecutionSnapshot& s) {
          const std::lock_guard lock(mutex);
          succeeded += OutcomeOf(s) == "[1,2,3,4]";
          changed.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  CHECK(changed.wait_for(lock, std::chrono::seconds(60), [&] { return succeeded == kExecutions; }));
  CHECK(started == kExecutions);
}

TEST_CASE_FIXTURE(Fixture, "an execution that only waits leaves memory, and comes back with a message") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  Process process(store, tasks, /*virtual_time=*/false);
  const auto machine = Compiled(OneState(
      R"("Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
         "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}})"));
  process.Begin(Process::Request(machine));
  const std::string token = tasks.Requests(1)[0].task_token;
  CHECK(process.runner().resident() == 1);  // somebody may still answer the request
  tasks.TakeWaiting()->Submitted(Value::Null());
  while (process.runner().resident() != 0) std::this_thread::yield();
  CHECK(process.runner().running() == 1);

  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Runner::TokenUse> use;
  const auto answer = [&](Message message) {
    process.runner().AnswerTask(*ReadTaskToken(token), std::move(message), [&](Runner::TokenUse u) {
      const std::lock_guard lock(mutex);
      use = u;
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return use.has_value(); });
    return *std::exchange(use, std::nullopt);
  };
  const int64_t event = ReadTaskToken(token)->task.scheduled_event;
  CHECK(answer(TaskHeartbeat{event}) == Runner::TokenUse::kTaken);
  CHECK(answer(TaskSucceeded{event, Payload(Value::Int(7))}) == Runner::TokenUse::kTaken);
  CHECK(OutcomeOf(process.WaitForEnd()) == "7");
  CHECK(answer(TaskSucceeded{event, Payload(Value::Int(8))}) == Runner::TokenUse::kNotAwaited);
}

TEST_CASE_FIXTURE(Fixture, "a timer finds an execution that left memory") {
  Process process(store, tasks, /*virtual_time=*/false);
  process.Begin(
      Process::Request(Compiled(R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "P"},
                                              "P": {"Type": "Pass", "Result": [1], "End": true}}})")));
  process.id();
  while (process.runner().resident() != 0) std::this_thread::yield();
  CHECK(OutcomeOf(process.WaitForEnd()) == "[1]");
}

// ---- Timers that leave memory

RunnerOptions WithoutMemory(size_t far_executions_max = 1) {
  RunnerOptions options;
  options.resident_max = 0;
  options.far_executions_max = far_executions_max;
  return options;
}

std::vector<TimerRecord> StoredIn(Store& store) {
  return store.ListTimers({Batch::kNoTimer}, Batch::kAllTimers, SIZE_MAX);
}

constexpr const char* kHour = R"("Type": "Wait", "Seconds": 3600, "End": true)";

struct FarFixture : Fixture {
  static void Start(ByHand& process, const std::shared_ptr<const StateMachine>& machine, const std::string& name) {
    process.runner->Start(Process::Request(machine, name), {});
    process.DoAll();
  }
  ExecutionRecord Record(const std::string& name) { return *store.FindExecution(1, name); }
  Timestamp start = *ParseTimestamp("2026-03-14T01:59:00Z");
  Timestamp hour = start + Duration::Seconds(3600);
};

TEST_CASE_FIXTURE(FarFixture, "far timers of executions that left memory are in the store, until shortly before") {
  ByHand process(store, tasks, WithoutMemory(/*far_executions_max=*/2));
  const auto machine = Compiled(OneState(kHour));
  Start(process, machine, "one");
  CHECK(StoredIn(store).empty());  // one is not worth a write
  CHECK(process.timers_due() == std::vector{hour});
  Start(process, machine, "two");
  CHECK(StoredIn(store).size() == 2);
  REQUIRE(process.timers.size() == 1);
  const Timestamp sweep = process.timers_due()[0];
  CHECK(sweep < hour);
  process.PassTo(sweep);
  CHECK(StoredIn(store).empty());
  CHECK(process.timers_due() == std::vector{hour, hour});
  process.PassTo(hour);
  CHECK(process.timers.empty());
  for (const char* name : {"one", "two"}) {
    CHECK(Record(name).status == ExecutionStatus::kSucceeded);
    CHECK(Record(name).stopped_at == hour);
  }
}

TEST_CASE_FIXTURE(FarFixture, "a timer that is not awaited any more is not stored, and leaves the queue") {
  ByHand process(store, tasks, WithoutMemory());
  Start(process, Compiled(R"({"StartAt": "T", "TimeoutSeconds": 9000, "States": {
                     "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                           "TimeoutSeconds": 5000, "Next": "W"},
                     "W": {"Type": "Wait", "Seconds": 3600, "End": true}}})"),
        "one");
  std::vector<Timestamp> due;
  for (const TimerRecord& timer : StoredIn(store)) due.push_back(timer.key.due_at);
  CHECK(due == std::vector{hour, start + Duration::Seconds(9000)});
  CHECK(process.timers.size() == 1);
}

TEST_CASE_FIXTURE(FarFixture, "who answers soon costs no timer in the store, and leaves none in memory") {
  ByHand process(store, tasks, WithoutMemory());
  Start(process, Compiled(OneState(std::string(kTask) + R"(, "TimeoutSeconds": 3600)")), "one");
  CHECK(Record("one").status == ExecutionStatus::kSucceeded);
  CHECK(StoredIn(store).empty());
  CHECK(process.timers.empty());
}

TEST_CASE_FIXTURE(FarFixture, "an execution that ends takes its timers out of the store") {
  ByHand process(store, tasks, WithoutMemory());
  Start(process, Compiled(OneState(kHour)), "one");
  CHECK(StoredIn(store).size() == 1);
  process.runner->Abort(Record("one").id, {}, {}, [](const ExecutionSnapshot&) {});
  process.DoAll();
  CHECK(StoredIn(store).empty());
}

TEST_CASE_FIXTURE(FarFixture, "a sweep that comes late, or while timers are being stored, passes none by") {
  ByHand process(store, tasks, WithoutMemory());
  const auto machine = Compiled(OneState(kHour));
  SUBCASE("the clock was set forward") {
    Start(process, machine, "one");
    process.PassTo(hour + Duration::Seconds(7200));
    CHECK(Record("one").stopped_at == hour + Duration::Seconds(7200));
  }
  SUBCASE("the commit is under way when its timers come near") {
    Start(process, Compiled(OneState(R"("Type": "Wait", "Seconds": 3660, "End": true)")), "one");
    process.runner->Start(Process::Request(machine, "two"), {});
    while (process.timers.size() == 1) process.DoOne();
    process.DoOne();
    CHECK(process.timers_due().back() == hour);  // being stored
    process.clock.AdvanceTo(hour + Duration::Seconds(-60));
    const auto sweep = std::move(process.timers.begin()->second);
    process.timers.erase(process.timers.begin());
    sweep();
    std::swap(process.jobs.front(), process.jobs.back());
    process.DoAll();
    CHECK(process.timers_due() == std::vector{hour, hour + Duration::Seconds(60)});
    process.PassTo(hour);
    CHECK(Record("two").stopped_at == hour);
  }
}

TEST_CASE_FIXTURE(FarFixture, "the timers of a process that is gone are not those of the next") {
  const auto machine = Compiled(OneState(kHour));
  {
    ByHand process(store, tasks, WithoutMemory());
    Start(process, machine, "one");
    Start(process, machine, "two");
  }
  CHECK(StoredIn(store).size() == 2);
  ByHand process(store, tasks, WithoutMemory());
  process.runner->Recover(Process::Request(machine, "one"), Record("one"));
  process.DoAll();
  CHECK(StoredIn(store).size() == 1);
  process.PassTo(hour + Duration::Seconds(-60));
  process.PassTo(hour);
  CHECK(Record("one").stopped_at == hour);
  CHECK(Record("two").status == ExecutionStatus::kRunning);
}

TEST_CASE_FIXTURE(FarFixture, "a timer from before a redrive ends nothing early") {
  ByHand process(store, tasks);
  const auto machine = Compiled(
      R"({"StartAt": "W", "TimeoutSeconds": 90, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}})");
  Start(process, machine, "one");
  process.PassTo(start + Duration::Seconds(50));
  process.runner->Abort(Record("one").id, {}, {}, [](const ExecutionSnapshot&) {});
  process.DoAll();
  const ExecutionRecord aborted = Record("one");
  process.runner->Redrive(Process::Request(machine, "one"), aborted, store.LoadHistory(aborted), {}, {});
  process.DoAll();
  process.PassTo(start + Duration::Seconds(109));
  CHECK(Record("one").status == ExecutionStatus::kRunning);
  process.PassTo(start + Duration::Seconds(110));
  CHECK(Record("one").status == ExecutionStatus::kSucceeded);
}

TEST_CASE_FIXTURE(Fixture, "a virtual clock goes on to timers that left memory, in their order") {
  Process process(store, tasks);
  const auto machine = Compiled(
      R"({"StartAt": "W", "TimeoutSeconds": 100000, "States": {"W": {"Type": "Wait", "Seconds": 86400, "Next": "X"},
                                                               "X": {"Type": "Wait", "Seconds": 86400, "End": true}}})");
  const auto end = process.Run(Process::Request(machine));
  CHECK(OutcomeOf(end) == "TIMED_OUT : ");
  CHECK((end->stopped_at - end->started_at) == Duration::Seconds(100'000));
  CHECK(StoredIn(store).empty());
}

TEST_CASE("hundreds of timers leave memory and come back, while messages come") {
  constexpr int kExecutions = 300;
  const TempFolder folder;
  const auto store = SqliteStore::Open(folder.File("db"));
  AddStateMachine(*store);
  SeededRandom random(3);
  SystemClock clock;
  RunnerOptions options = WithoutMemory(/*far_executions_max=*/7);
  options.workers = 3;
  options.timers_ahead = Duration::Milliseconds(300);
  Runner runner(*store, clock, random, options);
  const auto machine = Compiled(OneState(R"("Type": "Wait", "Seconds": 1, "End": true)"));
  std::mutex mutex;
  std::condition_variable changed;
  int succeeded = 0, aborted = 0, early = 0;
  for (int i = 0; i < kExecutions; ++i) {
    runner.Start(
        Process::Request(machine, "run-" + std::to_string(i)),
        [&, i](StartResult, const ExecutionSnapshot& s) {
          if (i % 3 == 0) runner.Abort(s.id, {}, {}, [](const ExecutionSnapshot&) {});
        },
        [&](const ExecutionSnapshot& s) {
          const std::lock_guard lock(mutex);
          if (s.status == ExecutionStatus::kAborted) {
            ++aborted;
          } else {
            ++succeeded;
            early += s.stopped_at - s.started_at < Duration::Seconds(1);
          }
          changed.notify_one();
        });
  }
  std::unique_lock lock(mutex);
  CHECK(changed.wait_for(lock, std::chrono::seconds(60), [&] { return succeeded + aborted == kExecutions; }));
  CHECK(aborted == kExecutions / 3);
  CHECK(early == 0);
}

TEST_CASE("timers that the store cannot take stay in memory, and those that cannot be read are tried again") {
  struct : MemoryStore {
    bool takes = true, reads = true;
    void Append(Batch& batch, Timestamp now) override {
      if (!takes && !batch.timers.empty()) throw EnvironmentError("the disk is full");
      MemoryStore::Append(batch, now);
    }
    std::vector<TimerRecord> ListTimers(const TimerKey& after, Timestamp until, size_t limit) override {
      if (!reads) throw EnvironmentError("the disk is broken");
      return MemoryStore::ListTimers(after, until, limit);
    }
  } store;
  FakeIntegration tasks;
  AddStateMachine(store);
  ByHand process(store, tasks, WithoutMemory());
  const Timestamp hour = process.clock.Now() + Duration::Seconds(3600);
  const auto machine = Compiled(OneState(kHour));
  SUBCASE("stored") {
    store.takes = false;
    FarFixture::Start(process, machine, "one");
    CHECK(process.runner->failed());
    CHECK(process.timers_due() == std::vector{hour});
  }
  SUBCASE("read") {
    FarFixture::Start(process, machine, "one");
    store.reads = false;
    process.PassTo(hour + Duration::Seconds(-60));
    CHECK(process.log == "timers in the store cannot be read, and are tried again: the disk is broken");
    store.reads = true;
    process.PassTo(hour);
    process.PassTo(hour);
    CHECK(store.FindExecution(1, "one")->stopped_at == hour);
  }
}

TEST_CASE_FIXTURE(Fixture, "a clock that was set back between two processes keeps nothing from its end") {
  const auto machine = Compiled(
      R"({"StartAt": "T", "States": {
          "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "TimeoutSeconds": 10,
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5}], "Next": "W"},
          "W": {"Type": "Wait", "Seconds": 60, "End": true}}})");
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  {
    Process process(store, tasks, /*virtual_time=*/false);
    process.Begin(Process::Request(machine));
    tasks.Requests(1);
  }
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  // Months before the first process's time.
  Process process(store, tasks, /*virtual_time=*/true, Duration::Days(-30));
  CHECK(OutcomeOf(process.Recover(store, machine)) == "{}");
}

}  // namespace
}  // namespace gait
