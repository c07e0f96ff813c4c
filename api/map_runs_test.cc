#include "api/map_runs.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::Of;
using testing::Text;

// Two children at a time, each of which waits to be answered.
constexpr const char* kMap = R"({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 2, "End": true,
  "ToleratedFailurePercentage": 12.5,
  "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}}}}})";

// Batches of two, one at a time.
constexpr const char* kBatches = R"({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true,
  "Label": "L", "ItemBatcher": {"MaxItemsPerBatch": 2},
  "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}}}}})";

constexpr const char* kExpress = R"({"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrency": 1, "End": true,
  "Label": "L",
  "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}}}})";

constexpr const char* kArns = "arn:aws:states:us-east-1:123456789012:";

struct MapRun : Client {
  explicit MapRun(EngineOptions options = {}) : Client(std::move(options)) {
    engine.RegisterFunction("f", [shared = broken](const TaskInput& task) {
      if (*shared) throw TaskError("Broken", "it is");
      return task.payload;
    });
  }

  void Start(const char* definition = kMap, const char* input = "[1, 2, 3, 4, 5]") {
    Call("CreateActivity", Of("name", "a"));
    parent = Client::Start(Create("m", definition), "p", input);
    for (;;) {
      const Value runs = *Call("ListMapRuns", Of("executionArn", parent)).Find("mapRuns");
      if (runs.size() == 1) {
        CHECK(Text(runs.items()[0], "executionArn") == parent);
        arn = Text(runs.items()[0], "mapRunArn");
        return;
      }
      std::this_thread::yield();
    }
  }
  Value Describe() { return Call("DescribeMapRun", Of("mapRunArn", arn)); }
  int64_t Count(const char* what) { return Describe().Find("executionCounts")->Find(what)->as_int(); }
  void Await(const char* what, int64_t count) {
    while (Count(what) != count) std::this_thread::yield();
  }
  void AwaitEnd(const char* status) {
    CHECK(engine.Wait(parent).status == status);
    CHECK(Text(Describe(), "status") == status);
  }
  // What is not 0 of the counts: "pending 1, running 2, total 3 | pending 1, running 1, total 2", items and executions.
  std::string Counts() {
    const Value run = Describe();
    std::string text;
    for (const char* counts : {"itemCounts", "executionCounts"}) {
      if (!text.empty()) text += " |";
      const char* separator = " ";
      CHECK(run.Find(counts)->members().size() == 10);
      for (const Member& m : run.Find(counts)->members()) {
        if (m.value.as_int() == 0) continue;
        text += separator + std::string(m.name()) + " " + ToJson(m.value);
        separator = ", ";
      }
    }
    return text.substr(1);
  }
  Value Task() { return Call("GetActivityTask", Of("activityArn", std::string(kArns) + "activity:a")); }
  void Answer() { Call("SendTaskSuccess", Of("output", "1").With("taskToken", *Task().Find("taskToken"))); }
  void Fail() {
    Call("SendTaskFailure",
         Of("error", "Broken").With("cause", Value::String("it is")).With("taskToken", *Task().Find("taskToken")));
  }
  // The children that are chosen, the newest first.
  std::vector<Value> Children(const char* filter = "", const char* value = "") {
    Value request = Of("mapRunArn", arn);
    if (*filter != 0) request = std::move(request).With(filter, Value::String(value));
    const Value children = *Call("ListExecutions", request).Find("executions");
    return {children.items().begin(), children.items().end()};
  }
  // Their statuses, the oldest first.
  std::string Statuses(const char* filter = "", const char* value = "") {
    std::string text;
    for (const Value& child : Children(filter, value)) text = Text(child, "status") + (text.empty() ? "" : " ") + text;
    return text;
  }
  // A child is counted a moment before it is stored.
  void AwaitStatuses(const char* statuses) {
    while (Statuses() != statuses) std::this_thread::yield();
  }
  Value Child(const std::string& execution) { return Call("DescribeExecution", Of("executionArn", execution)); }
  std::string Redrive() { return Text(Call("RedriveExecution", Of("executionArn", parent)), "redriveDate"); }

  std::shared_ptr<std::atomic<bool>> broken = std::make_shared<std::atomic<bool>>(false);
  std::string parent, arn;
};

std::string Members(const Value& object) {
  std::string names;
  for (const Member& m : object.members()) names += (names.empty() ? "" : " ") + std::string(m.name());
  return names;
}

TEST_CASE_FIXTURE(MapRun, "a Map Run is described while it goes on, and after it has ended") {
  Start();
  Await("running", 2);
  const Value runs = Describe();
  CHECK(Text(runs, "status") == "RUNNING");
  CHECK(runs.Find("maxConcurrency")->as_int() == 2);
  CHECK(runs.Find("toleratedFailurePercentage")->as_double() == 12.5);
  CHECK(Count("total") == 5);
  CHECK(Count("pending") == 3);
  for (int i = 0; i < 5; ++i) Answer();
  engine.Wait(parent);
  CHECK(Text(Describe(), "status") == "SUCCEEDED");
  CHECK(Count("succeeded") == 5);
  CHECK(Count("pending") == 0);
}

TEST_CASE("a Map Run goes on as it was changed to, also after a restart") {
  TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  std::string parent, arn;
  {
    MapRun client(options);
    client.Start();
    client.Await("running", 2);
    client.Call("UpdateMapRun", Of("mapRunArn", client.arn).With("maxConcurrency", Value::Int(3)));
    client.Await("running", 3);
    parent = client.parent;
    arn = client.arn;
  }
  MapRun client(options);
  client.parent = parent;
  client.arn = arn;
  CHECK(client.Describe().Find("maxConcurrency")->as_int() == 3);
  client.Answer();
  client.Await("running", 3);
  client.Call("UpdateMapRun", Of("mapRunArn", arn).With("maxConcurrency", Value::Int(0)));
  client.Await("running", 4);
}

TEST_CASE_FIXTURE(MapRun, "a Map Run that has ended is not changed") {
  Start();
  Call("StopExecution", Of("executionArn", parent));
  while (Text(Describe(), "status") == "RUNNING") std::this_thread::yield();
  CHECK(Text(Describe(), "status") == "ABORTED");
  const OperationAnswer answer = engine.Call("UpdateMapRun", ToJson(Of("mapRunArn", arn)));
  CHECK(answer.error_code == "ValidationException");
  CHECK(Text(Json(answer.body), "reason") == "CANNOT_UPDATE_COMPLETED_MAP_RUN");
  for (const char* operation : {"DescribeMapRun", "UpdateMapRun", "ListExecutions"}) {
    CHECK(Refused(operation, Of("mapRunArn", arn + "x")).starts_with("ResourceNotFound"));
    CHECK(Refused(operation, Of("mapRunArn", parent)).starts_with("InvalidArn"));
  }
}

TEST_CASE_FIXTURE(MapRun, "items and executions are counted apart, from the beginning to the end of a redrive") {
  Start(kBatches);
  Await("running", 1);
  CHECK(Counts() == "pending 3, running 2, total 5 | pending 2, running 1, total 3");
  CHECK(Members(Describe()) ==
        "mapRunArn executionArn status startDate maxConcurrency toleratedFailurePercentage toleratedFailureCount "
        "itemCounts executionCounts redriveCount");
  CHECK(ToJson(*Describe().Find("toleratedFailurePercentage")) == "0.0");
  CHECK(Text(Describe(), "toleratedFailureCount") == "0");
  Answer();
  Await("succeeded", 1);
  Await("running", 1);
  CHECK(Counts() == "pending 1, running 2, succeeded 2, total 5 | pending 1, running 1, succeeded 1, total 3");
  Fail();
  AwaitEnd("FAILED");
  // What has not begun is pending for ever, and as good as written: recorded.
  const std::string failed =
      "pending 1, succeeded 2, failed 2, total 5, resultsWritten 5 | "
      "pending 1, succeeded 1, failed 1, total 3, resultsWritten 3";
  CHECK(Counts() == failed);
  const Value before = Describe();
  CHECK(before.Find("redriveDate") == nullptr);

  const std::string redriven = Redrive();
  Await("running", 1);
  CHECK(Counts() == "pending 1, running 2, succeeded 2, total 5 | pending 1, running 1, succeeded 1, total 3");
  const Value again = Describe();
  CHECK(Text(again, "status") == "RUNNING");
  CHECK(Text(again, "redriveCount") == "1");
  CHECK(again.Find("redriveDate")->as_double() >= Json(redriven).as_double());
  CHECK(Text(again, "startDate") == Text(before, "startDate"));
  CHECK(again.Find("stopDate") == nullptr);
  Answer();
  Answer();
  AwaitEnd("SUCCEEDED");
  CHECK(Counts() == "succeeded 5, total 5, resultsWritten 5 | succeeded 3, total 3, resultsWritten 3");
  CHECK(Call("ListMapRuns", Of("executionArn", parent)).Find("mapRuns")->size() == 1);
}

TEST_CASE_FIXTURE(MapRun, "what is to be redriven waits until there is room for it") {
  Start(kBatches);
  Call("UpdateMapRun", Of("mapRunArn", arn).With("toleratedFailureCount", Value::Int(2)));
  CHECK(Text(Describe(), "toleratedFailureCount") == "2");
  Fail();
  Fail();
  AwaitEnd("FAILED");
  CHECK(Statuses() == "FAILED FAILED");
  CHECK(Statuses("statusFilter", "PENDING_REDRIVE").empty());
  Redrive();
  Await("running", 1);
  CHECK(Counts() ==
        "pending 1, running 2, total 5, pendingRedrive 2 | pending 1, running 1, total 3, pendingRedrive 1");
  AwaitStatuses("RUNNING PENDING_REDRIVE");
  CHECK(Statuses("statusFilter", "PENDING_REDRIVE") == "PENDING_REDRIVE");
  CHECK(Statuses("statusFilter", "FAILED").empty());
  CHECK(Statuses("redriveFilter", "REDRIVEN") == "RUNNING");
  CHECK(Statuses("redriveFilter", "NOT_REDRIVEN") == "PENDING_REDRIVE");
  const Value waiting = Children("statusFilter", "PENDING_REDRIVE")[0];
  CHECK(Text(waiting, "redriveCount") == "0");
  CHECK(waiting.Find("stopDate") != nullptr);
  for (int i = 0; i < 3; ++i) Answer();
  AwaitEnd("SUCCEEDED");
  CHECK(Statuses() == "SUCCEEDED SUCCEEDED SUCCEEDED");
  CHECK(Statuses("redriveFilter", "REDRIVEN") == "SUCCEEDED SUCCEEDED");
}

TEST_CASE_FIXTURE(MapRun, "a STANDARD child is an execution with a Map Run") {
  Start(kBatches, "[1, 2, 3]");
  AwaitStatuses("RUNNING");
  const Value row = Children()[0];
  CHECK(Members(row) == "executionArn stateMachineArn name status startDate mapRunArn itemCount redriveCount");
  const std::string child = Text(row, "executionArn");
  CHECK(child == std::string(kArns) + "execution:m/L:" + Text(row, "name"));
  CHECK(Text(row, "stateMachineArn") == std::string(kArns) + "stateMachine:m/L");
  CHECK(Text(row, "mapRunArn") == arn);
  CHECK(arn.starts_with(std::string(kArns) + "mapRun:m/L:"));
  CHECK(Text(row, "itemCount") == "2");

  const Value runs = Child(child);
  CHECK(Members(runs) ==
        "executionArn stateMachineArn name status startDate input inputDetails mapRunArn redriveStatus "
        "redriveStatusReason");
  CHECK(Text(runs, "input") == R"({"Items":[1,2]})");
  CHECK(Text(runs, "redriveStatusReason") == "Execution is RUNNING and cannot be redriven");
  Answer();
  AwaitStatuses("SUCCEEDED RUNNING");
  const Value succeeded = Child(child);
  CHECK(Text(succeeded, "redriveStatus") == "NOT_REDRIVABLE");
  CHECK(Text(succeeded, "redriveCount") == "0");
  CHECK(Text(Children()[0], "itemCount") == "1");
  Fail();
  AwaitEnd("FAILED");
  const std::string unlucky = Text(Children()[0], "executionArn");
  const Value failed = Child(unlucky);
  CHECK(Text(failed, "error") == "Broken");
  CHECK(Text(failed, "cause") == "it is");
  CHECK(Text(failed, "redriveStatus") == "REDRIVABLE_BY_MAP_RUN");
  CHECK(failed.Find("redriveStatusReason") == nullptr);
  CHECK(failed.Find("output") == nullptr);

  for (const std::string& one : {child, unlucky}) {
    const OperationAnswer answer = engine.Call("RedriveExecution", ToJson(Of("executionArn", one)));
    CHECK(answer.error_code == "ValidationException");
    CHECK(Text(Json(answer.body), "message") == "Labeled Execution ARNs are not supported for this API");
    CHECK(Text(Json(answer.body), "reason") == "API_DOES_NOT_SUPPORT_LABELED_ARNS");
  }
  // The list of the state machine's executions has its own alone.
  const Value own =
      *Call("ListExecutions", Of("stateMachineArn", std::string(kArns) + "stateMachine:m")).Find("executions");
  REQUIRE(own.size() == 1);
  CHECK(Text(own.items()[0], "executionArn") == parent);
  CHECK(own.items()[0].Find("mapRunArn") == nullptr);
  CHECK(own.items()[0].Find("itemCount") == nullptr);
}

TEST_CASE_FIXTURE(MapRun, "a redriven STANDARD child goes on under its name") {
  Start(kBatches, "[1, 2]");
  Fail();
  AwaitEnd("FAILED");
  const Value before = Children()[0];
  const std::string child = Text(before, "executionArn");
  Redrive();
  Await("running", 1);
  Answer();
  AwaitEnd("SUCCEEDED");
  REQUIRE(Children().size() == 1);
  const Value after = Children()[0];
  CHECK(Text(after, "executionArn") == child);
  CHECK(Text(after, "startDate") == Text(before, "startDate"));
  CHECK(Text(after, "redriveCount") == "1");
  CHECK(after.Find("redriveDate") != nullptr);
  CHECK(Child(child).Find("error") == nullptr);
  std::string types;
  const Value events = *Call("GetExecutionHistory", Of("executionArn", child)).Find("events");
  for (const Value& e : events.items()) types += Text(e, "type") + " ";
  CHECK(types ==
        "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted ActivityFailed ExecutionFailed "
        "ExecutionRedriven ActivityScheduled ActivityStarted ActivitySucceeded TaskStateExited ExecutionSucceeded ");
}

TEST_CASE_FIXTURE(MapRun, "an EXPRESS child is described, but has no history and is not redriven by itself") {
  *broken = true;
  Start(kExpress, "[1]");
  AwaitEnd("FAILED");
  const Value row = Children()[0];
  const std::string child = Text(row, "executionArn"), name = Text(row, "name");
  CHECK(child == std::string(kArns) + "express:m/L:" + name);
  CHECK(std::count(name.begin(), name.end(), ':') == 1);
  CHECK(Members(row) == "executionArn stateMachineArn name status startDate stopDate mapRunArn itemCount redriveCount");
  const Value failed = Child(child);
  CHECK(Members(failed) ==
        "executionArn stateMachineArn name status startDate stopDate input inputDetails error cause mapRunArn "
        "redriveCount redriveStatus");
  CHECK(Text(failed, "executionArn") == child);
  CHECK(Text(failed, "stateMachineArn") == std::string(kArns) + "stateMachine:m/L");
  CHECK(Text(failed, "input") == "1");
  CHECK(Text(failed, "error") == "Broken");
  CHECK(Text(failed, "redriveStatus") == "REDRIVABLE_BY_MAP_RUN");
  for (const char* operation : {"GetExecutionHistory", "RedriveExecution"}) {
    CHECK(Refused(operation, Of("executionArn", child)) ==
          "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'");
  }
  CHECK(Refused("DescribeExecution", Of("executionArn", child + "x")).starts_with("ExecutionDoesNotExist"));

  *broken = false;
  Redrive();
  AwaitEnd("SUCCEEDED");
  REQUIRE(Children().size() == 1);
  const Value again = Child(child);
  CHECK(Text(again, "status") == "SUCCEEDED");
  CHECK(Text(again, "redriveCount") == "1");
  CHECK(again.Find("redriveDate") == nullptr);
  CHECK(again.Find("error") == nullptr);
  CHECK(again.Find("startDate")->as_double() >= failed.Find("stopDate")->as_double());
}

TEST_CASE_FIXTURE(MapRun, "the state machine of a child is the ItemProcessor") {
  Start(kBatches, "[1]");
  AwaitStatuses("RUNNING");
  const Value machine =
      Call("DescribeStateMachineForExecution", Of("executionArn", Text(Children()[0], "executionArn")));
  CHECK(Text(machine, "stateMachineArn") == std::string(kArns) + "stateMachine:m/L");
  CHECK(Text(machine, "name") == "m");
  CHECK(Text(machine, "label") == "L");
  CHECK(Text(machine, "mapRunArn") == arn);
  CHECK(Text(machine, "roleArn") == testing::kRole);
  CHECK(Text(machine, "definition") ==
        R"({"StartAt":"T","States":{"T":{"Type":"Task",)"
        R"("Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}})");
  CHECK(machine.Find("revisionId") == nullptr);
  const Value parents = Call("DescribeStateMachineForExecution", Of("executionArn", parent));
  CHECK(Text(parents, "definition") == kBatches);
  CHECK(parents.Find("label") == nullptr);
}

TEST_CASE_FIXTURE(MapRun, "stopping an execution stops its STANDARD children") {
  Start();
  AwaitStatuses("RUNNING RUNNING");
  Call("StopExecution", Of("executionArn", parent));
  while (Text(Describe(), "status") == "RUNNING") std::this_thread::yield();
  CHECK(Counts() ==
        "pending 3, aborted 2, total 5, resultsWritten 5 | pending 3, aborted 2, total 5, resultsWritten 5");
  CHECK(Statuses("statusFilter", "ABORTED") == "ABORTED ABORTED");
  for (const Value& row : Children()) {
    const Value child = Child(Text(row, "executionArn"));
    CHECK(child.Find("error") == nullptr);
    CHECK(Text(child, "cause") == "The map run execution [" + arn + "] which was managing this resource was aborted");
    CHECK(Text(child, "redriveStatus") == "REDRIVABLE_BY_MAP_RUN");
  }
}

}  // namespace
}  // namespace gait
