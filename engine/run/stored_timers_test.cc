#include "engine/run/stored_timers.h"

#include <condition_variable>
#include <mutex>

#include "engine/base/check.h"
#include "engine/run/testing.h"
#include "engine/store/sqlite_store.h"
#include "tests/support/temp_folder.h"

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

}  // namespace
}  // namespace gait
