#include "api/map_runs.h"

#include <doctest/doctest.h>

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

struct MapRun : Client {
  explicit MapRun(EngineOptions options = {}) : Client(std::move(options)) {}

  void Start() {
    Call("CreateActivity", Of("name", "a"));
    parent = Client::Start(Create("m", kMap), "p", "[1, 2, 3, 4, 5]");
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
  void Answer() {
    const Value task = Call("GetActivityTask", Of("activityArn", "arn:aws:states:us-east-1:123456789012:activity:a"));
    Call("SendTaskSuccess", Of("output", "1").With("taskToken", *task.Find("taskToken")));
  }

  std::string parent, arn;
};

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
  CHECK(Refused("DescribeMapRun", Of("mapRunArn", arn + "x")).starts_with("ResourceNotFound"));
  CHECK(Refused("DescribeMapRun", Of("mapRunArn", parent)).starts_with("InvalidArn"));
}

}  // namespace
}  // namespace gait
