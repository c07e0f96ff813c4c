#include "engine/run/runner.h"

#include <condition_variable>
#include <deque>
#include <thread>

#include "engine/base/cause_table.h"
#include "engine/base/check.h"
#include "engine/run/testing.h"

namespace gait {
namespace {

using run_testing::AddStateMachine;
using run_testing::ByHand;
using run_testing::FakeIntegration;
using run_testing::Fixture;
using run_testing::kTask;
using run_testing::OutcomeOf;
using run_testing::Process;
using testing::Compiled;
using testing::OneState;

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
