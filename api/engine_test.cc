#include "api/gait.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/support/temp_folder.h"

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

TEST_CASE("two engines run side by side, each with its own database") {
  const TempFolder folder;
  const std::string files[] = {folder.File("one.db"), folder.File("two.db")};
  std::vector<std::unique_ptr<Engine>> engines;
  std::vector<std::vector<std::string>> executions(2);
  for (size_t i = 0; i < 2; ++i) {
    engines.push_back(std::make_unique<Engine>(EngineOptions{.database = files[i], .region = i == 0 ? "a-1" : "b-2"}));
    engines[i]->RegisterFunction("Charge", [i](const TaskInput&) { return std::to_string(i); });
  }
  for (size_t i = 0; i < 2; ++i) {
    const std::string machine = engines[i]->CreateStateMachine("orders", kCharge);
    for (int n = 0; n < 20; ++n) {
      executions[i].push_back(engines[i]->StartExecution(machine, "{}", "order-" + std::to_string(n)));
    }
  }
  for (size_t i = 0; i < 2; ++i) {
    for (const std::string& execution : executions[i]) CHECK(engines[i]->Wait(execution).output == std::to_string(i));
  }
  CHECK(executions[0][0] == "arn:aws:states:a-1:123456789012:execution:orders:order-0");
  CHECK(executions[1][0] == "arn:aws:states:b-2:123456789012:execution:orders:order-0");
  // A database is one engine's at a time.
  CHECK_THROWS_AS(Engine({.database = files[0]}), EngineError);
  engines[0].reset();
  CHECK(Engine({.database = files[0]}).Wait(executions[0][19]).output == "0");
}

// Where an asynchronous function leaves what answers its task.
struct Handover {
  std::promise<Completion> promise;
  AsyncFunction function = [this](const TaskInput&, Completion completion) {
    promise.set_value(std::move(completion));
  };
  Completion Await() { return promise.get_future().get(); }
};

TEST_CASE("an asynchronous function answers later, from any thread") {
  Engine engine({});
  struct Case {
    std::function<void(const Completion&)> answer;
    std::string status, output, error;
  };
  for (const Case& c : std::vector<Case>{
           {[](const Completion& done) { done.Succeed("1"); }, "SUCCEEDED", "1", ""},
           {[](const Completion& done) { done.Fail("Declined", "no funds"); }, "FAILED", "", "Declined"},
           {[](const Completion& done) { done.Succeed("1"), done.Fail("Late", ""); }, "SUCCEEDED", "1", ""},
           {[](const Completion&) {}, "FAILED", "", "Function.NoAnswer"},
       }) {
    Handover handover;
    engine.RegisterAsyncFunction("Charge", handover.function);
    const std::string execution = engine.StartExecution(engine.CreateStateMachine("orders", kCharge));
    {
      const Completion completion = handover.Await();
      CHECK(!engine.WaitFor(execution, std::chrono::milliseconds(5)));
      std::thread([&] { c.answer(completion); }).join();
    }
    const ExecutionResult result = engine.Wait(execution);
    CHECK(result.status == c.status);
    CHECK(result.output == c.output);
    CHECK(result.error.value_or("") == c.error);
    CHECK(engine.WaitFor(execution, std::chrono::milliseconds(0))->status == c.status);
  }
}

TEST_CASE("what an asynchronous function throws fails its task") {
  Engine engine({});
  engine.RegisterAsyncFunction("Charge", [](const TaskInput&, const Completion&) { throw TaskError("Busy", "later"); });
  CHECK(engine.Wait(engine.StartExecution(engine.CreateStateMachine("orders", kCharge))).error == "Busy");
}

TEST_CASE("asynchronous tasks hold no thread") {
  constexpr int kTasks = 300;  // more than there may be threads for functions
  Engine engine({});
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Completion> begun;
  engine.RegisterAsyncFunction("Charge", [&](const TaskInput&, Completion completion) {
    const std::lock_guard lock(mutex);
    begun.push_back(std::move(completion));
    changed.notify_all();
  });
  const std::string machine = engine.CreateStateMachine("orders", kCharge);
  std::vector<std::string> executions;
  for (int i = 0; i < kTasks; ++i) executions.push_back(engine.StartExecution(machine));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return begun.size() == kTasks; });
  }
  for (const Completion& completion : begun) completion.Succeed("{}");
  for (const std::string& execution : executions) CHECK(engine.Wait(execution).status == "SUCCEEDED");
}

TEST_CASE("an answer that nobody waits for any more is dropped") {
  Handover timed_out, stopped, closed;
  std::optional<Completion> late;
  {
    Engine engine({});
    const auto start = [&](Handover& handover, std::string_view more) {
      engine.RegisterAsyncFunction("Charge", handover.function);
      std::string definition = kCharge;
      definition.insert(definition.find(R"("End")"), more);
      return engine.StartExecution(engine.CreateStateMachine("orders", definition));
    };
    std::string execution = start(timed_out, R"("TimeoutSeconds": 1, )");
    Completion completion = timed_out.Await();
    CHECK(engine.Wait(execution).error == "States.Timeout");
    completion.Succeed("1");
    CHECK(engine.Wait(execution).status == "FAILED");

    execution = start(stopped, "");
    completion = stopped.Await();
    CHECK(engine.Call("StopExecution", R"({"executionArn": ")" + execution + R"("})").status == 200);
    completion.Succeed("1");
    CHECK(engine.Wait(execution).status == "ABORTED");

    start(closed, "");
    late = closed.Await();
  }
  late->Succeed("1");
}

TEST_CASE("an engine that is stopped lets go of who waits, and refuses what comes") {
  Engine engine({});
  std::promise<void> begun;
  std::promise<std::string> waited;
  engine.RegisterFunction("Charge", [&](const TaskInput& task) {
    begun.set_value();
    waited.set_value(engine.Wait(task.execution_arn).status);  // itself: for ever
    return std::string("{}");
  });
  const std::string machine = engine.CreateStateMachine("orders", kCharge);
  const std::string execution = engine.StartExecution(machine);
  begun.get_future().wait();
  engine.Stop();
  engine.Stop();
  CHECK(waited.get_future().get() == "RUNNING");
  CHECK(engine.Wait(execution).status == "RUNNING");
  CHECK(engine.WaitFor(execution, std::chrono::hours(24))->status == "RUNNING");
  CHECK(engine.Call("ListStateMachines", "{}").error_code == "ServiceUnavailable");
  CHECK_THROWS_AS(engine.StartExecution(machine), OperationError);
}

TEST_CASE("Start goes on with what was running, once, and leaves what is new alone") {
  const TempFolder folder;
  const EngineOptions options = {.database = folder.File("gait.db"), .resume = false};
  std::string old;
  {
    Handover handover;
    Engine engine(options);
    engine.RegisterAsyncFunction("Charge", handover.function, /*idempotent=*/true);
    old = engine.StartExecution(engine.CreateStateMachine("orders", kCharge));
    const Completion completion = handover.Await();
    engine.Stop();
  }
  Engine engine(options);
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::vector<Completion>> begun;
  engine.RegisterAsyncFunction(
      "Charge",
      [&](const TaskInput& task, Completion completion) {
        const std::lock_guard lock(mutex);
        begun[task.execution_arn].push_back(std::move(completion));
        changed.notify_all();
      },
      /*idempotent=*/true);
  const auto await = [&](const std::string& execution) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return begun.contains(execution); });
  };
  const std::string machine = engine.CreateStateMachine("orders", kCharge);
  const std::string fresh = engine.StartExecution(machine);
  await(fresh);
  CHECK(engine.Wait(old).status == "RUNNING");  // it stands still
  engine.Start();
  engine.Start();
  await(old);
  for (const std::string& execution : {fresh, old}) {
    CHECK(begun[execution].size() == 1);
    begun[execution][0].Succeed("1");
    CHECK(engine.Wait(execution).output == "1");
  }
}

TEST_CASE("observers are told of every event of each execution, in order, before those who wait") {
  const TempFolder folder;
  for (const std::string& database : {std::string(), folder.File("gait.db")}) {
    CAPTURE(database);
    std::mutex mutex;
    std::map<std::string, std::vector<std::string>> events, statuses;  // by execution
    Engine engine({.database = database});
    engine.RegisterFunction("Charge", [](const TaskInput&) -> std::string { throw TaskError("Declined", "no"); });
    const std::string machine = engine.CreateStateMachine("orders", kCharge);
    engine.Wait(engine.StartExecution(machine));  // before there is an observer
    for (int i = 0; i < 2; ++i) {
      engine.Observe([&, i](const Observation& o) {
        const std::lock_guard lock(mutex);
        if (i == 0) events[o.execution_arn].push_back(o.event);
        if (i == 1 && !o.status.empty()) statuses[o.execution_arn].push_back(o.status);
      });
    }
    std::vector<std::string> executions;
    for (int i = 0; i < 10; ++i) executions.push_back(engine.StartExecution(machine));
    for (const std::string& execution : executions) {
      engine.Wait(execution);
      const std::lock_guard lock(mutex);
      CHECK(statuses[execution] == std::vector<std::string>{"RUNNING", "FAILED"});
      std::string told;
      for (const std::string& event : events[execution]) told += (told.empty() ? "" : ",") + event;
      CHECK("{\"events\":[" + told + "]}" == engine.ExecutionHistory(execution));
    }
    engine.StartSyncExecution(engine.CreateStateMachine("express", Pass("1"), "EXPRESS"));
    const std::lock_guard lock(mutex);
    CHECK(events.size() == 11);
    CHECK(statuses.size() == 11);
  }
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
