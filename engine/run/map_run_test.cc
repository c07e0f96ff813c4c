#include "engine/run/map_run.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/run/testing.h"

namespace gait {
namespace {

using run_testing::AddStateMachine;
using run_testing::ByHand;
using run_testing::Fixture;
using run_testing::OutcomeOf;
using run_testing::Process;
using testing::Compiled;
using testing::OneState;

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

}  // namespace
}  // namespace gait
