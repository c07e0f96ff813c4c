#include "api/engine.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "api/executions.h"
#include "api/logs_api.h"
#include "api/operation_table.h"
#include "api/redrive.h"
#include "api/retention.h"
#include "api/state_machines.h"
#include "engine/base/check.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/store/memory_store.h"
#include "engine/store/sqlite_store.h"
#include "integrations/mocked.h"
#include "integrations/s3_bytes.h"
#include "integrations/s3_items.h"
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

std::string ReadAll(const std::string& path, std::string_view what) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) throw EnvironmentError("cannot read the " + std::string(what) + " " + path);
  return std::move(text).str();
}

// A finding in a file that the user wrote, in one line.
std::string Rendered(const std::string& path, const Diagnostic& d) {
  return path + ":" + std::to_string(d.position.line) + ":" + std::to_string(d.position.column) + ": " + d.message +
         (d.hint.empty() ? "" : " (" + d.hint + ")") + (d.pointer.empty() ? "" : " at " + d.pointer) + " [" + d.rule +
         "]";
}

// Throws if there are errors, with all of them; what is no error is logged.
void CheckFindings(const EngineOptions& options, const std::string& path, const Diagnostics& diagnostics,
                   std::string_view what) {
  std::string errors;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::kError) errors += "\n  " + Rendered(path, d);
    if (d.severity != Severity::kError && options.log) options.log("warning: " + Rendered(path, d));
  }
  if (!errors.empty()) throw EnvironmentError("the " + std::string(what) + " is wrong:" + errors);
}

// The targets file, and where all goes that it does not name.
Targets TargetsOf(const EngineOptions& options) {
  Targets targets;
  if (const std::string& path = options.targets_file; !path.empty()) {
    TargetsParse parse = ReadTargets(ReadAll(path, "targets file"), FormatOfFile(path),
                                     std::filesystem::path(path).parent_path().string());
    CheckFindings(options, path, parse.diagnostics, "targets file");
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

Surroundings SurroundingsOf(const EngineOptions& options) {
  Surroundings own;
  own.store = OpenStore(options);
  own.random = std::make_unique<SystemRandom>();
  own.runner.workers = WorkersOf(options);
  if (options.virtual_clock) {
    auto clock = std::make_unique<VirtualClock>(SystemClock().Now());
    own.runner.virtual_clock = clock.get();
    own.clock = std::move(clock);
  } else {
    own.clock = std::make_unique<SystemClock>();
  }
  return own;
}

std::optional<MockConfig> MocksOf(const EngineOptions& options) {
  const std::string& path = options.mock_config_file;
  if (path.empty()) return std::nullopt;
  MockConfigParse parse = ReadMockConfig(ReadAll(path, "mock configuration"), FormatOfFile(path));
  CheckFindings(options, path, parse.diagnostics, "mock configuration");
  return std::move(parse.config);
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

EngineCore::EngineCore(EngineOptions options) : EngineCore(options, SurroundingsOf(options)) {}

EngineCore::EngineCore(EngineOptions options, Surroundings surroundings)
    : options_(std::move(options)),
      account_{options_.account_id, options_.region, "aws"},
      quotas_(options_.aws_limits ? Quotas::Aws() : Quotas::Off()),
      mocks_(MocksOf(options_)),
      random_(std::move(surroundings.random)),
      clock_(std::move(surroundings.clock)),
      store_(std::move(surroundings.store)),
      log_groups_(options_.read_only ? "" : options_.log_folder),
      redrives_(std::make_unique<RedrivesUnderWay>()) {
  RunnerOptions runner = std::move(surroundings.runner);
  runner.quotas = quotas_;
  const auto log = [log = options_.log](const std::string& line) {
    if (log) log(line);
  };
  integrations_ = std::make_unique<IntegrationTable>(
      TargetsOf(options_), quotas_, *random_, [this] { return clock_->Now(); },
      [log](const FunctionLogLine& l) { log(std::string(l.function) + ": " + std::string(l.line)); }, own_service_);
  runner.log = log;
  runner.integration_of = [this, others = std::move(runner.integration_of)](const TaskResource& resource) {
    Integration* const other = others ? others(resource) : nullptr;
    return other != nullptr ? other : integrations_->Find(resource);
  };
  runner.stop_task = [this](const TaskId& id) { integrations_->StopTask(id); };
  if (!runner.open_items) {
    runner.open_items = [this](const ItemReading& reading) { return OpenS3Items(integrations_->s3(), reading); };
  }
  if (!runner.open_object) {
    runner.open_object = [this](std::string_view bucket, std::string_view key) {
      return OpenS3Result(integrations_->s3(), bucket, key);
    };
  }
  // Also without a mock configuration: an execution of a test case may have been stored by a process that had one.
  if (!runner.mocked_answer_of) {
    runner.mocked_answer_of = [this](const MockedTask& task) {
      return MockedAnswer(mocks_ ? *mocks_ : MockConfig(), task);
    };
  }
  first_execution_ = store_->next_ids().execution;
  runner_ = std::make_unique<Runner>(*store_, *clock_, *random_, std::move(runner));
  for (int64_t after = 0;;) {
    const auto activities = store_->ListActivities(after, kPage);
    for (const ActivityRecord& a : activities) runner_->activities().Register(ActivityArn(account_, a.name));
    if (activities.size() < kPage) break;
    after = activities.back().id;
  }
  if (!options_.log_folder.empty() || options_.on_log_line) StartLog();
  if (options_.resume) Start();
  if (!options_.read_only && options_.retention_seconds > 0) {
    retention_ =
        std::make_unique<Retention>(*store_, *clock_, Duration::Seconds(options_.retention_seconds), *redrives_, log);
  }
}

void EngineCore::StartLog() {
  std::call_once(start_log_, [this] {
    if (options_.read_only) return;
    ExecutionLogOptions log;
    log.settings_of = [this](int64_t definition_id) {
      try {
        const auto definition = store_->GetDefinition(definition_id);
        if (definition != nullptr) return LogSettingsOf(*this, *definition);
      } catch (const EnvironmentError& e) {  // the store says so itself when it writes
        if (options_.log) options_.log(std::string("the logging configuration cannot be read: ") + e.what());
      }
      return LogSettings();
    };
    log.now = [this] { return clock_->Now(); };
    log.on_line = options_.on_log_line;
    if (!options_.aws_limits) log.payload_bytes_max = std::numeric_limits<size_t>::max();
    log.log = [this](const std::string& line) {
      if (options_.log) options_.log(line);
    };
    log_ = std::make_unique<ExecutionLog>(log_groups_, std::move(log));
    runner_->Observe(
        [this](const ExecutionInfo& info, const std::vector<HistoryEvent>& events) { log_->Take(info, events); });
    log_started_ = true;
  });
}

void EngineCore::FlushLog() {
  if (log_started_) log_->Flush();
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
    FlushLog();
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
  request.info.definition_id = definition.id;
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
    ChildOfMapRun(request, MapRunMachine(run->arn), IsExpressChild(execution));
    request.graph = request.machine->graph().Find(run->state_name)->ChildGraph(0);
    request.map_run_id = execution.map_run_id;
    request.map_index = execution.map_index;
    request.map_items = execution.map_items;
    request.map_redrive = execution.map_redrive;
  }
  runner_->Recover(std::move(request), execution, resume);
}

std::optional<std::string> EngineCore::Failure() const {
  if (stopped_) return "the engine was stopped";
  if (!runner_->failed()) return std::nullopt;
  const std::string why = runner_->failure();
  return why.empty() ? "the store failed" : why;
}

void EngineCore::WriteMetrics(PrometheusText& text) const {
  runner_->metrics().Write(text);
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    text.Family(name, type, help);
    text.Sample(name, {}, static_cast<uint64_t>(value));
  };
  text.Family("gait_starts_with_a_name_in_use_total", "counter", "Starts under a name that another execution has.");
  text.Sample("gait_starts_with_a_name_in_use_total", {{"answer", "refused"}}, starts_refused_.load());
  text.Sample("gait_starts_with_a_name_in_use_total", {{"answer", "same"}}, starts_repeated_.load());
  one("gait_executions_running", "gauge", "Executions that run.", runner_->running());
  one("gait_executions_resident", "gauge", "Executions in memory; the others wait in the store.", runner_->resident());
  one("gait_executions_recovering", "gauge", "Executions that are yet to be taken up after the start.",
      runner_->recovering());
  one("gait_commits_total", "counter", "Transactions that wrote history.", runner_->commits());
  one("gait_store_failed", "gauge", "1: nothing can be stored any more.", runner_->failed() ? 1 : 0);
}

void EngineCore::Call(std::string_view name, const Value& request, Respond respond) {
  if (name.starts_with(kLogsTarget)) {
    try {
      return respond(CallLogs(*this, name, request));
    } catch (const EnvironmentError& e) {
      return respond(ApiError{"InternalFailure", e.what(), 500});
    }
  }
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

void Engine::AnswerPollers() { core_->runner().activities().Stop(); }

std::optional<std::string> Engine::Failure() { return core_->Failure(); }

std::string Engine::Metrics() {
  PrometheusText text;
  core_->WriteMetrics(text);
  return text.Take();
}

std::string_view Version() { return GAIT_VERSION; }

}  // namespace gait
