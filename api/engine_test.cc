#include "api/gait.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

namespace gait {
namespace {

constexpr const char* kCharge = R"({
  "StartAt": "Charge",
  "States": {"Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Charge", "End": true}}
})";

std::string Pass(std::string_view result) {
  return R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": )" + std::string(result) +
         R"(, "End": true}}})";
}

TEST_CASE("a function of the program does a task's work") {
  Engine engine({});
  TaskInput seen;
  engine.RegisterFunction("Charge", [&](const TaskInput& task) {
    seen = task;
    return R"({"paid": true})";
  });
  const std::string machine = engine.CreateStateMachine("orders", kCharge);
  CHECK(machine == "arn:aws:states:us-east-1:123456789012:stateMachine:orders");
  const std::string execution = engine.StartExecution(machine, R"({"order": 17})", "order-17");
  CHECK(execution == "arn:aws:states:us-east-1:123456789012:execution:orders:order-17");
  const ExecutionResult result = engine.Wait(execution);
  CHECK(result.status == "SUCCEEDED");
  CHECK(result.output == R"({"paid":true})");
  CHECK(seen.payload == R"({"order":17})");
  CHECK(seen.function == "Charge");
  CHECK(seen.execution_arn == execution);
  CHECK(seen.state_name == "Charge");
  CHECK(seen.attempt == 0);
  // Once more, now that it has ended.
  CHECK(engine.Wait(execution).output == result.output);
}

TEST_CASE("a function fails its task with an error that the definition can name") {
  Engine engine({});
  engine.RegisterFunction("Charge", [](const TaskInput&) -> std::string { throw TaskError("Declined", "no funds"); });
  const ExecutionResult result = engine.Wait(engine.StartExecution(engine.CreateStateMachine("orders", kCharge)));
  CHECK(result.status == "FAILED");
  CHECK(result.error == "Declined");
  REQUIRE(result.cause.has_value());
  CHECK(result.cause->find("no funds") != std::string::npos);
}

TEST_CASE("a function that nobody registered does not exist") {
  Engine engine({});
  const ExecutionResult result = engine.Wait(engine.StartExecution(engine.CreateStateMachine("orders", kCharge)));
  CHECK(result.status == "FAILED");
  REQUIRE(result.cause.has_value());
  CHECK(result.cause->find("Charge") != std::string::npos);
}

TEST_CASE("a state machine that is created again has the new definition; what runs keeps the old") {
  Engine engine({});
  const std::string machine = engine.CreateStateMachine("m", Pass("1"));
  const std::string first = engine.StartExecution(machine);
  CHECK(engine.CreateStateMachine("m", Pass("2")) == machine);
  CHECK(engine.Wait(first).output == "1");
  CHECK(engine.Wait(engine.StartExecution(machine)).output == "2");
}

TEST_CASE("an operation that is refused says so with AWS's code") {
  Engine engine({});
  const auto code = [](auto call) {
    try {
      call();
    } catch (const OperationError& e) {
      return e.code();
    }
    return std::string("(none)");
  };
  CHECK(code([&] { engine.CreateStateMachine("m", "{"); }) == "InvalidDefinition");
  CHECK(code([&] { engine.CreateStateMachine("a b", Pass("1")); }) == "InvalidName");
  CHECK(code([&] { engine.StartExecution("arn:aws:states:us-east-1:123456789012:stateMachine:no"); }) ==
        "StateMachineDoesNotExist");
  CHECK(code([&] { engine.Wait("arn:aws:states:us-east-1:123456789012:execution:no:no"); }) == "ExecutionDoesNotExist");
  const std::string machine = engine.CreateStateMachine("m", Pass("1"));
  CHECK(code([&] { engine.StartExecution(machine, "{"); }) == "InvalidExecutionInput");
  CHECK(code([&] { engine.StartSyncExecution(machine); }) == "StateMachineTypeNotSupported");
}

TEST_CASE("EXPRESS runs at once, and nothing of it is kept") {
  Engine engine({});
  const std::string machine = engine.CreateStateMachine("m", Pass(R"({"a": 1})"), "EXPRESS");
  const ExecutionResult result = engine.StartSyncExecution(machine, "{}", "one");
  CHECK(result.status == "SUCCEEDED");
  CHECK(result.output == R"({"a":1})");
}

TEST_CASE("a virtual clock does not wait") {
  Engine engine({.virtual_clock = true});
  const std::string machine = engine.CreateStateMachine(
      "m", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 31536000, "Next": "N"},
               "N": {"Type": "Pass", "Parameters": {"at.$": "$$.State.EnteredTime"}, "End": true}}})");
  CHECK(engine.Wait(engine.StartExecution(machine)).status == "SUCCEEDED");
}

TEST_CASE("quotas can be lifted") {
  const std::string large = "\"" + std::string(300'000, 'x') + "\"";
  for (const bool limits : {true, false}) {
    CAPTURE(limits);
    Engine engine({.aws_limits = limits});
    const std::string machine = engine.CreateStateMachine("m", Pass("1"));
    const OperationAnswer answer =
        engine.Call("StartExecution", R"({"stateMachineArn": ")" + machine + R"(", "input": )" + "\"\\\"" +
                                          large.substr(1, large.size() - 2) + "\\\"\"}");
    CHECK((answer.status == 200) == !limits);
  }
}

TEST_CASE("what is no operation, and what is no request") {
  Engine engine({});
  CHECK(engine.Call("Nope", "{}").error_code == "UnknownOperationException");
  CHECK(engine.Call("ListExecutions", "{").error_code == "SerializationException");
  CHECK(engine.Call("StartExecution", "{}").error_code == "ValidationException");
  CHECK(engine.Call("StartExecution", "{}").status == 400);
}

TEST_CASE("two engines in one process do not see one another") {
  Engine one({}), two({});
  one.CreateStateMachine("m", Pass("1"));
  CHECK(two.Call("ListStateMachines", "{}").body == R"({"stateMachines":[]})");
}

TEST_CASE("an engine that ends while an execution runs gives no answer and does not hang") {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false, release = false;
  {
    Engine engine({});
    engine.RegisterFunction("Charge", [&](const TaskInput&) {
      std::unique_lock lock(mutex);
      entered = true;
      changed.notify_all();
      changed.wait(lock, [&] { return release; });
      return std::string("{}");
    });
    engine.StartExecution(engine.CreateStateMachine("orders", kCharge));
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return entered; });
    release = true;
    changed.notify_all();
  }
  CHECK(entered);
}

}  // namespace
}  // namespace gait
