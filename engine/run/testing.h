// For the tests of this folder: an engine's lower half, as a process or worked by hand, and who does its tasks.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/items/text_items.h"
#include "engine/run/runner.h"
#include "engine/store/memory_store.h"
#include "tests/support/trial.h"

namespace gait::run_testing {

using testing::Json;

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
  // Where a ResultWriter writes.
  std::function<Result<std::unique_ptr<ByteSink>>(std::string_view bucket, std::string_view key)> open_object;

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

// What an ItemReader reads: a text, in one piece.
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
    options.open_object = [&](std::string_view bucket, std::string_view key) {
      return tasks_.open_object(bucket, key);
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

inline void AddStateMachine(Store& store) {
  StateMachineRecord machine;
  machine.name = "machine";
  machine.type = "STANDARD";
  REQUIRE(store.CreateStateMachine(machine, {}).has_value());
}

inline std::string OutcomeOf(const std::optional<ExecutionSnapshot>& end) {
  if (!end) return "(name taken)";
  if (end->status == ExecutionStatus::kSucceeded) return end->output.text();
  return std::string(StatusName(end->status)) + " " + end->error.value_or("") + ": " + end->cause.value_or("");
}

inline constexpr const char* kTask =
    R"("Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true)";

// A store with a state machine, and who does its tasks.
struct Fixture {
  Fixture() { AddStateMachine(store); }
  MemoryStore store;
  FakeIntegration tasks;
};

}  // namespace gait::run_testing
