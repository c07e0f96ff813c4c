// gait's public header for C++ (C has gait.h): a durable Amazon States Language engine within a program.
//
//   gait::Engine engine({.database = "orders.db", .resume = false});
//   engine.RegisterFunction("Charge", [](const gait::TaskInput& task) { return ChargeCard(task.payload); });
//   engine.Start();
//   std::string machine = engine.CreateStateMachine("orders", definition);
//   std::string execution = engine.StartExecution(machine, R"({"order": 17})");
//   gait::ExecutionResult result = engine.Wait(execution);
//
// JSON is given and taken as text, as in the AWS API. An Engine is thread-safe; several may live in one process, each
// with its own database.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#ifndef GAIT_EXPORT
#if defined(__GNUC__)
#define GAIT_EXPORT __attribute__((visibility("default")))
#else
#define GAIT_EXPORT
#endif
#endif

namespace gait {

struct EngineOptions {
  // The SQLite file, made if it is missing. Empty: in memory, and gone with the engine.
  std::string database = {};
  // Look only: several processes may, also while another runs the database. Operations that write are refused.
  bool read_only = false;
  // Go on at once with the executions that were running when the database was last open. Without, Start does it: for
  // those that call functions of the program, which can only be registered with an engine that is there.
  bool resume = true;
  // The account and region in every ARN.
  std::string account_id = "123456789012";
  std::string region = "us-east-1";
  // Enforce AWS's quotas: payloads of 262,144 bytes, histories of 25,000 events, ...
  bool aws_limits = true;
  // Jump over waits, retries' delays and time-outs: time moves on when nothing else can happen.
  bool virtual_clock = false;
  // Remove the history of an execution so long after its end; its name stays reserved for the 90 days that it is on
  // AWS. 0: keep all.
  int64_t retention_seconds = 0;
  // Threads that run executions; 0: as many as there are cores.
  int workers = 0;
  // The targets file, which says where a task's Resource goes: docs/targets.md. Empty: none.
  std::string targets_file = {};
  // Where every Lambda function goes that the targets file does not name: the URL of a host that speaks Lambda's Invoke
  // API.
  std::string lambda_endpoint = {};
  // The mock configuration, in the format of Step Functions Local: an execution that is started with
  // `STATE_MACHINE_ARN#TEST_CASE` has its tasks answered from there: docs/mocks.md. Empty: none.
  std::string mock_config_file = {};
  // Where executions log, as their state machines' loggingConfiguration says: a folder with a file for each log group,
  // made if it is missing. Empty: no files. docs/logs.md.
  std::string log_folder = {};
  // Gets each line that executions log, JSON without a line's end, from one thread.
  std::function<void(std::string_view)> on_log_line = {};
  // A folder of service models, as botocore has them (SERVICE/VERSION/service-2.json, or .json.gz): what TestState
  // checks mocked results against. Empty: where botocore is installed.
  std::string service_models = {};
  // Gets one line for what a person should know: a task's standard error, a store that fails. May be called by any
  // thread.
  std::function<void(std::string_view)> log = {};
};

// The engine cannot work here: the database is another process's, the disk is full, the targets file is wrong. The
// message says which, and what to do.
class GAIT_EXPORT EngineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An operation of the API was refused: `code()` is AWS's name of the error, what() its message.
class GAIT_EXPORT OperationError : public std::runtime_error {
 public:
  OperationError(std::string code, const std::string& message) : std::runtime_error(message), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

// What a function of the embedding program is given.
struct TaskInput {
  std::string payload;   // JSON
  std::string function;  // the name it was called by
  std::string execution_arn;
  std::string state_name;
  std::string idempotency_key;  // the same for every delivery of one attempt
  int attempt = 0;              // 0 for the first
  std::string task_token;       // "" unless the task waits for one: then that answers it, with SendTaskSuccess
};

// Thrown by a function to fail its task: the error name that Retry and Catch match, and the message.
class GAIT_EXPORT TaskError : public std::runtime_error {
 public:
  TaskError(std::string error, const std::string& message) : std::runtime_error(message), error_(std::move(error)) {}
  const std::string& error() const { return error_; }

 private:
  std::string error_;
};

// Returns the JSON text of the task's output. Runs on a thread of the engine's, of which there are 64 at the most; may
// block.
using Function = std::function<std::string(const TaskInput&)>;

// Answers one task, from any thread, also when the engine is gone. The first answer counts; it is dropped if nobody
// waits any more, because the state has timed out, the execution was stopped, or the engine ended. Copies answer the
// same task. If the last of them goes without an answer, the task fails with the error "Function.NoAnswer".
class GAIT_EXPORT Completion {
 public:
  void Succeed(std::string output) const;  // JSON
  void Fail(const std::string& error, const std::string& message) const;

 private:
  class Answer;
  explicit Completion(std::shared_ptr<const Answer> answer) : answer_(std::move(answer)) {}
  std::shared_ptr<const Answer> answer_;
  friend class Engine;
};

// Begins the work and returns; whoever ends it answers. A task that waits so holds no thread. Called as a Function is;
// what it throws fails the task.
using AsyncFunction = std::function<void(TaskInput, Completion)>;

struct ExecutionResult {
  // SUCCEEDED, FAILED, TIMED_OUT or ABORTED. RUNNING: it stands still, because the engine was stopped or is yet to be
  // started, and goes on with that; or because the database could not be written, or of a bug, and goes on when the
  // database is opened again: the log says which.
  std::string status;
  std::string output;                // JSON, of one that succeeded
  std::optional<std::string> error;  // of one that failed
  std::optional<std::string> cause;
};

// What an observer is told: a history event of an execution.
struct Observation {
  std::string execution_arn;
  std::string event;  // JSON, as GetExecutionHistory gives it
  // What the execution's status has become by it, in the words of AWS's "Step Functions Execution Status Change":
  // RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; "" for all other events.
  std::string status;
};

// The answer to an operation as HTTP would carry it.
struct OperationAnswer {
  int status = 200;        // 200, 400 or 500
  std::string body;        // JSON
  std::string error_code;  // "" if the operation succeeded
};

class EngineCore;

class GAIT_EXPORT Engine {
 public:
  // Opens the database and, unless told not to, takes up every execution that was running when it was last closed, or
  // when its process ended. Throws EngineError.
  explicit Engine(EngineOptions options);
  // Stops it. REQUIRES: no other thread is in a call; those that wait come back from it after Stop.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Takes up the executions that the constructor was told to leave. Does nothing the second time.
  void Start();
  // Nothing moves after this; running executions go on when the database is opened again. Functions that run are waited
  // for. Who waits in a call gets no answer: Wait returns the status RUNNING, the others throw OperationError, or
  // answer, with the code ServiceUnavailable; so does every later call. Not from a function, an observer or a callback.
  void Stop();

  // Makes `function` the target of the Lambda function `name`, before the targets file, in the place of the one it had.
  // "*" takes all that are not named. With `idempotent`, a task that was under way when the engine stopped is given out
  // again.
  void RegisterFunction(std::string name, Function function, bool idempotent = false);
  void RegisterAsyncFunction(std::string name, AsyncFunction function, bool idempotent = false);

  // Tells `observer` of every event of every execution that happens from now on, when it is durable (EXPRESS: when it
  // has happened). The events of one execution come one after the other, in their order; ExecutionStarted before
  // StartExecution answers, the last before Wait returns. Those of different executions may come at once, on different
  // threads. Must neither block, for nothing else becomes durable meanwhile, nor throw.
  void Observe(std::function<void(const Observation&)> observer);

  // The operations that an embedding program needs most. Each throws OperationError where AWS answers with an error.
  // Creates the state machine or, if there is one of this name, gives it this definition. Returns its ARN.
  std::string CreateStateMachine(std::string_view name, std::string_view definition,
                                 std::string_view type = "STANDARD");
  // Returns the execution's ARN when its start is durable. An empty name is a new UUID.
  std::string StartExecution(std::string_view state_machine_arn, std::string_view input = "{}",
                             std::string_view name = "");
  // Waits until the STANDARD execution has ended, durably.
  ExecutionResult Wait(std::string_view execution_arn);
  // The same; nothing if it still runs after `at_most`.
  std::optional<ExecutionResult> WaitFor(std::string_view execution_arn, std::chrono::milliseconds at_most);
  // Calls `ended` then, on a thread of the engine's (at once, on this one, if it has ended already). Must not block. It
  // is not called if the engine stops before.
  void WhenEnded(std::string_view execution_arn, std::function<void(const ExecutionResult&)> ended);
  // All history events of a STANDARD execution: {"events": [...]}, as GetExecutionHistory answers, on one page.
  std::string ExecutionHistory(std::string_view execution_arn);
  // Runs an execution of an EXPRESS state machine to its end. Nothing of it is stored.
  ExecutionResult StartSyncExecution(std::string_view state_machine_arn, std::string_view input = "{}",
                                     std::string_view name = "");

  // Any operation of the AWS Step Functions API that gait has, with its request as JSON. The answer comes once, from
  // any thread; not at all if the engine stops before. Set `hung_up` when nobody waits for it any more: a worker that
  // is gone is given no activity task. https://docs.aws.amazon.com/step-functions/latest/apireference/
  void Call(std::string_view operation, std::string_view request, std::function<void(OperationAnswer)> done,
            std::shared_ptr<const std::atomic<bool>> hung_up = nullptr);
  // The same, waiting for the answer.
  OperationAnswer Call(std::string_view operation, std::string_view request);

  // Answers the workers that wait for a task of an activity with none, now and from now on; all else goes on. For who
  // is about to stop, and wants to have answered everybody.
  void AnswerPollers();

  // Why nothing can be stored any more; nothing as long as it can.
  std::optional<std::string> Failure();
  // What it has counted since it was made, in Prometheus's text format: docs/server.md.
  std::string Metrics();

  // For the program `gait` alone.
  EngineCore& core() { return *core_; }

 private:
  std::unique_ptr<EngineCore> core_;
};

// gait's version, "0.1.0".
GAIT_EXPORT std::string_view Version();

}  // namespace gait
