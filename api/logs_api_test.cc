// What executions log, and the API of CloudWatch Logs on it.
#include "api/logs_api.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Json;
using testing::Of;
using testing::Text;

constexpr const char* kGroup = "/aws/vendedlogs/states/m";
constexpr const char* kFail = R"({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken"}}})";

struct Logged : testing::Client {
  explicit Logged(EngineOptions options = {}) : testing::Client(std::move(options)) {}

  Value Logs(std::string_view operation, const Value& request) {
    return Call("Logs_20140328." + std::string(operation), request);
  }
  std::string LogsRefused(std::string_view operation, const Value& request) {
    return Refused("Logs_20140328." + std::string(operation), request);
  }
  static Value Logging(std::string_view level, bool data = false) {
    return Json(R"({"level": ")" + std::string(level) + R"(", "includeExecutionData": )" + (data ? "true" : "false") +
                R"(, "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": )" +
                R"("arn:aws:logs:us-east-1:123456789012:log-group:)" + kGroup + R"(:*"}}]})");
  }
  std::string Machine(std::string_view definition, std::string_view level, std::string_view type = "STANDARD") {
    return Text(Call("CreateStateMachine", Of("name", "m")
                                               .With("definition", Value::String(definition))
                                               .With("roleArn", Value::String(testing::kRole))
                                               .With("type", Value::String(type))
                                               .With("loggingConfiguration", Logging(level, true))),
                "stateMachineArn");
  }
  static Value Stream() { return Of("logGroupName", kGroup).With("logStreamName", Value::String(kLogStream)); }
  static std::string TypesOf(const Value& answer) {
    std::string all;
    for (const Value& event : answer.Find("events")->items()) {
      all += (all.empty() ? "" : " ") + Text(Json(Text(event, "message")), "type");
    }
    return all;
  }
  std::string Types() { return TypesOf(Logs("GetLogEvents", Stream())); }
};

TEST_CASE_FIXTURE(Logged, "an execution logs to a group that was created") {
  Logs("CreateLogGroup", Of("logGroupName", kGroup));
  const std::string machine = Machine(testing::kPass, "ALL");
  CHECK(LogsRefused("GetLogEvents", Stream()) == "ResourceNotFoundException: The specified log stream does not exist.");
  const std::string arn = Start(machine, "e", R"({"a": 1})");
  engine.Wait(arn);
  const Value events = Logs("GetLogEvents", Stream());
  CHECK(TypesOf(events) == "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded");
  const Value first = Json(Text(events.Find("events")->items()[0], "message"));
  CHECK(Text(first, "execution_arn") == arn);
  CHECK(Text(*first.Find("details"), "input") == R"({"a": 1})");
  CHECK(Text(first, "event_timestamp") == Text(events.Find("events")->items()[0], "timestamp"));
}

TEST_CASE_FIXTURE(Logged, "the levels") {
  Logs("CreateLogGroup", Of("logGroupName", kGroup));
  const std::string machine = Machine(kFail, "OFF");
  const auto run = [&](std::string_view level, const std::string& name) {
    Call("UpdateStateMachine", Of("stateMachineArn", machine).With("loggingConfiguration", Logging(level)));
    engine.Wait(Start(machine, name));
  };
  run("OFF", "a");
  CHECK(Logs("DescribeLogStreams", Of("logGroupName", kGroup)).Find("logStreams")->size() == 0);
  run("FATAL", "b");
  CHECK(Types() == "ExecutionFailed");
  run("ERROR", "c");
  CHECK(Types() == "ExecutionFailed FailStateEntered ExecutionFailed");
  run("ALL", "d");
  CHECK(Types() ==
        "ExecutionFailed FailStateEntered ExecutionFailed ExecutionStarted FailStateEntered ExecutionFailed");
}

TEST_CASE_FIXTURE(Logged, "an update is for executions that start after it") {
  Logs("CreateLogGroup", Of("logGroupName", kGroup));
  const std::string machine = Machine(testing::kWait, "ALL");
  const std::string before = Start(machine, "before");
  Call("UpdateStateMachine", Of("stateMachineArn", machine).With("loggingConfiguration", Logging("OFF")));
  const std::string after = Start(machine, "after");
  for (const std::string& arn : {before, after}) Call("StopExecution", Of("executionArn", arn));
  CHECK(Types() == "ExecutionStarted WaitStateEntered ExecutionAborted");
}

TEST_CASE_FIXTURE(Logged, "an EXPRESS execution that nobody waits for is in the log") {
  Logs("CreateLogGroup", Of("logGroupName", kGroup));
  const std::string machine = Machine(testing::kPass, "ALL", "EXPRESS");
  const std::string arn = Start(machine, "e");
  const Value filter = Of("logGroupName", kGroup)
                           .With("filterPattern", Value::String("{ $.execution_arn = \"" + arn +
                                                                "\" && $.type = \"ExecutionSucceeded\" }"));
  Value found = Logs("FilterLogEvents", filter);
  while (found.Find("events")->size() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    found = Logs("FilterLogEvents", filter);
  }
  CHECK(TypesOf(found) == "ExecutionSucceeded");
}

TEST_CASE_FIXTURE(Logged, "a redriven execution says how often it was") {
  Logs("CreateLogGroup", Of("logGroupName", kGroup));
  const std::string machine = Machine(kFail, "FATAL");
  const std::string arn = Start(machine, "e");
  engine.Wait(arn);
  Call("RedriveExecution", Of("executionArn", arn));
  engine.Wait(arn);
  const Value answer = Logs("GetLogEvents", Stream());
  const auto events = answer.Find("events")->items();
  REQUIRE(events.size() == 2);
  CHECK(Text(Json(Text(events[0], "message")), "redrive_count") == "0");
  CHECK(Text(Json(Text(events[1], "message")), "redrive_count") == "1");
}

TEST_CASE_FIXTURE(Logged, "pages of events, forward and backward") {
  Logs("CreateLogGroup", Of("logGroupName", kGroup));
  const std::string machine = Machine(testing::kPass, "ALL");
  for (int i = 0; i < 3; ++i) engine.Wait(Start(machine, "e" + std::to_string(i)));
  const auto limited = Stream().With("limit", Value::Int(5));
  const auto with_token = [&](const Value& answer, std::string_view token) {
    return limited.With("nextToken", *answer.Find(token));
  };
  const Value head = Logs("GetLogEvents", limited.With("startFromHead", Value::Bool(true)));
  CHECK(TypesOf(head) == "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded ExecutionStarted");
  const Value second = Logs("GetLogEvents", with_token(head, "nextForwardToken"));
  CHECK(TypesOf(second) == "PassStateEntered PassStateExited ExecutionSucceeded ExecutionStarted PassStateEntered");
  const Value third = Logs("GetLogEvents", with_token(second, "nextForwardToken"));
  CHECK(TypesOf(third) == "PassStateExited ExecutionSucceeded");
  const Value end = Logs("GetLogEvents", with_token(third, "nextForwardToken"));
  CHECK(end.Find("events")->size() == 0);
  CHECK(*end.Find("nextForwardToken") == *third.Find("nextForwardToken"));  // by which clients know that it is the end
  const Value back = Logs("GetLogEvents", with_token(third, "nextBackwardToken"));
  CHECK(TypesOf(back) == TypesOf(second));
  const Value tail = Logs("GetLogEvents", limited);
  CHECK(TypesOf(tail) == "ExecutionSucceeded ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded");

  // FilterLogEvents goes on with its token.
  const auto started =
      Of("logGroupName", kGroup).With("filterPattern", Value::String("ExecutionStarted")).With("limit", Value::Int(2));
  const Value some = Logs("FilterLogEvents", started);
  CHECK(some.Find("events")->size() == 2);
  const Value rest = Logs("FilterLogEvents", started.With("nextToken", *some.Find("nextToken")));
  CHECK(rest.Find("events")->size() == 1);
  CHECK(rest.Find("nextToken") == nullptr);

  // Times: from, and up to.
  const int64_t last = tail.Find("events")->items()[4].Find("timestamp")->as_int();
  CHECK(Logs("GetLogEvents", Stream().With("startTime", Value::Int(last + 1))).Find("events")->size() == 0);
  CHECK(Logs("GetLogEvents", Stream().With("endTime", Value::Int(1))).Find("events")->size() == 0);
  CHECK(Logs("GetLogEvents", Stream().With("endTime", Value::Int(last + 1))).Find("events")->size() == 12);
}

TEST_CASE_FIXTURE(Logged, "groups and streams are described") {
  CHECK(Logs("DescribeLogGroups", Value::Object()).Find("logGroups")->size() == 0);
  for (const char* name : {"/b", "/a/2", "/a/1"}) Logs("CreateLogGroup", Of("logGroupName", name));
  const Value listed = Logs("DescribeLogGroups", Of("logGroupNamePrefix", "/a"));
  REQUIRE(listed.Find("logGroups")->size() == 2);
  const Value& group = listed.Find("logGroups")->items()[0];
  CHECK(Text(group, "logGroupName") == "/a/1");
  CHECK(Text(group, "arn") == "arn:aws:logs:us-east-1:123456789012:log-group:/a/1:*");
  CHECK(group.Find("creationTime")->as_int() > 1'700'000'000'000);
  const Value page = Logs("DescribeLogGroups", Value::Object({{"limit", Value::Int(2)}}));
  CHECK(page.Find("logGroups")->size() == 2);
  const Value rest = Logs("DescribeLogGroups", Value::Object({{"nextToken", *page.Find("nextToken")}}));
  REQUIRE(rest.Find("logGroups")->size() == 1);
  CHECK(Text(rest.Find("logGroups")->items()[0], "logGroupName") == "/b");
  CHECK(rest.Find("nextToken") == nullptr);
}

TEST_CASE_FIXTURE(Logged, "AWS's errors") {
  Logs("CreateLogGroup", Of("logGroupName", "/g"));
  CHECK(LogsRefused("CreateLogGroup", Of("logGroupName", "/g")) ==
        "ResourceAlreadyExistsException: The specified log group already exists");
  const std::string none = "ResourceNotFoundException: The specified log group does not exist.";
  CHECK(LogsRefused("DeleteLogGroup", Of("logGroupName", "/x")) == none);
  CHECK(LogsRefused("DescribeLogStreams", Of("logGroupName", "/x")) == none);
  CHECK(LogsRefused("FilterLogEvents", Of("logGroupName", "/x")) == none);
  CHECK(LogsRefused("GetLogEvents", Of("logGroupName", "/x").With("logStreamName", Value::String("s"))) == none);
  CHECK(LogsRefused("CreateLogGroup", Of("logGroupName", "a b")) ==
        "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
  CHECK(LogsRefused("CreateLogGroup", Value::Object()).starts_with("InvalidParameterException: "));
  CHECK(LogsRefused("FilterLogEvents", Of("logGroupName", "/g").With("filterPattern", Value::String("[a"))) ==
        "InvalidParameterException: Invalid filter pattern");
  CHECK(LogsRefused("PutLogEvents", Value::Object()).starts_with("UnknownOperationException: "));
}

TEST_CASE("what was logged to a folder is there after a restart, and nothing is logged to a group that was deleted") {
  const TempFolder folder;
  EngineOptions options;
  options.log_folder = folder.File("logs");
  const std::string path = folder.File("logs/+aws+vendedlogs+states+m.jsonl");
  {
    Logged client(options);
    const std::string machine = client.Machine(testing::kPass, "ALL");
    client.engine.Wait(client.Start(machine, "one"));
    CHECK(client.Types() == "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded");
    CHECK(std::filesystem::exists(path));
  }
  Logged client(options);
  CHECK(client.Types() == "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded");
  client.Logs("DeleteLogGroup", Of("logGroupName", kGroup));
  CHECK_FALSE(std::filesystem::exists(path));
  const std::string machine = client.Machine(testing::kPass, "ALL");
  CHECK(client.engine.Wait(client.Start(machine, "two")).status == "SUCCEEDED");
  CHECK(client.Logs("DescribeLogGroups", Value::Object()).Find("logGroups")->size() == 0);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("of a large group a part is searched at a time") {
  const TempFolder folder;
  {
    std::ofstream file(folder.File("+aws+vendedlogs+states+m.jsonl"), std::ios::binary);
    for (int i = 0; i < 20; ++i) file << std::string(1'048'575, 'x') << "\n";
    file << "here it is\n";
  }
  EngineOptions options;
  options.log_folder = folder.File("");
  Logged client(std::move(options));
  const Value request = Of("logGroupName", kGroup).With("filterPattern", Value::String("here"));
  const Value first = client.Logs("FilterLogEvents", request);
  CHECK(first.Find("events")->size() == 0);
  const Value next = client.Logs("FilterLogEvents", request.With("nextToken", *first.Find("nextToken")));
  CHECK(next.Find("events")->size() == 1);
  CHECK(next.Find("nextToken") == nullptr);
}

TEST_CASE("a disk that takes nothing is told of once, and executions go on") {
  const TempFolder folder;
  std::filesystem::create_symlink("/dev/full", folder.File("+aws+vendedlogs+states+m.jsonl"));
  std::mutex mutex;
  std::vector<std::string> told;
  EngineOptions options;
  options.log_folder = folder.File("");
  options.log = [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    told.emplace_back(line);
  };
  {
    Logged client(std::move(options));
    const std::string machine = client.Machine(testing::kPass, "ALL");
    for (int i = 0; i < 5; ++i) {
      CHECK(client.engine.Wait(client.Start(machine, "e" + std::to_string(i))).status == "SUCCEEDED");
      client.engine.core().FlushLog();
    }
  }
  const std::lock_guard lock(mutex);
  REQUIRE(told.size() == 1);
  CHECK(told[0].starts_with("the execution log cannot be written: cannot write "));
}

TEST_CASE("all that many executions log at once is there, each in its order") {
  std::vector<std::string> lines;  // of one thread
  {
    EngineOptions options;
    options.on_log_line = [&](std::string_view line) { lines.emplace_back(line); };
    Logged client(std::move(options));
    const std::string machine = client.Machine(testing::kPass, "ALL", "EXPRESS");
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) client.engine.StartSyncExecution(machine, "{}");
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(lines.size() == 3200);
  std::map<std::string, int> seen;
  for (const std::string& line : lines) {
    const Value event = Json(line);
    CHECK(Text(event, "id") == std::to_string(++seen[Text(event, "execution_arn")]));
  }
  CHECK(seen.size() == 800);
}

}  // namespace
}  // namespace gait
