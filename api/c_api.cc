// gait.h over gait.hpp.
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "api/engine.h"
#include "api/gait.h"
#include "engine/base/check.h"
#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

struct gait_options {
  gait::EngineOptions options;
};

struct gait_engine {
  explicit gait_engine(gait::EngineOptions options) : engine(std::move(options)) {}

  gait::Engine engine;
  std::mutex mutex;
  std::condition_variable left;
  int calls = 0;  // guarded by mutex; under way
};

struct gait_task {
  gait::TaskInput input;
  gait::Completion completion;
};

namespace gait {
namespace {

// What is wrong with a call.
struct InvalidCall {
  std::string message;
};

struct LastError {
  std::string code, message;
};
thread_local LastError last_error;

gait_status Failed(gait_status status, std::string_view code, std::string_view message) noexcept {
  try {
    last_error = {std::string(code), std::string(message)};
  } catch (...) {  // no memory for it: the status has to do
    last_error.code.clear();
    last_error.message.clear();
  }
  return status;
}

// Runs the body of a function of gait.h. Nothing that it throws goes on.
template <typename F>
gait_status Guard(F body) noexcept {
  try {
    body();
    return GAIT_OK;
  } catch (const InvalidCall& e) {
    return Failed(GAIT_INVALID, "", e.message);
  } catch (const OperationError& e) {
    return Failed(GAIT_REFUSED, e.code(), e.what());
  } catch (const EngineError& e) {
    return Failed(GAIT_UNAVAILABLE, "", e.what());
  } catch (const EnvironmentError& e) {
    return Failed(GAIT_UNAVAILABLE, "", e.what());
  } catch (const std::exception& e) {
    return Failed(GAIT_FAILED, "", e.what());
  } catch (...) {
    return Failed(GAIT_FAILED, "", "unknown");
  }
}

template <typename T>
T& Required(T* handle, const char* name) {
  if (handle == nullptr) throw InvalidCall{std::string(name) + " is NULL"};
  return *handle;
}

std::string_view Text(const char* text, const char* name) {
  const std::string_view view = &Required(text, name);
  if (!IsUtf8(view)) throw InvalidCall{std::string(name) + " is not UTF-8"};
  return view;
}

std::string_view TextOr(const char* text, const char* name, std::string_view otherwise) {
  return text == nullptr ? otherwise : Text(text, name);
}

// Gives a text to the caller, who frees it.
void Give(char** to, std::string_view text) {
  if (to == nullptr) return;
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  *to = copy;
}

// A call of an engine, which gait_close waits for.
class CallOf {
 public:
  explicit CallOf(gait_engine& engine) : engine_(engine) {
    const std::lock_guard lock(engine_.mutex);
    ++engine_.calls;
  }
  ~CallOf() {
    const std::lock_guard lock(engine_.mutex);
    if (--engine_.calls == 0) engine_.left.notify_all();
  }
  CallOf(const CallOf&) = delete;
  CallOf& operator=(const CallOf&) = delete;

 private:
  gait_engine& engine_;
};

// As Guard, for a function of an engine.
template <typename F>
gait_status GuardCall(gait_engine* engine, F body) noexcept {
  if (engine == nullptr) return Failed(GAIT_INVALID, "", "engine is NULL");
  const CallOf call(*engine);
  const gait_status status = Guard([&] { body(engine->engine); });
  return status != GAIT_OK && status != GAIT_INVALID && engine->engine.core().stopped()
             ? Failed(GAIT_STOPPED, "", "the engine was closed")
             : status;
}

Value Perform(Engine& engine, std::string_view operation, const Value& request) {
  EngineCore& core = engine.core();
  ApiResult result = core.Await<ApiResult>([&](auto done) { core.Call(operation, request, done); }).value_or(Stopped());
  if (const auto* error = std::get_if<ApiError>(&result)) throw OperationError(error->code, error->message);
  return std::get<Value>(std::move(result));
}

std::string Describe(Engine& engine, std::string_view execution_arn) {
  return ToJson(Perform(engine, "DescribeExecution", Value::Object({{"executionArn", Value::String(execution_arn)}})));
}

template <typename T>
gait_status Set(gait_options* options, T EngineOptions::*member, T value) noexcept {
  return Guard([&] { Required(options, "options").options.*member = std::move(value); });
}

gait_status SetText(gait_options* options, std::string EngineOptions::*member, const char* text, const char* name) {
  return Guard([&] { Required(options, "options").options.*member = Text(text, name); });
}

}  // namespace
}  // namespace gait

using namespace gait;  // NOLINT: the functions below are C's

const char* gait_last_error_code(void) { return last_error.code.c_str(); }
const char* gait_last_error_message(void) { return last_error.message.c_str(); }
void gait_string_free(char* text) { std::free(text); }
const char* gait_version(void) { return Version().data(); }  // a literal

gait_options* gait_options_new(void) {
  gait_options* options = nullptr;
  Guard([&] { options = new gait_options; });
  return options;
}

void gait_options_free(gait_options* options) { delete options; }

gait_status gait_options_set_database(gait_options* options, const char* path) {
  return SetText(options, &EngineOptions::database, path, "path");
}

gait_status gait_options_set_read_only(gait_options* options, int read_only) {
  return Set(options, &EngineOptions::read_only, read_only != 0);
}

gait_status gait_options_set_account(gait_options* options, const char* account_id, const char* region) {
  return Guard([&] {
    EngineOptions& o = Required(options, "options").options;
    const std::string id(Text(account_id, "account_id"));
    o.region = Text(region, "region");
    o.account_id = id;
  });
}

gait_status gait_options_set_aws_limits(gait_options* options, int aws_limits) {
  return Set(options, &EngineOptions::aws_limits, aws_limits != 0);
}

gait_status gait_options_set_virtual_clock(gait_options* options, int virtual_clock) {
  return Set(options, &EngineOptions::virtual_clock, virtual_clock != 0);
}

gait_status gait_options_set_workers(gait_options* options, int workers) {
  return Set(options, &EngineOptions::workers, workers);
}

gait_status gait_options_set_targets_file(gait_options* options, const char* path) {
  return SetText(options, &EngineOptions::targets_file, path, "path");
}

gait_status gait_options_set_mock_config_file(gait_options* options, const char* path) {
  return SetText(options, &EngineOptions::mock_config_file, path, "path");
}

gait_status gait_options_set_lambda_endpoint(gait_options* options, const char* url) {
  return SetText(options, &EngineOptions::lambda_endpoint, url, "url");
}

gait_status gait_options_set_service_models(gait_options* options, const char* path) {
  return SetText(options, &EngineOptions::service_models, path, "path");
}

gait_status gait_options_set_log(gait_options* options, gait_log log, void* user_data) {
  return Guard([&] {
    Required(log, "log");
    Required(options, "options").options.log = [log, user_data](std::string_view line) {
      log(std::string(line).c_str(), user_data);
    };
  });
}

gait_status gait_open(const gait_options* options, gait_engine** engine) {
  if (engine != nullptr) *engine = nullptr;
  return Guard([&] {
    gait_engine*& to = Required(engine, "engine");
    EngineOptions chosen;
    if (options != nullptr) chosen = options->options;
    chosen.resume = false;  // gait_start does it
    to = new gait_engine(std::move(chosen));
  });
}

gait_status gait_start(gait_engine* engine) {
  return GuardCall(engine, [](Engine& e) { e.Start(); });
}

void gait_close(gait_engine* engine) {
  if (engine == nullptr) return;
  Guard([&] { engine->engine.Stop(); });
  {
    std::unique_lock lock(engine->mutex);
    engine->left.wait(lock, [&] { return engine->calls == 0; });
  }
  delete engine;
}

gait_status gait_create_state_machine(gait_engine* engine, const char* name, const char* definition, const char* type,
                                      char** state_machine_arn) {
  if (state_machine_arn != nullptr) *state_machine_arn = nullptr;
  return GuardCall(engine, [&](Engine& e) {
    Give(state_machine_arn,
         e.CreateStateMachine(Text(name, "name"), Text(definition, "definition"), TextOr(type, "type", "STANDARD")));
  });
}

gait_status gait_start_execution(gait_engine* engine, const char* state_machine_arn, const char* input,
                                 const char* name, char** execution_arn) {
  if (execution_arn != nullptr) *execution_arn = nullptr;
  return GuardCall(engine, [&](Engine& e) {
    Give(execution_arn, e.StartExecution(Text(state_machine_arn, "state_machine_arn"), TextOr(input, "input", "{}"),
                                         TextOr(name, "name", "")));
  });
}

gait_status gait_wait(gait_engine* engine, const char* execution_arn, int64_t at_most_ms, char** description) {
  if (description != nullptr) *description = nullptr;
  bool over = true;
  const gait_status status = GuardCall(engine, [&](Engine& e) {
    const std::string_view arn = Text(execution_arn, "execution_arn");
    if (at_most_ms < 0) {
      e.Wait(arn);
    } else {
      over = e.WaitFor(arn, std::chrono::milliseconds(at_most_ms)).has_value();
    }
    if (over) Give(description, Describe(e, arn));
  });
  return over ? status : Failed(GAIT_TIMED_OUT, "", "the execution still runs");
}

gait_status gait_describe_execution(gait_engine* engine, const char* execution_arn, char** description) {
  if (description != nullptr) *description = nullptr;
  return GuardCall(engine, [&](Engine& e) {
    Required(description, "description");
    Give(description, Describe(e, Text(execution_arn, "execution_arn")));
  });
}

gait_status gait_get_execution_history(gait_engine* engine, const char* execution_arn, char** history) {
  if (history != nullptr) *history = nullptr;
  return GuardCall(engine, [&](Engine& e) {
    Required(history, "history");
    Give(history, e.ExecutionHistory(Text(execution_arn, "execution_arn")));
  });
}

gait_status gait_call(gait_engine* engine, const char* operation, const char* request, char** answer) {
  if (answer != nullptr) *answer = nullptr;
  return GuardCall(engine, [&](Engine& e) {
    const std::string_view name = Text(operation, "operation");
    const JsonParse parse = ParseJson(&Required(request, "request"));
    if (!parse) throw OperationError("SerializationException", "The request is not JSON: " + parse.error.message);
    Give(answer, ToJson(Perform(e, name, *parse.value)));
  });
}

gait_status gait_send_task_success(gait_engine* engine, const char* task_token, const char* output) {
  return GuardCall(engine, [&](Engine& e) {
    Perform(e, "SendTaskSuccess",
            Value::Object({{"taskToken", Value::String(Text(task_token, "task_token"))},
                           {"output", Value::String(Text(output, "output"))}}));
  });
}

gait_status gait_send_task_failure(gait_engine* engine, const char* task_token, const char* error, const char* cause) {
  return GuardCall(engine, [&](Engine& e) {
    Value request = Value::Object({{"taskToken", Value::String(Text(task_token, "task_token"))}});
    if (error != nullptr) request = std::move(request).With("error", Value::String(Text(error, "error")));
    if (cause != nullptr) request = std::move(request).With("cause", Value::String(Text(cause, "cause")));
    Perform(e, "SendTaskFailure", request);
  });
}

gait_status gait_send_task_heartbeat(gait_engine* engine, const char* task_token) {
  return GuardCall(engine, [&](Engine& e) {
    Perform(e, "SendTaskHeartbeat", Value::Object({{"taskToken", Value::String(Text(task_token, "task_token"))}}));
  });
}

gait_status gait_register_function(gait_engine* engine, const char* name, gait_function function, void* user_data,
                                   int idempotent) {
  return GuardCall(engine, [&](Engine& e) {
    Required(function, "function");
    const auto begin = [function, user_data](TaskInput input, Completion completion) {
      function(new gait_task{std::move(input), std::move(completion)}, user_data);
    };
    e.RegisterAsyncFunction(std::string(Text(name, "name")), begin, idempotent != 0);
  });
}

const char* gait_task_input(const gait_task* task) { return task == nullptr ? nullptr : task->input.payload.c_str(); }

const char* gait_task_function(const gait_task* task) {
  return task == nullptr ? nullptr : task->input.function.c_str();
}

const char* gait_task_execution_arn(const gait_task* task) {
  return task == nullptr ? nullptr : task->input.execution_arn.c_str();
}

const char* gait_task_state_name(const gait_task* task) {
  return task == nullptr ? nullptr : task->input.state_name.c_str();
}

const char* gait_task_idempotency_key(const gait_task* task) {
  return task == nullptr ? nullptr : task->input.idempotency_key.c_str();
}

const char* gait_task_token(const gait_task* task) {
  return task == nullptr ? nullptr : task->input.task_token.c_str();
}

int gait_task_attempt(const gait_task* task) { return task == nullptr ? 0 : task->input.attempt; }

gait_status gait_task_succeed(gait_task* task, const char* output) {
  return Guard([&] {
    const gait_task& t = Required(task, "task");
    const std::string_view text = &Required(output, "output");
    if (const JsonParse parse = ParseJson(text); !parse) {
      throw InvalidCall{"output is not JSON: " + parse.error.message};
    }
    t.completion.Succeed(std::string(text));
  });
}

gait_status gait_task_fail(gait_task* task, const char* error, const char* cause) {
  return Guard([&] {
    const gait_task& t = Required(task, "task");
    t.completion.Fail(std::string(Text(error, "error")), std::string(TextOr(cause, "cause", "")));
  });
}

void gait_task_release(gait_task* task) { delete task; }

gait_status gait_observe(gait_engine* engine, gait_observer observer, void* user_data) {
  return GuardCall(engine, [&](Engine& e) {
    Required(observer, "observer");
    e.Observe([observer, user_data](const Observation& o) {
      observer(o.execution_arn.c_str(), o.event.c_str(), o.status.empty() ? nullptr : o.status.c_str(), user_data);
    });
  });
}
