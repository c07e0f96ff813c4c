// gait's public header for C, and for whatever calls C: a durable Amazon States Language engine within a program.
//
//   gait_engine* engine = NULL;
//   if (gait_open(options, &engine) != GAIT_OK) return fail(gait_last_error_message());
//   gait_register_function(engine, "Charge", charge, NULL, /*idempotent=*/1);
//   gait_start(engine);
//   gait_create_state_machine(engine, "orders", definition, NULL, &machine);
//   gait_start_execution(engine, machine, "{\"order\": 17}", NULL, &execution);
//   gait_wait(engine, execution, /*at_most_ms=*/-1, &description);
//
// What holds for all functions:
// - Texts are UTF-8 and end with a zero byte. JSON is given and taken as text, in the shapes of the AWS API.
// - A text that comes back through a `char**` is the caller's, to be freed with gait_string_free. When the function
//   fails, it is NULL. A text that comes back as a `const char*` stays gait's; each function says how long it stays.
// - NULL where a text or a handle is required is GAIT_INVALID, and nothing is done.
// - No exception leaves a function.
// - A handle may be used from any thread, also from several at once; gait_options alone is one thread's at a time.
//
// C++ programs have gait.hpp.
#ifndef GAIT_GAIT_H
#define GAIT_GAIT_H

#include <stdint.h>

#ifndef GAIT_EXPORT
#if defined(__GNUC__)
#define GAIT_EXPORT __attribute__((visibility("default")))
#else
#define GAIT_EXPORT
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

// The numbers never change.
typedef enum gait_status {
  GAIT_OK = 0,
  GAIT_REFUSED = 1,      // the API refuses the operation; gait_last_error_code is AWS's name of the error
  GAIT_INVALID = 2,      // the call is wrong: NULL, or no JSON, where that cannot be
  GAIT_UNAVAILABLE = 3,  // gait cannot work here: the database is another process's, the disk is full, ...
  GAIT_TIMED_OUT = 4,    // gait_wait alone
  GAIT_STOPPED = 5,      // the engine was closed meanwhile
  GAIT_FAILED = 6        // a bug of gait's, or memory ran out
} gait_status;

// Of the last call on this thread that did not return GAIT_OK; "" before the first. The texts stay until the next call
// on this thread. The code is AWS's name of the error for GAIT_REFUSED ("ExecutionDoesNotExist"), else "".
GAIT_EXPORT const char* gait_last_error_code(void);
GAIT_EXPORT const char* gait_last_error_message(void);

// NULL is allowed.
GAIT_EXPORT void gait_string_free(char* text);

// "0.1.0", for ever.
GAIT_EXPORT const char* gait_version(void);

// ---- Options

// What an engine is opened with. gait_open copies it.
typedef struct gait_options gait_options;

// NULL if memory ran out.
GAIT_EXPORT gait_options* gait_options_new(void);
// NULL is allowed.
GAIT_EXPORT void gait_options_free(gait_options* options);

// The SQLite file, made if it is missing. Without one: in memory, and gone with the engine.
GAIT_EXPORT gait_status gait_options_set_database(gait_options* options, const char* path);
// Look only: several processes may, also while another runs the database. Operations that write are refused.
GAIT_EXPORT gait_status gait_options_set_read_only(gait_options* options, int read_only);
// The account and region in every ARN: "123456789012" and "us-east-1".
GAIT_EXPORT gait_status gait_options_set_account(gait_options* options, const char* account_id, const char* region);
// Whether AWS's quotas are enforced: 1.
GAIT_EXPORT gait_status gait_options_set_aws_limits(gait_options* options, int aws_limits);
// Whether waits, retries' delays and time-outs are jumped over: 0.
GAIT_EXPORT gait_status gait_options_set_virtual_clock(gait_options* options, int virtual_clock);
// Threads that run executions. 0: as many as there are cores.
GAIT_EXPORT gait_status gait_options_set_workers(gait_options* options, int workers);
// The targets file, which says where a task's Resource goes: docs/targets.md.
GAIT_EXPORT gait_status gait_options_set_targets_file(gait_options* options, const char* path);
// The mock configuration, in the format of Step Functions Local: docs/mocks.md.
GAIT_EXPORT gait_status gait_options_set_mock_config_file(gait_options* options, const char* path);
// Where every Lambda function goes that has no other target: the URL of a host that speaks Lambda's Invoke API.
GAIT_EXPORT gait_status gait_options_set_lambda_endpoint(gait_options* options, const char* url);
// A folder of botocore's service models, which TestState checks mocked results against: docs/test-state.md.
GAIT_EXPORT gait_status gait_options_set_service_models(gait_options* options, const char* path);

// Gets one line for what a person should know, from any thread. `line` stays until it returns.
typedef void (*gait_log)(const char* line, void* user_data);
GAIT_EXPORT gait_status gait_options_set_log(gait_options* options, gait_log log, void* user_data);

// ---- Engines

// Several may live in one process, each with its own database.
typedef struct gait_engine gait_engine;

// Opens the database. `options` may be NULL. GAIT_UNAVAILABLE if the database is open elsewhere, by another engine of
// this process too, or the targets file is wrong.
GAIT_EXPORT gait_status gait_open(const gait_options* options, gait_engine** engine);

// Takes up the executions that were running when the database was last open. Call it once the functions that they call
// are registered; new executions run without it. Does nothing the second time.
GAIT_EXPORT gait_status gait_start(gait_engine* engine);

// Ends the engine and frees the handle. Executions that run go on when the database is opened and started again.
// - Calls of the engine on other threads come back, with GAIT_STOPPED if they have no answer yet. None may begin from
// now
//   on, except by callbacks, which get GAIT_STOPPED; those that run are waited for, and none is called after.
// - Tasks that have no answer yet keep their handles, which may still be answered, to no effect, and must be released.
// NULL is allowed. Not from within a callback.
GAIT_EXPORT void gait_close(gait_engine* engine);

// ---- Executions

// Creates the state machine or, if there is one of this name, gives it this definition. `type` is "STANDARD" or
// "EXPRESS", or NULL for STANDARD. `state_machine_arn` may be NULL.
GAIT_EXPORT gait_status gait_create_state_machine(gait_engine* engine, const char* name, const char* definition,
                                                  const char* type, char** state_machine_arn);

// Returns when the start is durable. `input` may be NULL, for "{}"; `name` too, for a new UUID; `execution_arn` too.
GAIT_EXPORT gait_status gait_start_execution(gait_engine* engine, const char* state_machine_arn, const char* input,
                                             const char* name, char** execution_arn);

// Waits until a STANDARD execution has ended, durably, for `at_most_ms` milliseconds (negative: for as long as it
// takes), then describes it as gait_describe_execution does. GAIT_TIMED_OUT if it still runs then. One that is
// left for gait_start is described at once, as RUNNING. `description` may be NULL.
GAIT_EXPORT gait_status gait_wait(gait_engine* engine, const char* execution_arn, int64_t at_most_ms,
                                  char** description);

// What DescribeExecution answers: an object with status, input, output (JSON as a text), error, cause, ...
GAIT_EXPORT gait_status gait_describe_execution(gait_engine* engine, const char* execution_arn, char** description);

// What GetExecutionHistory answers, {"events": [...]}, with all events on one page.
GAIT_EXPORT gait_status gait_get_execution_history(gait_engine* engine, const char* execution_arn, char** history);

// Any operation of the AWS Step Functions API that gait has, by its name, with its request as JSON; waits for the
// answer. `answer` may be NULL. https://docs.aws.amazon.com/step-functions/latest/apireference/
GAIT_EXPORT gait_status gait_call(gait_engine* engine, const char* operation, const char* request, char** answer);

// Answers the task of a task token (.waitForTaskToken, activities). `output` is JSON; `error` and `cause` may be NULL.
GAIT_EXPORT gait_status gait_send_task_success(gait_engine* engine, const char* task_token, const char* output);
GAIT_EXPORT gait_status gait_send_task_failure(gait_engine* engine, const char* task_token, const char* error,
                                               const char* cause);
GAIT_EXPORT gait_status gait_send_task_heartbeat(gait_engine* engine, const char* task_token);

// ---- Functions of the program

// One invocation of a function: what it is given, and who waits for its answer. Lives until it is released, also when
// the engine is closed before.
typedef struct gait_task gait_task;

// Does a task's work, or begins it. Called on a thread of the engine's; may block, which keeps one of 64 such threads,
// or return before there is an answer, which keeps none. The task's handle is the function's: it must be released,
// once, within the call or later, on any thread. A C++ exception that leaves the function fails the task.
typedef void (*gait_function)(gait_task* task, void* user_data);

// Makes `function` the target of the Lambda function `name`, before the targets file, in the place of the one it had.
// "*" takes all that are not named. If `idempotent` is not 0, a task that was under way when the engine stopped is
// given out again when it starts. `user_data` must last until the engine is closed.
GAIT_EXPORT gait_status gait_register_function(gait_engine* engine, const char* name, gait_function function,
                                               void* user_data, int idempotent);

// What the function is told. The texts stay until the task is released.
GAIT_EXPORT const char* gait_task_input(const gait_task* task);     // JSON
GAIT_EXPORT const char* gait_task_function(const gait_task* task);  // the name it was called by
GAIT_EXPORT const char* gait_task_execution_arn(const gait_task* task);
GAIT_EXPORT const char* gait_task_state_name(const gait_task* task);
// The same for every delivery of one attempt.
GAIT_EXPORT const char* gait_task_idempotency_key(const gait_task* task);
// "" unless the task waits for a token: then that answers it, and what the function answers only says that it began.
GAIT_EXPORT const char* gait_task_token(const gait_task* task);
// 0 for the first.
GAIT_EXPORT int gait_task_attempt(const gait_task* task);

// Answers the task, from any thread. The first answer counts; it is dropped if nobody waits any more, because the state
// has timed out, the execution was stopped, or the engine closed: GAIT_OK as well. An output that is no JSON is
// GAIT_INVALID, and no answer. `error` is the name that Retry and Catch match; `cause` may be NULL. Neither releases
// it.
GAIT_EXPORT gait_status gait_task_succeed(gait_task* task, const char* output);
GAIT_EXPORT gait_status gait_task_fail(gait_task* task, const char* error, const char* cause);

// Gives the handle back. A task without an answer fails with the error "Function.NoAnswer". NULL is allowed.
GAIT_EXPORT void gait_task_release(gait_task* task);

// ---- Observers

// Told of every history event of every execution, when it is durable (of EXPRESS: when it has happened). `event` is as
// GetExecutionHistory gives it. `status` is what the execution's status has become by it, in the words of AWS's "Step
// Functions Execution Status Change" (RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED), else NULL. The texts stay until
// it returns.
// The events of one execution come one after the other, in their order: the first before gait_start_execution returns,
// the last before gait_wait does. Those of different executions may come at once, on different threads. Must return
// soon, as nothing else becomes durable meanwhile; so it must not call the engine.
typedef void (*gait_observer)(const char* execution_arn, const char* event, const char* status, void* user_data);

// From now on and until the engine is closed. Register it before gait_start to miss nothing.
GAIT_EXPORT gait_status gait_observe(gait_engine* engine, gait_observer observer, void* user_data);

#ifdef __cplusplus
}
#endif

#endif
