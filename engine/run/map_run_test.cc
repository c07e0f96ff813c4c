#include "engine/run/map_run.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/base/cause_table.h"
#include "engine/history/codec.h"
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

TEST_CASE_FIXTURE(
    Fixture, "a Distributed Map that is redriven takes up its run: what was unsuccessful, and what had not begun") {
  tasks.answer = [](const TaskRequest& r) {
    return r.parameters.as_int() < 3 ? Result<Value>(r.parameters) : Result<Value>(WorkflowError{"Bad", "item"});
  };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "parent", "[1,2,3]"))).starts_with("FAILED States.Exceed"));
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  CHECK(OutcomeOf(process.Redrive(store, machine, "parent")) == "[1,2,3]");
  const auto runs = store.MapRunsOf(store.FindExecution(1, "parent")->id);
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].status == ExecutionStatus::kSucceeded);
  CHECK(runs[0].redrive_count == 1);
  CHECK(store.CountChildren(runs[0].id, 0).succeeded.children == 3);
  CHECK(tasks.Requests(4).size() == 4);  // what had succeeded was not done again
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
      ChildOfMapRun(request, "machine/each", /*express=*/false);
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
  CHECK(runs[0].total_items == 3);
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

TEST_CASE_FIXTURE(Fixture, "after a restart the items are read again from where the run was, and must be there") {
  tasks.idempotent = true;
  for (const bool same : {true, false}) {
    CAPTURE(same);
    tasks.answer = [](const TaskRequest& r) -> std::optional<Result<Value>> {
      if (r.parameters.as_int() == 2) return std::nullopt;
      return Result<Value>(r.parameters);
    };
    tasks.found = [](const ItemReading&) { return Result<std::string>("1\n2\n3\n"); };
    const auto machine = Compiled(OneState(kDistributed + std::string(kReader) + R"(, "MaxConcurrency": 1)"));
    MemoryStore store;
    AddStateMachine(store);
    {
      Process process(store, tasks, /*virtual_time=*/false);
      process.Begin(Process::Request(machine, "parent", R"({"key": "k"})"));
      tasks.Requests(same ? 2 : 6);  // after the first time: of three items, and the second one's once more
      while (store.RunningExecutions().size() != 2) std::this_thread::yield();
      const MapRunRecord run = *store.GetMapRun(1);
      CHECK(run.total_items == 3);
      CHECK(run.begun.children == 2);
      CHECK(run.begun.items == 2);
    }
    tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
    if (!same) tasks.found = [](const ItemReading&) { return Result<std::string>("1\n"); };
    Process process(store, tasks);
    CHECK(OutcomeOf(RecoverMap(process, store, machine)) ==
          (same ? "[1,2,3]"
                : "FAILED States.ItemReaderFailed: The ItemReader finds other items in s3://b/k than when it counted "
                  "them"));
  }
}

constexpr const char* kBatched = R"(, "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"tag": 7}})";

TEST_CASE_FIXTURE(Fixture, "an ItemBatcher gives a child several items, all of which fail with it") {
  tasks.answer = [](const TaskRequest& r) {
    const bool fails = ToJson(r.parameters).find("-1") != std::string::npos;
    return fails ? Result<Value>(WorkflowError{"Bad", "item"}) : Result<Value>(r.parameters);
  };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed + std::string(kBatched) + R"(, "ToleratedFailureCount": 2)"));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "ok", "[1,2,3]"))) ==
        R"([{"BatchInput":{"tag":7},"Items":[1,2]},{"BatchInput":{"tag":7},"Items":[3]}])");
  MapRunRecord run = *store.GetMapRun(1);
  CHECK(run.total_items == 3);
  CHECK(run.total_children == 2);
  CHECK(store.ListChildren(1, ExecutionStatus::kSucceeded, 0, 9).at(0).map_items == 2);
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "two", "[1,-1,3]"))) ==
        R"([{"BatchInput":{"tag":7},"Items":[3]}])");
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "four", "[1,-1,3,-1]"))).starts_with("FAILED States.Exceed"));
}

TEST_CASE_FIXTURE(Fixture, "the ItemSelector is given each item with its index, also within a batch") {
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed + std::string(kBatched) + R"(, "ItemSelector":
      {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "s.$": "$$.Map.Item.Source"})"));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "p", "[5,6,7]"))) ==
        R"([{"BatchInput":{"tag":7},"Items":[{"i":0,"v":5,"s":"STATE_DATA"},{"i":1,"v":6,"s":"STATE_DATA"}]},)"
        R"({"BatchInput":{"tag":7},"Items":[{"i":2,"v":7,"s":"STATE_DATA"}]}])");
}

TEST_CASE_FIXTURE(Fixture, "the members of an object are items, in JSONata") {
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  const auto run = [&](const std::string& name, const std::string& more) {
    const auto machine = Compiled(R"({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Map",
        "End": true, "Items": "{% $states.input.o %}", )" +
                                  more + R"("ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": true}}}}}})");
    return OutcomeOf(process.Run(Process::Request(machine, name, R"({"o": {"a": 1, "b": 2}})")));
  };
  CHECK(run("plain", "") == R"([{"Key":"a","Value":1},{"Key":"b","Value":2}])");
  CHECK(run("selected", R"("ItemSelector": {"k": "{% $states.context.Map.Item.Key %}",
      "v": "{% $states.context.Map.Item.Value %}"}, )") == R"([{"k":"a","v":1},{"k":"b","v":2}])");
}

constexpr const char* kExpress = R"("Type": "Map", "End": true, "Label": "each", "ItemProcessor": {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "T", "States": {"T": {
    "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}})";

TEST_CASE_FIXTURE(Fixture,
                  "of an EXPRESS child the input and the end are stored, and after a crash it runs once more") {
  tasks.answer = [](const TaskRequest& r) -> std::optional<Result<Value>> {
    if (r.parameters.as_int() == 2) return std::nullopt;
    return Result<Value>(r.parameters);
  };
  const auto machine = Compiled(OneState(kExpress));
  {
    Process process(store, tasks, /*virtual_time=*/false);
    process.Begin(Process::Request(machine, "parent", "[1,2,3]"));
    tasks.Requests(3);
    while (store.RunningExecutions().size() != 2) std::this_thread::yield();
    CHECK(store.LoadHistory(store.ListChildren(1, ExecutionStatus::kSucceeded, 0, 9).at(0)).size() == 2);
  }
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  CHECK(OutcomeOf(RecoverMap(process, store, machine)) == "[1,2,3]");
  CHECK(tasks.Requests(4).size() == 4);  // those that had ended were not done again
}

TEST_CASE_FIXTURE(Fixture, "an EXPRESS child is redriven from its beginning, under its name") {
  tasks.answer = [](const TaskRequest& r) {
    return r.parameters.as_int() != 2 ? Result<Value>(r.parameters) : Result<Value>(WorkflowError{"Bad", "item"});
  };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kExpress));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "parent", "[1,2]"))).starts_with("FAILED States.Exceed"));
  const ExecutionRecord failed = store.ListChildren(1, ExecutionStatus::kFailed, 0, 9).at(0);
  CHECK(IsExpressChild(failed));
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  CHECK(OutcomeOf(process.Redrive(store, machine, "parent")) == "[1,2]");
  const ExecutionRecord redriven = *store.GetExecution(failed.id);
  CHECK(redriven.name == failed.name);
  CHECK(redriven.status == ExecutionStatus::kSucceeded);
  CHECK(redriven.redrive_count == 1);
}

// What a run has written of a child that it stopped, in the store alone: its process went down before it said more.
void StopInStore(Store& store, const ExecutionRecord& child, const std::string& cause) {
  HistoryCodec codec;
  HistoryEvent last;
  for (const std::string& segment : store.LoadHistory(child)) {
    for (std::string_view rest = segment; !rest.empty();) last = codec.Decode(rest);
  }
  HistoryEvent stopped(EventType::kExecutionAborted);
  stopped.id = last.id + 1;
  stopped.timestamp = last.timestamp;
  stopped.Set(EventField::kCause, Value::String(cause));
  Batch batch;
  const int64_t segment = store.next_ids().segment;
  batch.segments.push_back({segment, child.id, child.last_segment, ""});
  codec.Encode(stopped, batch.segments[0].events);
  batch.progressed.push_back(
      {child.id, segment, ExecutionStatus::kAborted, last.timestamp, child.redrive_count, {}, child.map_redrive});
  store.Append(batch, last.timestamp);
}

TEST_CASE_FIXTURE(Fixture, "children that a run has stopped run again if it went down before it had failed") {
  tasks.answer = [](const TaskRequest&) { return std::nullopt; };
  const auto machine = Compiled(OneState(kDistributed));
  {
    Process process(store, tasks, /*virtual_time=*/false);
    process.Begin(Process::Request(machine, "parent", "[1,2]"));
    tasks.Requests(2);
  }
  const std::vector<ExecutionRecord> children = store.ListChildren(1, ExecutionStatus::kRunning, 0, 9);
  REQUIRE(children.size() == 2);
  StopInStore(store, children[0], CauseText(Cause::kMapRunAborted, {store.GetMapRun(1)->arn}));
  tasks.idempotent = true;
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  Process process(store, tasks);
  CHECK(OutcomeOf(RecoverMap(process, store, machine)) == "[1,2]");
  CHECK(store.GetExecution(children[0].id)->redrive_count == 1);
}

TEST_CASE_FIXTURE(Fixture, "a run that has failed does not succeed because more is tolerated later") {
  tasks.answer = [](const TaskRequest& r) -> std::optional<Result<Value>> {
    if (r.parameters.as_int() == 2) return std::nullopt;
    return Result<Value>(WorkflowError{"Bad", "item"});
  };
  Process process(store, tasks, /*virtual_time=*/false);
  process.Begin(
      Process::Request(Compiled(OneState(std::string(kExpress) + R"(, "MaxConcurrency": 2)")), "parent", "[2,1,3]"));
  while (store.CountChildren(1, 0).failed.children != 1) std::this_thread::yield();
  const MapRunRecord run = *store.GetMapRun(1);
  while (process.runner().map_runs().Find(run)->tallies.failed.children != 1) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // nothing tells that no other child begins
  MapRuns::Change change;
  change.tolerated_failure_count = 9;
  REQUIRE(process.runner().map_runs().Update(run, change, [](bool) {}));
  tasks.TakeWaiting()->Succeeded(Value::Int(2));
  CHECK(OutcomeOf(process.WaitForEnd()).starts_with("FAILED States.ExceedToleratedFailureThreshold"));
}

// Objects that were written whole, by `s3://BUCKET/KEY`.
struct Objects {
  std::map<std::string, std::string> objects;
  std::string refused;  // in front of such a name

  Result<std::unique_ptr<ByteSink>> Open(std::string_view bucket, std::string_view key) {
    struct Sink : ByteSink {
      Objects& home;
      std::string name, text;
      Sink(Objects& h, std::string n) : home(h), name(std::move(n)) {}
      std::optional<WorkflowError> Write(std::string_view bytes) override {
        text += bytes;
        return std::nullopt;
      }
      std::optional<WorkflowError> Finish() override {
        home.objects[name] = text;
        return std::nullopt;
      }
    };
    std::string name = "s3://" + std::string(bucket) + "/" + std::string(key);
    if (!refused.empty() && name.starts_with(refused)) return WorkflowError{"States.ResultWriterFailed", "full"};
    return std::unique_ptr<ByteSink>(std::make_unique<Sink>(*this, std::move(name)));
  }
};

std::string Writer(const std::string& config) {
  return R"(, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "p/"}
      )" +
         config + "}";
}

// What stands in the object of a run that ends so.
std::string ObjectOf(const Objects& objects, const std::string& end) {
  for (const auto& [name, text] : objects.objects) {
    if (name.ends_with(end)) return text;
  }
  return "no " + end;
}

TEST_CASE_FIXTURE(Fixture, "a ResultWriter writes what succeeded, what failed and what had not begun, and a manifest") {
  Objects objects;
  tasks.open_object = [&](std::string_view bucket, std::string_view key) { return objects.Open(bucket, key); };
  tasks.answer = [](const TaskRequest& r) {
    return r.parameters.as_int() != 2 ? Result<Value>(r.parameters) : Result<Value>(WorkflowError{"Bad", "item"});
  };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed + Writer("") + R"(, "MaxConcurrency": 1)"));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "parent", "[1,2,3]"))).starts_with("FAILED States.Exceed"));
  const std::string succeeded = ObjectOf(objects, "/SUCCEEDED_0.json");
  CHECK(succeeded.starts_with(R"([{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:machine/each:)"));
  CHECK(succeeded.find(R"("Input":"1","InputDetails":{"Included":true},"Name":")") != std::string::npos);
  CHECK(succeeded.find(R"("Output":"1","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":)"
                       R"("NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven")") !=
        std::string::npos);
  const std::string failed = ObjectOf(objects, "/FAILED_0.json");
  CHECK(failed.starts_with(R"([{"Cause":"item","Error":"Bad","ExecutionArn":)"));
  CHECK(failed.find(R"("RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":)") != std::string::npos);
  CHECK(ObjectOf(objects, "/PENDING_0.json") ==
        R"([{"Input":"3","InputDetails":{"Included":true},"Status":"PENDING"}])");
  const std::string arn = store.GetMapRun(1)->arn;
  const std::string folder = "p/" + arn.substr(arn.rfind(':') + 1) + "/";
  const std::string sizes[] = {std::to_string(failed.size()), "67", std::to_string(succeeded.size())};
  CHECK(ObjectOf(objects, "/manifest.json") ==
        R"({"DestinationBucket":"out","MapRunArn":")" + arn + R"(","ResultFiles":{"FAILED":[{"Key":")" + folder +
            R"(FAILED_0.json","Size":)" + sizes[0] + R"(}],"PENDING":[{"Key":")" + folder +
            R"(PENDING_0.json","Size":)" + sizes[1] + R"(}],"SUCCEEDED":[{"Key":")" + folder +
            R"(SUCCEEDED_0.json","Size":)" + sizes[2] + "}]}}");

  // Each redrive has a folder of its own, and what succeeded before stands where it was.
  tasks.answer = [](const TaskRequest& r) { return Result<Value>(r.parameters); };
  CHECK(OutcomeOf(process.Redrive(store, machine, "parent")) ==
        R"({"MapRunArn":")" + arn + R"(","ResultWriterDetails":{"Bucket":"out","Key":")" + folder +
            R"(Redrive-1/manifest.json"}})");
  CHECK(ObjectOf(objects, folder + "SUCCEEDED_0.json") == succeeded);
  const std::string again = ObjectOf(objects, "/Redrive-1/SUCCEEDED_0.json");
  CHECK(again.find(R"("Output":"1")") == std::string::npos);
  CHECK(again.find(R"("Output":"2")") != std::string::npos);
  CHECK(again.find(R"("Output":"3")") != std::string::npos);
  CHECK(ObjectOf(objects, "/Redrive-1/FAILED_0.json") == "no /Redrive-1/FAILED_0.json");
  const std::string manifest = ObjectOf(objects, "/Redrive-1/manifest.json");
  CHECK(manifest.find(R"("FAILED":[],"PENDING":[],"SUCCEEDED":[{"Key":")" + folder + "SUCCEEDED_0.json") !=
        std::string::npos);
  CHECK(manifest.find(folder + "Redrive-1/SUCCEEDED_0.json") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "what could not be written is written by the redrive") {
  Objects objects;
  tasks.open_object = [&](std::string_view bucket, std::string_view key) { return objects.Open(bucket, key); };
  Process process(store, tasks);
  const auto machine = Compiled(
      OneState(kDistributed + Writer(R"(, "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"})")));
  objects.refused = "s3://out/";
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "parent", "[1,2]"))) ==
        "FAILED States.ResultWriterFailed: full");
  objects.refused.clear();
  CHECK(OutcomeOf(process.Redrive(store, machine, "parent")).find("/Redrive-1/manifest.json") != std::string::npos);
  CHECK(ObjectOf(objects, "/Redrive-1/SUCCEEDED_0.json") == "[1,2]");
}

TEST_CASE_FIXTURE(Fixture, "results are transformed, in objects and in the state's result") {
  Objects objects;
  tasks.open_object = [&](std::string_view bucket, std::string_view key) { return objects.Open(bucket, key); };
  tasks.answer = [](const TaskRequest& r) {
    return Result<Value>(Value::Array({r.parameters, Value::Object({{"copy", r.parameters}})}));
  };
  Process process(store, tasks);
  const auto written = [&](const std::string& name, const std::string& config, const std::string& end) {
    objects.objects.clear();
    process.Run(Process::Request(Compiled(OneState(kDistributed + Writer(config))), name, "[10,20]"));
    return ObjectOf(objects, end);
  };
  CHECK(written("c", R"(, "WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"})", "/SUCCEEDED_0.json") ==
        R"([[10,{"copy":10}],[20,{"copy":20}]])");
  CHECK(written("f", R"(, "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"})",
                "/SUCCEEDED_0.jsonl") == "10\n{\"copy\":10}\n20\n{\"copy\":20}\n");
  const auto result = [&](const std::string& name, const std::string& transformation) {
    const std::string map = kDistributed + std::string(R"(, "ResultWriter": {"WriterConfig": {"Transformation": ")") +
                            transformation + R"("}})";
    return OutcomeOf(process.Run(Process::Request(Compiled(OneState(map)), name, "[10,20]")));
  };
  CHECK(result("rc", "COMPACT") == R"([[10,{"copy":10}],[20,{"copy":20}]])");
  CHECK(result("rf", "FLATTEN") == R"([10,{"copy":10},20,{"copy":20}])");
  CHECK(result("rn", "NONE").find(R"("Output":"[10,{\"copy\":10}]")") != std::string::npos);
  objects.refused = "s3://out/";
  CHECK(OutcomeOf(process.Run(Process::Request(Compiled(OneState(kDistributed + Writer(""))), "full", "[1]"))) ==
        "FAILED States.ResultWriterFailed: full");
}

TEST_CASE_FIXTURE(Fixture, "results that are too large for a state fail their Map") {
  tasks.answer = [](const TaskRequest&) { return Result<Value>(Value::String(std::string(100'000, 'x'))); };
  Process process(store, tasks);
  const auto machine = Compiled(OneState(kDistributed));
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "two", "[1,2]"))).size() > 200'000);
  CHECK(OutcomeOf(process.Run(Process::Request(machine, "three", "[1,2,3]"))).starts_with("FAILED States.DataLimit"));
  CHECK(store.GetMapRun(2)->status == ExecutionStatus::kFailed);
}

TEST_CASE_FIXTURE(Fixture, "a Distributed Map is aborted when another branch of its Parallel fails") {
  tasks.answer = [](const TaskRequest& r) -> std::optional<Result<Value>> {
    if (r.parameters.is_int()) return std::nullopt;
    return WorkflowError{"Bad", "branch"};
  };
  Process process(store, tasks, /*virtual_time=*/false);
  const auto machine = Compiled(R"({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
      {"StartAt": "S", "States": {"S": {)" +
                                std::string(kDistributed) + R"(}}},
      {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "F"},
       "F": {"Type": "Fail", "Error": "Bad", "Cause": "branch"}}}]}}})");
  std::vector<EventType> types;
  StartRequest request = Process::Request(machine, "parent", "[1,2]");
  std::mutex mutex;
  request.on_events = [&](const std::vector<HistoryEvent>& events) {
    const std::lock_guard lock(mutex);
    for (const HistoryEvent& e : events) types.push_back(e.type);
  };
  CHECK(OutcomeOf(process.Run(std::move(request))) == "FAILED Bad: branch");
  const std::lock_guard lock(mutex);
  const auto aborted = std::find(types.begin(), types.end(), EventType::kMapRunAborted);
  REQUIRE(aborted != types.end());
  CHECK(*std::next(aborted) == EventType::kMapStateAborted);
  while (store.GetMapRun(1)->status == ExecutionStatus::kRunning) std::this_thread::yield();
  CHECK(store.GetMapRun(1)->status == ExecutionStatus::kAborted);
  CHECK(store.CountChildren(1, 0).aborted.children == 2);
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
    ChildOfMapRun(request, "machine/each", /*express=*/false);
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
