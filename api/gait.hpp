// gait's public header for C++: a durable Amazon States Language engine within a program.
//
//   gait::Engine engine({.database = "orders.db"});
//   engine.RegisterFunction("Charge", [](const gait::TaskInput& task) { return ChargeCard(task.payload); });
//   std::string machine = engine.CreateStateMachine("orders", definition);
//   std::string execution = engine.StartExecution(machine, R"({"order": 17})");
//   gait::ExecutionResult result = engine.Wait(execution);
//
// JSON is given and taken as text, as in the AWS API. An Engine is thread-safe; several may live in one process, each
// with its own database.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#if defined(__GNUC__)
#define GAIT_EXPORT __attribute__((visibility("default")))
#else
#define GAIT_EXPORT
#endif

namespace gait {

struct EngineOptions {
  // The SQLite file, made if it is missing. Empty: in memory, and gone with the engine.
  std::string database = {};
  // Look only: several processes may, also while another runs the database. Operations that write are refused.
  bool read_only = false;
  // Go on with the executions that were running when the database was last open.
  bool resume = true;
  // The account and region in every ARN.
  std::string account_id = "123456789012";
  std::string region = "us-east-1";
  // Enforce AWS's quotas: payloads of 262,144 bytes, histories of 25,000 events, ...
  bool aws_limits = true;
  // Jump over waits, retries' delays and time-outs: time moves on when nothing else can happen.
  bool virtual_clock = false;
  // Threads that run executions; 0: as many as there are cores.
  int workers = 0;
  // The targets file, which says where a task's Resource goes: docs/targets.md. Empty: none.
  std::string targets_file = {};
  // Where every Lambda function goes that the targets file does not name: the URL of a host that speaks Lambda's Invoke
  // API.
  std::string lambda_endpoint = {};
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
};

// Thrown by a function to fail its task: the error name that Retry and Catch match, and the message.
class GAIT_EXPORT TaskError : public std::runtime_error {
 public:
  TaskError(std::string error, const std::string& message) : std::runtime_error(message), error_(std::move(error)) {}
  const std::string& error() const { return error_; }

 private:
  std::string error_;
};

// Returns the JSON text of the task's output. Runs on a thread of the engine's; may block.
using Function = std::function<std::string(const TaskInput&)>;

struct ExecutionResult {
  // SUCCEEDED, FAILED, TIMED_OUT or ABORTED. RUNNING: it goes on when the engine is opened again, for the database
  // could not be written, or for a bug; the log says which.
  std::string status;
  std::string output;                // JSON, of one that succeeded
  std::optional<std::string> error;  // of one that failed
  std::optional<std::string> cause;
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
  // Opens the database and takes up every execution that was running when it was last closed, or when its process
  // ended. Throws EngineError.
  explicit Engine(EngineOptions options);
  // Nothing moves after this; running executions go on when the database is opened again.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Makes `function` the target of the Lambda function `name`, before the targets file. "*" takes all that are not
  // named. With `idempotent`, a task that was under way when the engine stopped is given out again.
  void RegisterFunction(std::string name, Function function, bool idempotent = false);

  // The operations that an embedding program needs most. Each throws OperationError where AWS answers with an error.
  // Creates the state machine or, if there is one of this name, gives it this definition. Returns its ARN.
  std::string CreateStateMachine(std::string_view name, std::string_view definition,
                                 std::string_view type = "STANDARD");
  // Returns the execution's ARN when its start is durable. An empty name is a new UUID.
  std::string StartExecution(std::string_view state_machine_arn, std::string_view input = "{}",
                             std::string_view name = "");
  // Waits until the STANDARD execution has ended, durably.
  ExecutionResult Wait(std::string_view execution_arn);
  // Calls `ended` then, on a thread of the engine's (at once, on this one, if it has ended already). Must not block.
  void WhenEnded(std::string_view execution_arn, std::function<void(const ExecutionResult&)> ended);
  // Runs an execution of an EXPRESS state machine to its end. Nothing of it is stored.
  ExecutionResult StartSyncExecution(std::string_view state_machine_arn, std::string_view input = "{}",
                                     std::string_view name = "");

  // Any operation of the AWS Step Functions API that gait has, with its request as JSON. The answer comes once, from
  // any thread. https://docs.aws.amazon.com/step-functions/latest/apireference/
  void Call(std::string_view operation, std::string_view request, std::function<void(OperationAnswer)> done);
  // The same, waiting for the answer.
  OperationAnswer Call(std::string_view operation, std::string_view request);

  // For the program `gait` alone.
  EngineCore& core() { return *core_; }

 private:
  std::unique_ptr<EngineCore> core_;
};

// gait's version, "0.1.0".
GAIT_EXPORT std::string_view Version();

}  // namespace gait
