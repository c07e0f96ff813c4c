#include "api/engine.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "api/executions.h"
#include "api/operation_table.h"
#include "api/redrive.h"
#include "api/retention.h"
#include "api/state_machines.h"
#include "engine/base/check.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "states/state_table.h"

namespace gait {
namespace {

constexpr size_t kPage = 1000;  // of what is listed

int WorkersOf(const EngineOptions& options) {
  if (options.workers > 0) return options.workers;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

StateMachineType TypeOf(std::string_view type) {
  return type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
}

std::unique_ptr<Store> OpenStore(const EngineOptions& options) {
  if (options.database.empty()) return std::make_unique<MemoryStore>();
  return options.read_only ? SqliteStore::OpenReadOnly(options.database) : SqliteStore::Open(options.database);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) throw EnvironmentError("cannot read the targets file " + path);
  return std::move(text).str();
}

// The targets file, and where all goes that it does not name.
Targets TargetsOf(const EngineOptions& options) {
  Targets targets;
  if (!options.targets_file.empty()) {
    const std::filesystem::path path = options.targets_file;
    const bool yaml = path.extension() == ".yaml" || path.extension() == ".yml";
    TargetsParse parse =
        ReadTargets(ReadAll(path), yaml ? DocumentFormat::kYaml : DocumentFormat::kJson, path.parent_path().string());
    std::string errors;
    for (const Diagnostic& d : parse.diagnostics) {
      if (d.severity != Severity::kError) continue;
      errors += "\n  " + path.string() + ":" + std::to_string(d.position.line) + ":" +
                std::to_string(d.position.column) + ": " + d.message + (d.hint.empty() ? "" : " (" + d.hint + ")") +
                " [" + d.rule + "]";
    }
    if (!errors.empty()) throw EnvironmentError("the targets file is wrong:" + errors);
    targets = std::move(parse.targets);
  }
  if (!options.lambda_endpoint.empty()) {
    if (!IsEndpoint(options.lambda_endpoint)) {
      throw EnvironmentError("the Lambda endpoint '" + options.lambda_endpoint +
                             "' is not an http or https URL without a query");
    }
    targets.functions.try_emplace("*", FunctionTarget{EndpointTarget{options.lambda_endpoint}});
  }
  return targets;
}

// Calls a function of the public header's with its form of the call.
template <typename F>
auto CallWith(const FunctionCall& call, F function) {
  try {
    return function(TaskInput{call.payload, call.function, call.execution_arn, call.state_name, call.idempotency_key,
                              call.attempt, call.task_token});
  } catch (const TaskError& e) {
    throw FunctionError(e.error(), e.what());
  }
}

// What the execution's status becomes by the event; "" for one that does not change it.
std::string_view StatusAfter(EventType type) {
  switch (type) {
    case EventType::kExecutionStarted:
    case EventType::kExecutionRedriven: return StatusName(ExecutionStatus::kRunning);
    case EventType::kExecutionSucceeded: return StatusName(ExecutionStatus::kSucceeded);
    case EventType::kExecutionFailed: return StatusName(ExecutionStatus::kFailed);
    case EventType::kExecutionTimedOut: return StatusName(ExecutionStatus::kTimedOut);
    case EventType::kExecutionAborted: return StatusName(ExecutionStatus::kAborted);
    default: return "";
  }
}

ExecutionResult ResultOf(ExecutionStatus status, const Payload& output, std::optional<std::string> error,
                         std::optional<std::string> cause) {
  return {std::string(StatusName(status)), status == ExecutionStatus::kSucceeded ? output.text() : "", std::move(error),
          std::move(cause)};
}

}  // namespace

EngineCore::EngineCore(EngineOptions options)
    : options_(std::move(options)),
      account_{options_.account_id, options_.region, "aws"},
      quotas_(options_.aws_limits ? Quotas::Aws() : Quotas::Off()),
      random_(std::make_unique<SystemRandom>()),
      store_(OpenStore(options_)),
      redrives_(std::make_unique<RedrivesUnderWay>()) {
  RunnerOptions runner;
  runner.workers = WorkersOf(options_);
  runner.quotas = quotas_;
  if (options_.virtual_clock) {
    auto clock = std::make_unique<VirtualClock>(SystemClock().Now());
    runner.virtual_clock = clock.get();
    clock_ = std::move(clock);
  } else {
    clock_ = std::make_unique<SystemClock>();
  }
  const auto log = [log = options_.log](const std::string& line) {
    if (log) log(line);
  };
  integrations_ = std::make_unique<IntegrationTable>(
      TargetsOf(options_), quotas_, *random_, [this] { return clock_->Now(); },
      [log](const FunctionLogLine& l) { log(std::string(l.function) + ": " + std::string(l.line)); }, own_service_);
  runner.log = log;
  runner.integration_of = [this](const TaskResource& resource) { return integrations_->Find(resource); };
  runner.stop_task = [this](const TaskId& id) { integrations_->StopTask(id); };
  first_execution_ = store_->next_ids().execution;
  runner_ = std::make_unique<Runner>(*store_, *clock_, *random_, std::move(runner));
  for (int64_t after = 0;;) {
    const auto activities = store_->ListActivities(after, kPage);
    for (const ActivityRecord& a : activities) runner_->activities().Register(ActivityArn(account_, a.name));
    if (activities.size() < kPage) break;
    after = activities.back().id;
  }
  if (options_.resume) Start();
  if (!options_.read_only && options_.retention_seconds > 0) {
    retention_ =
        std::make_unique<Retention>(*store_, *clock_, Duration::Seconds(options_.retention_seconds), *redrives_, log);
  }
}

void EngineCore::Start() {
  if (options_.read_only || started_.exchange(true)) return;
  const std::vector<MapRunRecord> map_runs = store_->RunningMapRuns();
  std::vector<ExecutionRecord> running = store_->RunningExecutions();
  // Those that were started, or redriven, since the database was opened are under way.
  std::erase_if(running, [this](const ExecutionRecord& e) {
    const std::lock_guard lock(redrives_->mutex);
    return e.id >= first_execution_ || redrives_->before_start.contains(e.id);
  });
  // The children of a Map Run, and nested executions, come before who waits for them: they were started later.
  std::reverse(running.begin(), running.end());
  Recover(running, /*resume=*/true);
  runner_->StopAbandoned(map_runs);
  std::vector<StateMachineRecord> page;
  do {
    page = store_->ListStateMachines(page.empty() ? "" : page.back().name, kPage);
    for (const StateMachineRecord& machine : page) {
      if (machine.deleting) FinishDeletion(*this, machine);
    }
  } while (page.size() == kPage);
}

void EngineCore::Stop() {
  std::call_once(stop_, [this] {
    retention_.reset();
    runner_->StopClock();
    // Functions of the program may be among those who wait. That their call gets no answer must not be theirs, durably:
    // nobody hears them from now on.
    integrations_->lambda().GiveUp();
    stopped_ = true;
    waiting_.Stop();
    integrations_->Stop();  // no answers any more
    runner_->Stop();
  });
}

EngineCore::~EngineCore() {
  Stop();
  integrations_.reset();  // what it still holds of the runner is there until now
}

ServiceModels& EngineCore::service_models() {
  std::call_once(find_service_models_, [this] {
    std::vector<std::string> folders;
    if (!options_.service_models.empty()) folders.push_back(options_.service_models);
    service_models_ = std::make_unique<ServiceModels>(std::move(folders));
  });
  return *service_models_;
}

CompileResult EngineCore::Compile(std::string_view definition, std::string_view type, bool to_execute) const {
  CompileOptions options;
  options.states = StateTypes();
  options.type = TypeOf(type);
  options.quotas = quotas_;
  options.to_execute = to_execute;
  return CompileDefinition(definition, options);
}

std::shared_ptr<const StateMachine> EngineCore::MachineOf(int64_t definition_id) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = machines_.find(definition_id);
    if (it != machines_.end()) return it->second;
  }
  const auto definition = store_->GetDefinition(definition_id);
  GAIT_CHECK(definition != nullptr, "an execution's definition is not in the store");
  const auto machine = store_->GetStateMachine(definition->state_machine_id);
  // It compiled when it was stored; that quotas were off then is no reason to refuse it now.
  CompileOptions options;
  options.states = StateTypes();
  options.type = machine ? TypeOf(machine->type) : StateMachineType::kStandard;
  options.quotas = Quotas::Off();
  CompileResult compiled = CompileDefinition(definition->text, options);
  GAIT_CHECK(compiled.machine != nullptr, "a stored definition does not compile");
  const std::lock_guard lock(mutex_);
  return machines_.emplace(definition_id, std::move(compiled.machine)).first->second;
}

StartRequest EngineCore::RequestOf(const StateMachineRecord& machine, const DefinitionRecord& definition,
                                   std::string name) {
  StartRequest request;
  request.info.type = TypeOf(machine.type);
  request.info.arn = request.info.type == StateMachineType::kExpress
                         ? ExpressExecutionArn(account_, machine.name, name, random_->Uuid())
                         : ExecutionArn(account_, machine.name, name);
  request.info.name = std::move(name);
  request.info.state_machine_arn = StateMachineArn(account_, machine.name);
  request.info.state_machine_name = machine.name;
  request.info.role_arn = definition.role_arn;
  request.info.account = account_;
  request.machine = MachineOf(definition.id);
  request.state_machine_id = machine.id;
  request.definition_id = definition.id;
  return request;
}

void EngineCore::Recover(const std::vector<ExecutionRecord>& executions, bool resume) {
  // Thousands of executions have a few revisions.
  std::map<int64_t, std::pair<StateMachineRecord, std::shared_ptr<const DefinitionRecord>>> revisions;
  for (const ExecutionRecord& execution : executions) {
    auto revision = revisions.find(execution.definition_id);
    if (revision == revisions.end()) {
      auto machine = store_->GetStateMachine(execution.state_machine_id);
      const auto definition = store_->GetDefinition(execution.definition_id);
      GAIT_CHECK(machine && definition, "a running execution's state machine is not in the store");
      revision = revisions.emplace(execution.definition_id, std::pair(*std::move(machine), definition)).first;
    }
    const auto& [machine, definition] = revision->second;
    Recover(execution, RequestOf(machine, *definition, execution.name), resume);
  }
}

void EngineCore::Recover(const ExecutionRecord& execution, StartRequest request, bool resume) {
  if (execution.map_run_id != 0) {
    const auto run = store_->GetMapRun(execution.map_run_id);
    GAIT_CHECK(run.has_value(), "a child's map run is not in the store");
    ChildOfMapRun(request, MapRunLabel(run->arn));
    request.graph = request.machine->graph().Find(run->state_name)->ChildGraph(0);
    request.map_run_id = execution.map_run_id;
    request.map_index = execution.map_index;
  }
  runner_->Recover(std::move(request), execution, resume);
}

void EngineCore::Call(std::string_view name, const Value& request, Respond respond) {
  const auto operations = Operations();
  const auto operation =
      std::find_if(operations.begin(), operations.end(), [&](const Operation& o) { return o.name == name; });
  if (operation == operations.end()) {
    return respond(ApiError{"UnknownOperationException", "There is no operation '" + std::string(name) + "'"});
  }
  if (auto error = CheckRequest(request, operation->members, options_.aws_limits)) return respond(*std::move(error));
  if (stopped_) return respond(Stopped());
  if (runner_->failed()) return respond(CannotStore());
  try {
    operation->perform(*this, request, respond);
  } catch (const EnvironmentError& e) {
    respond(ApiError{"InternalFailure", e.what(), 500});
  }
}

void EngineCore::WhenEnded(const FoundExecution& execution, std::function<void(const ExecutionResult&)> ended) {
  const int64_t id = execution.execution.id;
  const auto runs = [&] {
    return runner_->WhenClosed(
        id, [ended](const ExecutionSnapshot& s) { ended(ResultOf(s.status, s.output, s.error, s.cause)); });
  };
  if (runs()) return;
  const ExecutionRecord record = *store_->GetExecution(id);
  if (record.status == ExecutionStatus::kRunning && runs()) return;  // it was redriven meanwhile
  const std::vector<HistoryEvent> events = LoadEvents(*this, record);
  if (events.empty()) return ended(ResultOf(record.status, {}, {}, {}));  // its history was removed meanwhile
  const HistoryEvent& last = events.back();
  const auto text = [&](EventField field) {
    const Value* value = last.Get(field);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value->as_string());
  };
  ended(ResultOf(record.status, last.payload, text(EventField::kError), text(EventField::kCause)));
}

std::optional<ExecutionResult> EngineCore::AwaitEnd(const FoundExecution& execution,
                                                    std::optional<std::chrono::milliseconds> at_most) {
  const int64_t id = execution.execution.id;
  std::shared_ptr<Pending<ExecutionResult>> end;
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = ends_.find(id); it != ends_.end()) end = it->second;
  }
  if (end == nullptr) {
    end = std::make_shared<Pending<ExecutionResult>>();
    WhenEnded(execution, [this, id, end](const ExecutionResult& result) {
      // Together: who has waited, redrives and waits again must not find this end once more.
      const std::lock_guard lock(mutex_);
      end->Give(result);
      ends_.erase(id);
    });
    const std::lock_guard lock(mutex_);
    if (!end->given()) ends_.try_emplace(id, end);
  }
  return waiting_.Wait(*end, at_most);
}

// ---- The public header

namespace {

OperationAnswer AnswerOf(const ApiResult& result) {
  if (const auto* value = std::get_if<Value>(&result)) return {200, ToJson(*value), ""};
  const ApiError& error = std::get<ApiError>(result);
  Value body = Value::Object({{"__type", Value::String(error.code)}, {"message", Value::String(error.message)}});
  if (!error.reason.empty()) body = std::move(body).With("reason", Value::String(error.reason));
  return {error.status, ToJson(body), error.code};
}

// The answer's members, or the error thrown.
Value Perform(EngineCore& core, std::string_view operation, const Value& request) {
  ApiResult result = core.Await<ApiResult>([&](auto done) { core.Call(operation, request, done); }).value_or(Stopped());
  if (auto* error = std::get_if<ApiError>(&result)) throw OperationError(error->code, error->message);
  return std::get<Value>(std::move(result));
}

FoundExecution Find(EngineCore& core, std::string_view execution_arn) {
  auto found = FindExecution(core, execution_arn);
  if (auto* error = std::get_if<ApiError>(&found)) throw OperationError(error->code, error->message);
  return std::get<FoundExecution>(std::move(found));
}

Value StartRequestOf(std::string_view state_machine_arn, std::string_view input, std::string_view name) {
  Value request =
      Value::Object({{"stateMachineArn", Value::String(state_machine_arn)}, {"input", Value::String(input)}});
  if (!name.empty()) request = std::move(request).With("name", Value::String(name));
  return request;
}

// Of those who wait no longer.
ExecutionResult StillRuns() { return ResultOf(ExecutionStatus::kRunning, {}, {}, {}); }

}  // namespace

Engine::Engine(EngineOptions options) try : core_(std::make_unique<EngineCore>(std::move(options))) {
} catch (const EnvironmentError& e) {
  throw EngineError(e.what());
}

Engine::~Engine() = default;

void Engine::Start() try { core_->Start(); } catch (const EnvironmentError& e) {
  throw EngineError(e.what());
}

void Engine::Stop() { core_->Stop(); }

class Completion::Answer {
 public:
  explicit Answer(FunctionResponder r) : responder(std::move(r)) {}
  const FunctionResponder responder;
};

void Completion::Succeed(std::string output) const { answer_->responder.Succeed(std::move(output)); }
void Completion::Fail(const std::string& error, const std::string& message) const {
  answer_->responder.Fail(error, message);
}

void Engine::RegisterFunction(std::string name, Function function, bool idempotent) {
  const auto adapted = [function = std::move(function)](const FunctionCall& call) { return CallWith(call, function); };
  core_->integrations().lambda().Register(std::move(name), LocalFunction(adapted), idempotent);
}

void Engine::RegisterAsyncFunction(std::string name, AsyncFunction function, bool idempotent) {
  const auto adapted = [function = std::move(function)](const FunctionCall& call, FunctionResponder responder) {
    const Completion completion(std::make_shared<const Completion::Answer>(std::move(responder)));
    CallWith(call, [&](TaskInput input) { function(std::move(input), completion); });
  };
  core_->integrations().lambda().Register(std::move(name), AsyncLocalFunction(adapted), idempotent);
}

void Engine::Observe(std::function<void(const Observation&)> observer) {
  core_->runner().Observe(
      [observer = std::move(observer)](const ExecutionInfo& info, const std::vector<HistoryEvent>& events) {
        for (const HistoryEvent& event : events) {
          if (!IsShown(event.type)) continue;
          observer({info.arn, ToJson(EventToJson(event)), std::string(StatusAfter(event.type))});
        }
      });
}

std::string Engine::CreateStateMachine(std::string_view name, std::string_view definition, std::string_view type) {
  const std::string arn = StateMachineArn(core_->account(), name);
  if (const auto present = core_->store().FindStateMachine(name)) {
    if (core_->store().GetDefinition(present->definition_id)->text == definition) return arn;
    Perform(*core_, "UpdateStateMachine",
            Value::Object({{"stateMachineArn", Value::String(arn)}, {"definition", Value::String(definition)}}));
    return arn;
  }
  Perform(*core_, "CreateStateMachine",
          Value::Object({{"name", Value::String(name)},
                         {"definition", Value::String(definition)},
                         {"type", Value::String(type)},
                         {"roleArn", Value::String("arn:aws:iam::" + core_->account().id + ":role/gait")}}));
  return arn;
}

std::string Engine::StartExecution(std::string_view state_machine_arn, std::string_view input, std::string_view name) {
  const Value answer = Perform(*core_, "StartExecution", StartRequestOf(state_machine_arn, input, name));
  return std::string(answer.Find("executionArn")->as_string());
}

ExecutionResult Engine::StartSyncExecution(std::string_view state_machine_arn, std::string_view input,
                                           std::string_view name) {
  const Value answer = Perform(*core_, "StartSyncExecution", StartRequestOf(state_machine_arn, input, name));
  const auto text = [&](std::string_view member) {
    const Value* value = answer.Find(member);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value->as_string());
  };
  return {*text("status"), text("output").value_or(""), text("error"), text("cause")};
}

ExecutionResult Engine::Wait(std::string_view execution_arn) {
  return core_->AwaitEnd(Find(*core_, execution_arn), std::nullopt).value_or(StillRuns());
}

std::optional<ExecutionResult> Engine::WaitFor(std::string_view execution_arn, std::chrono::milliseconds at_most) {
  auto result = core_->AwaitEnd(Find(*core_, execution_arn), at_most);
  return !result && core_->stopped() ? StillRuns() : result;
}

void Engine::WhenEnded(std::string_view execution_arn, std::function<void(const ExecutionResult&)> ended) {
  core_->WhenEnded(Find(*core_, execution_arn), std::move(ended));
}

std::string Engine::ExecutionHistory(std::string_view execution_arn) {
  ArrayBuilder rows;
  for (const HistoryEvent& event : LoadEvents(*core_, Find(*core_, execution_arn).execution)) {
    if (IsShown(event.type)) rows.Add(EventToJson(event));
  }
  return ToJson(Value::Object({{"events", rows.Build()}}));
}

void Engine::Call(std::string_view operation, std::string_view request, std::function<void(OperationAnswer)> done,
                  std::shared_ptr<const std::atomic<bool>> hung_up) {
  JsonParse parse = ParseJson(request);
  if (!parse)
    return done(AnswerOf(ApiError{"SerializationException", "The request is not JSON: " + parse.error.message}));
  core_->Call(
      operation, *parse.value,
      Respond([done = std::move(done)](const ApiResult& result) { done(AnswerOf(result)); }, std::move(hung_up)));
}

OperationAnswer Engine::Call(std::string_view operation, std::string_view request) {
  return core_->Await<OperationAnswer>([&](auto done) { Call(operation, request, done); })
      .value_or(AnswerOf(Stopped()));
}

std::string_view Version() { return GAIT_VERSION; }

}  // namespace gait
