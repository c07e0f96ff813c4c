// Activities and task tokens as a client sees them.
#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include "tests/support/api_client.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::Of;
using testing::Text;

constexpr const char* kActivityArn = "arn:aws:states:us-east-1:123456789012:activity:work";

std::string ActivityMachine(const std::string& fields = "") {
  return R"({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, )" + fields + R"("Resource": ")" +
         kActivityArn + R"("}}})";
}

Value With(std::string_view token, std::initializer_list<std::pair<std::string_view, std::string_view>> members = {}) {
  Value request = Of("taskToken", token);
  for (const auto& [name, value] : members) request = std::move(request).With(name, Value::String(value));
  return request;
}

// The types of an execution's events, and the last one's details.
std::string History(Client& client, const std::string& execution) {
  std::string types;
  const Value history = client.Call("GetExecutionHistory", Of("executionArn", execution));
  for (const Value& event : history.Find("events")->items()) types += Text(event, "type") + " ";
  return types;
}

// Calls without waiting: GetActivityTask is answered when there is a task.
std::future<OperationAnswer> CallLater(Client& client, std::string_view operation, const Value& request) {
  auto promise = std::make_shared<std::promise<OperationAnswer>>();
  client.engine.Call(operation, ToJson(request), [promise](OperationAnswer answer) { promise->set_value(answer); });
  return promise->get_future();
}

// A machine whose task hands its token to the function `keep`, in a client that collects them.
struct TokenClient : Client {
  explicit TokenClient(EngineOptions options = {}) : Client(std::move(options)) {
    engine.RegisterFunction("keep", [this](const TaskInput& request) {
      tokens.set_value(std::string(request.payload.substr(1, request.payload.size() - 2)));
      return std::string(R"({"taken": true})");
    });
  }
  static std::string Machine(const std::string& fields = "") {
    return R"({"StartAt": "T", "States": {"T": {"Type": "Task", "End": true, )" + fields + R"(
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "keep", "Payload.$": "$$.Task.Token"}}}})";
  }
  std::string Token() {
    std::string token = tokens.get_future().get();
    tokens = {};
    return token;
  }
  std::promise<std::string> tokens;
};

TEST_CASE("an activity is created, described, listed and deleted") {
  Client client;
  const Value created = client.Call("CreateActivity", Of("name", "work"));
  CHECK(Text(created, "activityArn") == kActivityArn);
  CHECK(client.Call("CreateActivity", Of("name", "work")).Find("creationDate")->as_double() ==
        created.Find("creationDate")->as_double());
  const Value described = client.Call("DescribeActivity", Of("activityArn", kActivityArn));
  CHECK(Text(described, "name") == "work");
  CHECK(Text(described, "encryptionConfiguration") == R"({"type":"AWS_OWNED_KEY"})");
  client.Call("CreateActivity", Of("name", "more"));
  Value page = client.Call("ListActivities", Json(R"({"maxResults": 1})"));
  CHECK(page.Find("activities")->size() == 1);
  page = client.Call("ListActivities", Of("nextToken", Text(page, "nextToken")));
  CHECK(Text(page.Find("activities")->items()[0], "name") == "more");
  CHECK(page.Find("nextToken") == nullptr);
  client.Call("DeleteActivity", Of("activityArn", kActivityArn));
  client.Call("DeleteActivity", Of("activityArn", kActivityArn));
  const std::string gone = "ActivityDoesNotExist: Activity Does Not Exist: '" + std::string(kActivityArn) + "'";
  CHECK(client.Refused("DescribeActivity", Of("activityArn", kActivityArn)) == gone);
  CHECK(client.Refused("GetActivityTask", Of("activityArn", kActivityArn)) == gone);
  CHECK(client.Refused("CreateActivity", Of("name", "a b")) == "InvalidName: Invalid Name: 'a b'");
  CHECK(client.Refused("DescribeActivity", Of("activityArn", "work")).starts_with("InvalidArn: "));
}

TEST_CASE("workers get the tasks of an activity in the order in which both came") {
  Client client;
  client.Call("CreateActivity", Of("name", "work"));
  const std::string machine = client.Create("m", ActivityMachine());
  const Value poll = Json(std::string(R"({"workerName": "w", "activityArn": ")") + kActivityArn + "\"}");
  auto first = CallLater(client, "GetActivityTask", poll);
  auto second = CallLater(client, "GetActivityTask", Of("activityArn", kActivityArn));
  const std::string a = client.Start(machine, "a", R"({"n":1})");
  const Value task = Json(first.get().body);
  CHECK(Text(task, "input") == R"({"n":1})");
  const std::string b = client.Start(machine, "b", R"({"n":2})");
  const Value other = Json(second.get().body);
  CHECK(Text(other, "input") == R"({"n":2})");

  client.Call("SendTaskHeartbeat", With(Text(task, "taskToken")));
  client.Call("SendTaskSuccess", With(Text(task, "taskToken"), {{"output", R"({"done": true})"}}));
  CHECK(client.engine.Wait(a).output == R"({"done":true})");
  CHECK(History(client, a) ==
        "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted ActivitySucceeded TaskStateExited "
        "ExecutionSucceeded ");
  const Value events = client.Call("GetExecutionHistory", Of("executionArn", a));
  CHECK(ToJson(*events.Find("events")->items()[3].Find("activityStartedEventDetails")) == R"({"workerName":"w"})");
  client.Call("SendTaskFailure", With(Text(other, "taskToken"), {{"error", "Broken"}, {"cause", "why"}}));
  CHECK(client.engine.Wait(b).error == "Broken");
}

TEST_CASE("tasks wait for workers, and those that nobody waits for any more are not given out") {
  Client client;
  client.Call("CreateActivity", Of("name", "work"));
  const std::string machine = client.Create("m", ActivityMachine());
  const std::string a = client.Start(machine, "a", "1"), b = client.Start(machine, "b", "2");
  client.Call("StopExecution", Of("executionArn", a));
  CHECK(Text(client.Call("GetActivityTask", Of("activityArn", kActivityArn)), "input") == "2");
}

TEST_CASE("a worker that gets no task is told so after a minute") {
  EngineOptions options;
  options.virtual_clock = true;
  Client client(std::move(options));
  client.Call("CreateActivity", Of("name", "work"));
  CHECK(ToJson(client.Call("GetActivityTask", Of("activityArn", kActivityArn))) == "{}");
}

TEST_CASE("a thousand workers wait for an activity, and no more") {
  Client client;
  client.Call("CreateActivity", Of("name", "work"));
  std::vector<std::future<OperationAnswer>> workers;
  for (int i = 0; i < 1000; ++i) {
    workers.push_back(CallLater(client, "GetActivityTask", Of("activityArn", kActivityArn)));
  }
  CHECK(client.Refused("GetActivityTask", Of("activityArn", kActivityArn)).starts_with("ActivityWorkerLimitExceeded"));
  const std::string machine = client.Create("m", ActivityMachine());
  for (int i = 0; i < 20; ++i) client.Start(machine, "e" + std::to_string(i), std::to_string(i));
  // The executions come to their tasks in an order of their own; those who came first get them.
  std::set<std::string> inputs;
  for (size_t i = 0; i < 20; ++i) inputs.insert(Text(Json(workers[i].get().body), "input"));
  CHECK(inputs.size() == 20);
}

TEST_CASE("an activity that was deleted fails the state that names it") {
  Client client;
  const std::string execution = client.Start(client.Create("m", ActivityMachine()), "a");
  const ExecutionResult end = client.engine.Wait(execution);
  CHECK(end.error == "States.Runtime");
  CHECK(end.cause == "An error occurred while executing the state 'A' (entered at the event id #2). The activity " +
                         std::string(kActivityArn) + " does not exist.");
  CHECK(History(client, execution) == "ExecutionStarted TaskStateEntered ExecutionFailed ");
}

TEST_CASE("a task token is good once") {
  TokenClient client;
  const std::string execution = client.Start(client.Create("m", TokenClient::Machine()), "e");
  const std::string token = client.Token();
  // The function has answered when the history says so.
  while (History(client, execution).find("TaskSubmitted") == std::string::npos) std::this_thread::yield();
  client.Call("SendTaskHeartbeat", With(token));
  CHECK(client.Refused("SendTaskSuccess", With(token, {{"output", "{"}})).starts_with("InvalidOutput: "));
  client.Call("SendTaskSuccess", With(token, {{"output", "[1,  2]"}}));
  const std::string ended = "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'";
  CHECK(client.Refused("SendTaskSuccess", With(token, {{"output", "3"}})) == ended);
  CHECK(client.Refused("SendTaskFailure", With(token)) == ended);
  CHECK(client.Refused("SendTaskHeartbeat", With(token)) == ended);
  CHECK(client.engine.Wait(execution).output == "[1,2]");
  CHECK(History(client, execution) ==
        "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited "
        "ExecutionSucceeded ");
}

TEST_CASE("one of many who answer with a token at the same time is heard") {
  TokenClient client;
  const std::string execution = client.Start(client.Create("m", TokenClient::Machine()), "e");
  const std::string token = client.Token();
  std::vector<std::future<OperationAnswer>> answers;
  for (int i = 0; i < 32; ++i) {
    answers.push_back(CallLater(client, "SendTaskSuccess", With(token, {{"output", std::to_string(i)}})));
  }
  int taken = 0;
  for (auto& answer : answers) taken += answer.get().status == 200;
  CHECK(taken == 1);
  CHECK(client.engine.Wait(execution).status == "SUCCEEDED");
}

TEST_CASE("tokens that nobody was given") {
  TokenClient client;
  client.Start(client.Create("m", TokenClient::Machine()), "e");
  std::string token = client.Token();
  CHECK(client.Refused("SendTaskHeartbeat", With("abc")) == "InvalidToken: Invalid Token: 'Invalid token'");
  token.back() = token.back() == 'A' ? 'B' : 'A';
  CHECK(client.Refused("SendTaskHeartbeat", With(token)).starts_with("TaskDoesNotExist: "));
  CHECK(client.Refused("SendTaskSuccess", With(token, {{"output", "1"}})).starts_with("TaskDoesNotExist: "));
}

TEST_CASE("a failure without an error and a cause has none in the history either") {
  TokenClient client;
  const std::string execution = client.Start(client.Create("m", TokenClient::Machine()), "e");
  client.Call("SendTaskFailure", With(client.Token()));
  const ExecutionResult end = client.engine.Wait(execution);
  CHECK(end.status == "FAILED");
  CHECK_FALSE(end.error.has_value());
  CHECK_FALSE(end.cause.has_value());
}

TEST_CASE("heartbeats keep a task alive") {
  EngineOptions options;
  TokenClient client(options);
  const std::string execution =
      client.Start(client.Create("m", TokenClient::Machine(R"("HeartbeatSeconds": 1, )")), "e");
  const std::string token = client.Token();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    client.Call("SendTaskHeartbeat", With(token));
  }
  const ExecutionResult end = client.engine.Wait(execution);
  CHECK(end.error == "States.Timeout");
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(2600));
  CHECK(client.Refused("SendTaskHeartbeat", With(token)).starts_with("TaskTimedOut: "));
}

TEST_CASE("a task token is good after a restart") {
  TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  std::string execution, token;
  {
    TokenClient client(options);
    execution = client.Start(client.Create("m", TokenClient::Machine()), "e");
    token = client.Token();
    // The function has answered when the history says so.
    while (History(client, execution).find("TaskSubmitted") == std::string::npos) std::this_thread::yield();
  }
  TokenClient client(options);
  client.Call("SendTaskSuccess", With(token, {{"output", "7"}}));
  CHECK(client.engine.Wait(execution).output == "7");
  CHECK(client.Refused("SendTaskSuccess", With(token, {{"output", "8"}})).starts_with("TaskTimedOut: "));
}

TEST_CASE("activities and the tasks that wait for their workers are there after a restart") {
  TempFolder folder;
  EngineOptions options;
  options.database = folder.File("gait.db");
  std::string waits, taken, token;
  {
    Client client(options);
    client.Call("CreateActivity", Of("name", "work"));
    const std::string machine = client.Create("m", ActivityMachine());
    taken = client.Start(machine, "taken", "1");
    token = Text(client.Call("GetActivityTask", Of("activityArn", kActivityArn)), "taskToken");
    waits = client.Start(machine, "waits", "2");
  }
  Client client(options);
  const Value task = client.Call("GetActivityTask", Of("activityArn", kActivityArn));
  CHECK(Text(task, "input") == "2");
  client.Call("SendTaskSuccess", With(token, {{"output", "10"}}));
  client.Call("SendTaskSuccess", With(Text(task, "taskToken"), {{"output", "20"}}));
  CHECK(client.engine.Wait(taken).output == "10");
  CHECK(client.engine.Wait(waits).output == "20");
}

}  // namespace
}  // namespace gait
