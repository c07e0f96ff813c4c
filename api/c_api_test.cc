#include <doctest/doctest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/gait.h"
#include "engine/json/parse.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

constexpr const char* kPass = R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})";
constexpr const char* kCharge = R"({
  "StartAt": "Charge",
  "States": {"Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Charge", "End": true}}
})";
constexpr const char* kToken = R"({
  "StartAt": "Ask",
  "States": {
    "Ask": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
      "Parameters": {"FunctionName": "Ask", "Payload": {"token.$": "$$.Task.Token"}},
      "TimeoutSeconds": 600,
      "End": true
    }
  }
})";

std::string Taken(char* text) {
  REQUIRE(text != nullptr);
  const std::string copy = text;
  gait_string_free(text);
  return copy;
}

// A member of a JSON object that is a text, "" if it has none.
std::string Member(const std::string& json, std::string_view name) {
  const JsonParse parse = ParseJson(json);
  REQUIRE(parse);
  const Value* value = parse.value->Find(name);
  return value == nullptr ? "" : std::string(value->as_string());
}

class Fixture {
 public:
  explicit Fixture(const std::string& database = "") {
    gait_options* options = gait_options_new();
    CHECK(gait_options_set_database(options, database.c_str()) == GAIT_OK);
    CHECK(gait_open(options, &engine) == GAIT_OK);
    gait_options_free(options);
    REQUIRE(engine != nullptr);
  }
  ~Fixture() { Close(); }
  void Close() { gait_close(std::exchange(engine, nullptr)); }

  std::string Start(const char* definition) {
    char* machine = nullptr;
    REQUIRE(gait_create_state_machine(engine, "m", definition, nullptr, &machine) == GAIT_OK);
    char* execution = nullptr;
    CHECK(gait_start_execution(engine, machine, R"({"order":17})", nullptr, &execution) == GAIT_OK);
    gait_string_free(machine);
    return Taken(execution);
  }
  std::string Wait(const std::string& execution) {
    char* description = nullptr;
    CHECK(gait_wait(engine, execution.c_str(), -1, &description) == GAIT_OK);
    return Taken(description);
  }
  std::string Run(const char* definition) { return Wait(Start(definition)); }

  gait_engine* engine = nullptr;
};

using Body = std::function<void(gait_task*)>;
void CallBody(gait_task* task, void* body) { (*static_cast<Body*>(body))(task); }

// Where a function leaves its task for another thread.
class Handover {
 public:
  Body body = [this](gait_task* task) {
    const std::lock_guard lock(mutex_);
    task_ = task;
    changed_.notify_all();
  };
  gait_task* Await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return task_ != nullptr; });
    return task_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  gait_task* task_ = nullptr;
};

TEST_CASE("C: an execution, its description and its history") {
  Fixture f;
  const std::string execution = f.Start(kPass);
  const std::string description = f.Wait(execution);
  CHECK(Member(description, "status") == "SUCCEEDED");
  CHECK(Member(description, "output") == R"({"order":17})");
  char* text = nullptr;
  CHECK(gait_describe_execution(f.engine, execution.c_str(), &text) == GAIT_OK);
  CHECK(Taken(text) == description);
  CHECK(gait_get_execution_history(f.engine, execution.c_str(), &text) == GAIT_OK);
  const std::string history = Taken(text);
  CHECK(ParseJson(history).value->Find("events")->items().size() == 4);
  CHECK(history.find("PassStateEntered") != std::string::npos);
  CHECK(gait_call(f.engine, "ListStateMachines", "{}", &text) == GAIT_OK);
  CHECK(ParseJson(Taken(text)).value->Find("stateMachines")->items().size() == 1);
  CHECK(std::string(gait_version()) == "0.1.0");
}

TEST_CASE("C: a function answers at once, or fails") {
  Fixture f;
  std::vector<std::string> seen;
  Body body = [&](gait_task* task) {
    seen = {gait_task_input(task),      gait_task_function(task),        gait_task_execution_arn(task),
            gait_task_state_name(task), gait_task_idempotency_key(task), gait_task_token(task)};
    CHECK(gait_task_attempt(task) == 0);
    CHECK(gait_task_succeed(task, "{") == GAIT_INVALID);
    CHECK(gait_task_succeed(task, R"({"paid":true})") == GAIT_OK);
    CHECK(gait_task_fail(task, "Late", nullptr) == GAIT_OK);  // the first answer counts
    gait_task_release(task);
  };
  CHECK(gait_register_function(f.engine, "Charge", CallBody, &body, 0) == GAIT_OK);
  const std::string execution = f.Start(kCharge);
  CHECK(Member(f.Wait(execution), "output") == R"({"paid":true})");
  CHECK(seen == std::vector<std::string>{R"({"order":17})", "Charge", execution, "Charge", execution + "/3/0", ""});

  body = [](gait_task* task) {
    CHECK(gait_task_fail(task, "Declined", "no funds") == GAIT_OK);
    gait_task_release(task);
  };
  const std::string failed = f.Run(kCharge);
  CHECK(Member(failed, "status") == "FAILED");
  CHECK(Member(failed, "error") == "Declined");
  CHECK(Member(failed, "cause").find("no funds") != std::string::npos);
}

TEST_CASE("C: a function answers later, from another thread") {
  Fixture f;
  Handover handover;
  CHECK(gait_register_function(f.engine, "Charge", CallBody, &handover.body, 0) == GAIT_OK);
  const std::string execution = f.Start(kCharge);
  gait_task* task = handover.Await();
  char* description = nullptr;
  CHECK(gait_wait(f.engine, execution.c_str(), 10, &description) == GAIT_TIMED_OUT);
  CHECK(description == nullptr);
  CHECK(gait_wait(f.engine, execution.c_str(), 0, nullptr) == GAIT_TIMED_OUT);
  std::thread([task] {
    CHECK(gait_task_succeed(task, "1") == GAIT_OK);
    gait_task_release(task);
  }).join();
  CHECK(Member(f.Wait(execution), "output") == "1");
  CHECK(gait_wait(f.engine, execution.c_str(), INT64_MAX, nullptr) == GAIT_OK);
}

TEST_CASE("C: a task that is released without an answer fails") {
  Fixture f;
  Body body = gait_task_release;
  CHECK(gait_register_function(f.engine, "Charge", CallBody, &body, 0) == GAIT_OK);
  CHECK(Member(f.Run(kCharge), "error") == "Function.NoAnswer");
}

TEST_CASE("C: what a callback throws fails its task") {
  Fixture f;
  Body body = [](gait_task* task) {
    gait_task_release(task);
    throw std::out_of_range("too much");
  };
  CHECK(gait_register_function(f.engine, "Charge", CallBody, &body, 0) == GAIT_OK);
  CHECK(Member(f.Run(kCharge), "error") == "std::out_of_range");
}

TEST_CASE("C: task tokens") {
  struct Case {
    bool succeeds;
    const char* status;
  };
  for (const Case& c : {Case{true, "SUCCEEDED"}, Case{false, "FAILED"}}) {
    Fixture f;
    std::mutex mutex;
    std::condition_variable changed;
    std::string token;
    Body body = [&](gait_task* task) {
      CHECK(gait_task_succeed(task, "null") == GAIT_OK);
      const std::lock_guard lock(mutex);
      token = gait_task_token(task);
      gait_task_release(task);
      changed.notify_all();
    };
    CHECK(gait_register_function(f.engine, "Ask", CallBody, &body, 0) == GAIT_OK);
    const std::string execution = f.Start(kToken);
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return !token.empty(); });
    }
    CHECK(gait_send_task_heartbeat(f.engine, token.c_str()) == GAIT_OK);
    if (c.succeeds) {
      CHECK(gait_send_task_success(f.engine, token.c_str(), "{") == GAIT_REFUSED);
      CHECK(std::string(gait_last_error_code()) == "InvalidOutput");
      CHECK(gait_send_task_success(f.engine, token.c_str(), R"("yes")") == GAIT_OK);
    } else {
      CHECK(gait_send_task_failure(f.engine, token.c_str(), "No", nullptr) == GAIT_OK);
    }
    CHECK(Member(f.Wait(execution), "status") == c.status);
    CHECK(gait_send_task_heartbeat(f.engine, token.c_str()) == GAIT_REFUSED);
    CHECK(std::string(gait_last_error_code()) == "TaskTimedOut");
    CHECK(gait_send_task_heartbeat(f.engine, "no token") == GAIT_REFUSED);
    CHECK(std::string(gait_last_error_code()) == "InvalidToken");
  }
}

TEST_CASE("C: observers are told of events, and of the status that they bring") {
  Fixture f;
  std::vector<std::string> types, statuses;
  const auto observe = [&](const char*, const char* event, const char* status) {
    types.push_back(Member(event, "type"));
    if (status != nullptr) statuses.push_back(status);
  };
  using Observe = decltype(observe);
  const auto call = [](const char* arn, const char* event, const char* status, void* user_data) {
    (*static_cast<Observe*>(user_data))(arn, event, status);
  };
  CHECK(gait_observe(f.engine, call, const_cast<void*>(static_cast<const void*>(&observe))) == GAIT_OK);
  f.Run(kPass);
  f.Close();
  CHECK(types ==
        std::vector<std::string>{"ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"});
  CHECK(statuses == std::vector<std::string>{"RUNNING", "SUCCEEDED"});
}

TEST_CASE("C: closing lets go of who waits; a task may be answered after it") {
  Fixture f;
  Handover handover;
  gait_status status = GAIT_OK;
  std::string message;
  Body body = [&, engine = f.engine](gait_task* task) {
    handover.body(task);
    status = gait_wait(engine, gait_task_execution_arn(task), -1, nullptr);  // itself: for ever
    message = gait_last_error_message();
  };
  CHECK(gait_register_function(f.engine, "Charge", CallBody, &body, 0) == GAIT_OK);
  f.Start(kCharge);
  gait_task* task = handover.Await();
  f.Close();
  CHECK(status == GAIT_STOPPED);
  CHECK(message == "the engine was closed");
  CHECK(std::string(gait_task_input(task)) == R"({"order":17})");
  CHECK(gait_task_succeed(task, "1") == GAIT_OK);
  gait_task_release(task);
}

TEST_CASE("C: what was running goes on once its functions are registered") {
  const TempFolder folder;
  std::string execution;
  {
    Fixture f(folder.File("gait.db"));
    Handover handover;
    CHECK(gait_register_function(f.engine, "Charge", CallBody, &handover.body, 1) == GAIT_OK);
    execution = f.Start(kCharge);
    gait_task* task = handover.Await();
    gait_engine* second = nullptr;
    gait_options* options = gait_options_new();
    CHECK(gait_options_set_database(options, folder.File("gait.db").c_str()) == GAIT_OK);
    CHECK(gait_open(options, &second) == GAIT_UNAVAILABLE);
    CHECK(second == nullptr);
    CHECK(std::string(gait_last_error_message()) != "");
    gait_options_free(options);
    f.Close();
    gait_task_release(task);
  }
  Fixture f(folder.File("gait.db"));
  Body body = [](gait_task* task) {
    gait_task_succeed(task, "2");
    gait_task_release(task);
  };
  CHECK(gait_register_function(f.engine, "Charge", CallBody, &body, 1) == GAIT_OK);
  CHECK(gait_wait(f.engine, execution.c_str(), 10, nullptr) == GAIT_OK);  // nothing that runs here
  CHECK(gait_start(f.engine) == GAIT_OK);
  CHECK(gait_start(f.engine) == GAIT_OK);
  CHECK(Member(f.Wait(execution), "output") == "2");
}

TEST_CASE("C: what is refused says so with AWS's code") {
  Fixture f;
  char* text = nullptr;
  const auto code = [] { return std::string(gait_last_error_code()); };
  CHECK(gait_create_state_machine(f.engine, "m", "{", nullptr, &text) == GAIT_REFUSED);
  CHECK(code() == "InvalidDefinition");
  CHECK(text == nullptr);
  CHECK(gait_call(f.engine, "Nope", "{}", &text) == GAIT_REFUSED);
  CHECK(code() == "UnknownOperationException");
  CHECK(gait_call(f.engine, "ListExecutions", "{", &text) == GAIT_REFUSED);
  CHECK(code() == "SerializationException");
  CHECK(gait_call(f.engine, "ListExecutions", "[]", &text) == GAIT_REFUSED);
  CHECK(gait_wait(f.engine, "arn:aws:states:us-east-1:123456789012:execution:no:no", -1, &text) == GAIT_REFUSED);
  CHECK(code() == "ExecutionDoesNotExist");
  CHECK(gait_get_execution_history(f.engine, "no", &text) == GAIT_REFUSED);
  CHECK(code() == "InvalidArn");
  const std::string machine = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
  CHECK(gait_create_state_machine(f.engine, "m", kPass, nullptr, nullptr) == GAIT_OK);
  CHECK(gait_start_execution(f.engine, machine.c_str(), "{", nullptr, &text) == GAIT_REFUSED);
  CHECK(code() == "InvalidExecutionInput");
}

TEST_CASE("C: calls that are wrong do nothing") {
  Fixture f;
  char* text = nullptr;
  const char* const x = "x";
  const char* const not_utf8 = "\xff";
  gait_engine* none = nullptr;
  gait_options* options = gait_options_new();
  for (const gait_status status : {
           gait_open(nullptr, nullptr),
           gait_start(nullptr),
           gait_options_set_database(nullptr, x),
           gait_options_set_database(options, nullptr),
           gait_options_set_database(options, not_utf8),
           gait_options_set_account(options, x, nullptr),
           gait_options_set_log(options, nullptr, nullptr),
           gait_create_state_machine(nullptr, x, x, x, &text),
           gait_create_state_machine(f.engine, nullptr, x, x, &text),
           gait_create_state_machine(f.engine, x, nullptr, x, &text),
           gait_create_state_machine(f.engine, not_utf8, kPass, nullptr, &text),
           gait_start_execution(f.engine, nullptr, x, x, &text),
           gait_wait(f.engine, nullptr, -1, &text),
           gait_describe_execution(f.engine, nullptr, &text),
           gait_describe_execution(f.engine, x, nullptr),
           gait_get_execution_history(f.engine, x, nullptr),
           gait_call(nullptr, x, "{}", &text),
           gait_call(f.engine, nullptr, "{}", &text),
           gait_call(f.engine, x, nullptr, &text),
           gait_send_task_success(f.engine, x, nullptr),
           gait_send_task_success(f.engine, nullptr, "{}"),
           gait_send_task_failure(f.engine, nullptr, x, x),
           gait_send_task_heartbeat(f.engine, nullptr),
           gait_register_function(f.engine, "f", nullptr, nullptr, 0),
           gait_register_function(f.engine, nullptr, CallBody, nullptr, 0),
           gait_observe(f.engine, nullptr, nullptr),
           gait_task_succeed(nullptr, "{}"),
           gait_task_fail(nullptr, x, x),
       }) {
    CHECK(status == GAIT_INVALID);
    CHECK(text == nullptr);
  }
  CHECK(std::string(gait_last_error_message()) == "task is NULL");
  CHECK(std::string(gait_last_error_code()) == "");
  CHECK(gait_task_input(nullptr) == nullptr);
  CHECK(gait_task_attempt(nullptr) == 0);
  CHECK(gait_open(nullptr, &none) == GAIT_OK);
  gait_close(none);
  gait_close(nullptr);
  gait_options_free(options);
  gait_options_free(nullptr);
  gait_string_free(nullptr);
  gait_task_release(nullptr);
}

TEST_CASE("C: every option reaches the engine") {
  gait_options* options = gait_options_new();
  std::string lines;
  const gait_log log = [](const char* line, void* to) { *static_cast<std::string*>(to) += line; };
  CHECK(gait_options_set_account(options, "000000000000", "eu-central-1") == GAIT_OK);
  CHECK(gait_options_set_aws_limits(options, 0) == GAIT_OK);
  CHECK(gait_options_set_virtual_clock(options, 1) == GAIT_OK);
  CHECK(gait_options_set_workers(options, 1) == GAIT_OK);
  CHECK(gait_options_set_lambda_endpoint(options, "http://127.0.0.1:9") == GAIT_OK);
  CHECK(gait_options_set_service_models(options, "models") == GAIT_OK);
  CHECK(gait_options_set_log(options, log, &lines) == GAIT_OK);
  gait_engine* engine = nullptr;
  CHECK(gait_open(options, &engine) == GAIT_OK);
  char* machine = nullptr;
  CHECK(gait_create_state_machine(
            engine, "m", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 31536000, "End": true}}})",
            "STANDARD", &machine) == GAIT_OK);
  CHECK(std::string(machine) == "arn:aws:states:eu-central-1:000000000000:stateMachine:m");
  char* execution = nullptr;
  CHECK(gait_start_execution(engine, machine, nullptr, "one", &execution) == GAIT_OK);
  CHECK(gait_wait(engine, execution, -1, nullptr) == GAIT_OK);
  gait_string_free(machine);
  gait_string_free(execution);
  gait_close(engine);

  CHECK(gait_options_set_targets_file(options, "/nowhere/gait.json") == GAIT_OK);
  CHECK(gait_open(options, &engine) == GAIT_UNAVAILABLE);
  CHECK(engine == nullptr);
  CHECK(std::string(gait_last_error_message()).find("/nowhere/gait.json") != std::string::npos);
  CHECK(gait_options_set_targets_file(options, "") == GAIT_OK);
  CHECK(gait_options_set_mock_config_file(options, "/nowhere/mocks.json") == GAIT_OK);
  CHECK(gait_open(options, &engine) == GAIT_UNAVAILABLE);
  CHECK(std::string(gait_last_error_message()).find("/nowhere/mocks.json") != std::string::npos);
  CHECK(gait_options_set_mock_config_file(options, "") == GAIT_OK);
  CHECK(gait_options_set_database(options, "/nowhere/gait.db") == GAIT_OK);
  CHECK(gait_options_set_read_only(options, 1) == GAIT_OK);
  CHECK(gait_open(options, &engine) == GAIT_UNAVAILABLE);
  gait_options_free(options);
}

}  // namespace
}  // namespace gait
