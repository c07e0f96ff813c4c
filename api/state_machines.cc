#include "api/state_machines.h"

#include "api/executions.h"
#include "api/members.h"
#include "api/paging.h"
#include "api/request_checks.h"
#include "api/state_machine_arn.h"
#include "api/tags.h"
#include "api/versions.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// Logging, tracing and encryption, as they are described back.
Value SettingsOf(const Value& request) {
  Value logging = Value::Object({{"level", Value::String("OFF")}, {"includeExecutionData", Value::Bool(false)}});
  if (const Value* given = request.Find("loggingConfiguration"); given != nullptr && given->is_object()) {
    for (const Member& m : given->members()) logging = std::move(logging).With(m.name(), m.value);
  }
  Value tracing = Value::Object({{"enabled", Value::Bool(false)}});
  if (const Value* given = request.Find("tracingConfiguration"); given != nullptr && given->is_object()) {
    for (const Member& m : given->members()) tracing = std::move(tracing).With(m.name(), m.value);
  }
  Value encryption = Value::Object({{"type", Value::String("AWS_OWNED_KEY")}});
  if (const Value* given = request.Find("encryptionConfiguration"); given != nullptr && given->is_object()) {
    encryption = *given;
  }
  return Value::Object({{"loggingConfiguration", std::move(logging)},
                        {"tracingConfiguration", std::move(tracing)},
                        {"encryptionConfiguration", std::move(encryption)}});
}

Value ParseSettings(const std::string& text) {
  JsonParse parse = ParseJson(text);
  return parse ? *std::move(parse.value) : Value::Object();
}

// "Must specify exactly one": where to log is to be said, once, unless nothing is logged.
std::optional<ApiError> InvalidLogging(const Value& request) {
  const Value* logging = request.Find("loggingConfiguration");
  if (logging == nullptr || !logging->is_object()) return std::nullopt;
  const Value* destinations = logging->Find("destinations");
  const size_t count = destinations == nullptr || destinations->is_null() ? 0 : destinations->size();
  if (count == 1 || (count == 0 && TextOf(*logging, "level", "OFF") == "OFF")) return std::nullopt;
  return ApiError{"InvalidLoggingConfiguration",
                  "Invalid Logging Configuration: Must specify exactly one Log Destination."};
}

std::optional<ApiError> InvalidVersionDescription(const Value& request) {
  if (TextOf(request, "versionDescription").empty() || FlagOf(request, "publish")) return std::nullopt;
  return ApiError{"ValidationException", "Version description can only be set when publish is true"};
}

// Revisions of a database that knew no versions have no settings of their own.
Value SettingsOfRevision(const StateMachineRecord& machine, const DefinitionRecord& definition) {
  return ParseSettings(definition.settings == "{}" ? machine.settings : definition.settings);
}

Value ReferencesOf(const StateMachine& machine) {
  ObjectBuilder all;
  for (const auto& [state, variables] : machine.variable_references()) {
    ArrayBuilder names;
    for (const std::string& name : variables) names.Add(Value::String(name));
    all.Add(state, names.Build());
  }
  return all.Build();
}

// What both descriptions of a revision have in common.
void AddDescription(ObjectBuilder& answer, EngineCore& engine, const StateMachineRecord& machine,
                    const DefinitionRecord& definition, const Value& request) {
  const bool all_data = TextOf(request, "includedData") != "METADATA_ONLY";
  answer.Add("name", Value::String(machine.name));
  answer.Add("definition", Value::String(all_data ? definition.text : ""));
  answer.Add("roleArn", Value::String(definition.role_arn));
  const Value settings = SettingsOfRevision(machine, definition);
  for (const Member& m : settings.members()) answer.Add(m.key, m.value);
  if (!definition.revision_id.empty()) answer.Add("revisionId", Value::String(definition.revision_id));
  if (!all_data) return;
  const auto compiled = engine.MachineOf(definition.id);
  if (!compiled->variable_references().empty()) answer.Add("variableReferences", ReferencesOf(*compiled));
}

// Publishes, if the request asks for it.
std::optional<ApiError> AddPublished(ObjectBuilder& answer, EngineCore& engine, const StateMachineRecord& machine,
                                     const Value& request) {
  if (!FlagOf(request, "publish")) return std::nullopt;
  auto published = PublishCurrent(engine, machine, std::string(TextOf(request, "versionDescription")));
  if (auto* error = std::get_if<ApiError>(&published)) return std::move(*error);
  const int64_t number = std::get<VersionRecord>(published).number;
  answer.Add("stateMachineVersionArn", Value::String(VersionArn(engine, machine, number)));
  return std::nullopt;
}

}  // namespace

LogSettings LogSettingsOf(EngineCore& engine, const DefinitionRecord& definition) {
  const auto machine = engine.store().GetStateMachine(definition.state_machine_id);
  if (!machine) return {};
  const Value settings = SettingsOfRevision(*machine, definition);
  const Value* logging = settings.Find("loggingConfiguration");
  return logging == nullptr ? LogSettings() : ReadLogSettings(*logging);
}

std::optional<ApiError> InvalidDefinition(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity != Severity::kError) continue;
    all += (all.empty() ? "" : ", ") + d.code + ": " + d.message + " at " + (d.location.empty() ? "null" : d.location);
  }
  if (all.empty()) return std::nullopt;
  return ApiError{"InvalidDefinition", "Invalid State Machine Definition: '" + all + "'"};
}

ApiResult CreateStateMachine(EngineCore& engine, const Value& request) {
  const std::string_view name = TextOf(request, "name");
  if (!IsValidName(name)) return ApiError{"InvalidName", "Invalid Name: '" + std::string(name) + "'"};
  const std::string_view type = TextOf(request, "type", "STANDARD");
  const std::string_view text = TextOf(request, "definition");
  const CompileResult compiled = engine.Compile(text, type);
  if (auto error = InvalidDefinition(compiled.diagnostics)) return *std::move(error);
  if (auto error = InvalidLogging(request)) return *std::move(error);
  if (auto error = InvalidVersionDescription(request)) return *std::move(error);
  auto tags = ReadTags(request);
  if (auto* error = std::get_if<ApiError>(&tags)) return std::move(*error);

  StateMachineRecord machine;
  machine.name = name;
  machine.type = type;
  machine.role_arn = TextOf(request, "roleArn");
  machine.settings = ToJson(SettingsOf(request));
  machine.tags = std::get<std::string>(std::move(tags));
  machine.created_at = engine.clock().Now();
  DefinitionRecord definition;
  definition.text = text;
  definition.role_arn = machine.role_arn;
  definition.settings = machine.settings;
  definition.created_at = machine.created_at;
  const std::string arn = StateMachineArn(engine.account(), name);
  const std::lock_guard lock(engine.changes());
  auto created = engine.store().CreateStateMachine(machine, definition);
  if (!created) {
    // The same state machine once more is no error; the role is not compared.
    created = engine.store().FindStateMachine(name);
    const auto present = created ? engine.store().GetDefinition(created->definition_id) : nullptr;
    if (!present || created->deleting || present->text != text || created->type != type ||
        created->settings != machine.settings) {
      return ApiError{"StateMachineAlreadyExists", "State Machine Already Exists: '" + arn + "'"};
    }
  }
  ObjectBuilder answer;
  answer.Add("stateMachineArn", Value::String(arn));
  answer.Add("creationDate", DateOf(created->created_at));
  if (auto error = AddPublished(answer, engine, *created, request)) return *std::move(error);
  return answer.Build();
}

ApiResult UpdateStateMachine(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  auto found = FindStateMachine(engine, TextOf(request, "stateMachineArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  StateMachineRecord& machine = std::get<StateMachineRecord>(found);
  if (machine.deleting) return StateMachineDeleting(TextOf(request, "stateMachineArn"));
  const bool changes = request.Find("definition") != nullptr || request.Find("roleArn") != nullptr ||
                       request.Find("loggingConfiguration") != nullptr ||
                       request.Find("tracingConfiguration") != nullptr ||
                       request.Find("encryptionConfiguration") != nullptr;
  if (!changes) {
    return ApiError{
        "MissingRequiredParameter",
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be "
        "specified"};
  }
  const auto current = engine.store().GetDefinition(machine.definition_id);
  if (!current) return StateMachineDoesNotExist(TextOf(request, "stateMachineArn"));
  DefinitionRecord definition = *current;
  if (request.Find("definition") != nullptr) {
    const std::string_view text = TextOf(request, "definition");
    const CompileResult compiled = engine.Compile(text, machine.type);
    if (auto error = InvalidDefinition(compiled.diagnostics)) return *std::move(error);
    definition.text = text;
  }
  if (auto error = InvalidLogging(request)) return *std::move(error);
  if (auto error = InvalidVersionDescription(request)) return *std::move(error);
  if (request.Find("roleArn") != nullptr) machine.role_arn = definition.role_arn = TextOf(request, "roleArn");
  Value settings = ParseSettings(machine.settings);
  const Value given = SettingsOf(request);
  for (const Member& m : given.members()) {
    if (request.Find(m.name()) != nullptr) settings = std::move(settings).With(m.name(), m.value);
  }
  const Timestamp now = engine.clock().Now();
  const bool same = definition.text == current->text && definition.role_arn == current->role_arn &&
                    settings == SettingsOfRevision(machine, *current);
  // An update that changes nothing makes no revision.
  if (!same) {
    machine.settings = definition.settings = ToJson(settings);
    definition.revision_id = engine.random().Uuid();
    definition.created_at = now;
    auto updated = engine.store().UpdateStateMachine(machine, definition);
    if (!updated) return StateMachineDoesNotExist(TextOf(request, "stateMachineArn"));
    machine = *std::move(updated);
  }
  ObjectBuilder answer;
  answer.Add("updateDate", DateOf(now));
  if (!definition.revision_id.empty()) answer.Add("revisionId", Value::String(definition.revision_id));
  if (auto error = AddPublished(answer, engine, machine, request)) return *std::move(error);
  return answer.Build();
}

ApiResult DescribeStateMachine(EngineCore& engine, const Value& request) {
  const std::string_view arn = TextOf(request, "stateMachineArn");
  auto found = FindQualified(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const auto& [machine, version, alias] = std::get<QualifiedStateMachine>(found);
  if (alias) return StateMachineDoesNotExist(arn);  // DescribeStateMachineAlias has it
  const auto definition = engine.store().GetDefinition(version ? version->definition_id : machine.definition_id);
  ObjectBuilder answer;
  answer.Add("stateMachineArn", Value::String(version ? VersionArn(engine, machine, version->number)
                                                      : StateMachineArn(engine.account(), machine.name)));
  AddDescription(answer, engine, machine, *definition, request);
  answer.Add("status", Value::String(machine.deleting ? "DELETING" : "ACTIVE"));
  answer.Add("type", Value::String(machine.type));
  answer.Add("creationDate", DateOf(version ? version->created_at : machine.created_at));
  if (version && !version->description.empty()) answer.Add("description", Value::String(version->description));
  return answer.Build();
}

namespace {

// The ItemProcessor of the Map with this name, wherever in the definition it is: names are unique in it. Null if there
// is none.
const Value* FindProcessor(const Value& processor, std::string_view map) {
  const Value* states = processor.is_object() ? processor.Find("States") : nullptr;
  if (states == nullptr || !states->is_object()) return nullptr;
  for (const Member& state : states->members()) {
    if (!state.value.is_object()) continue;
    for (const char* field : {"ItemProcessor", "Iterator"}) {
      const Value* own = state.value.Find(field);
      if (own == nullptr) continue;
      if (state.name() == map) return own;
      if (const Value* found = FindProcessor(*own, map)) return found;
    }
    const Value* branches = state.value.Find("Branches");
    if (branches == nullptr || !branches->is_array()) continue;
    for (const Value& branch : branches->items()) {
      if (const Value* found = FindProcessor(branch, map)) return found;
    }
  }
  return nullptr;
}

// Recorded: what a child runs is described without white space, and without its ProcessorConfig.
std::string ProcessorOf(const std::string& definition, std::string_view map) {
  const JsonParse parse = ParseJson(definition);
  const Value* processor = parse ? FindProcessor(*parse.value, map) : nullptr;
  if (processor == nullptr) return definition;
  ObjectBuilder shown;
  for (const Member& m : processor->members()) {
    if (m.name() != "ProcessorConfig") shown.Add(m.key, m.value);
  }
  return ToJson(shown.Build());
}

}  // namespace

ApiResult DescribeStateMachineForExecution(EngineCore& engine, const Value& request) {
  auto found = FindExecution(engine, TextOf(request, "executionArn"), /*express=*/true);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const FoundExecution& execution = std::get<FoundExecution>(found);
  DefinitionRecord definition = *engine.store().GetDefinition(execution.execution.definition_id);
  const auto run = engine.store().GetMapRun(execution.execution.map_run_id);  // null but for a child
  ObjectBuilder answer;
  answer.Add("stateMachineArn", Value::String(MachineArnOf(engine, execution.machine, run)));
  if (run) definition.text = ProcessorOf(definition.text, run->state_name);
  AddDescription(answer, engine, execution.machine, definition, request);
  answer.Add("updateDate", DateOf(definition.created_at));
  if (run) {
    answer.Add("mapRunArn", Value::String(run->arn));
    answer.Add("label", Value::String(MapRunLabel(run->arn)));
  }
  return answer.Build();
}

ApiResult ListStateMachines(EngineCore& engine, const Value& request) {
  auto page = ReadPage(request, "ListStateMachines", engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  std::string after;
  if (p.position != 0) {
    if (const auto last = engine.store().GetStateMachine(p.position)) after = last->name;
  }
  const auto machines = engine.store().ListStateMachines(after, p.size + 1);
  return AnswerPage(
      "stateMachines", machines, &StateMachineRecord::id, p, "ListStateMachines", engine.clock().Now(),
      [&](const StateMachineRecord& machine) {
        return Value::Object({{"stateMachineArn", Value::String(StateMachineArn(engine.account(), machine.name))},
                              {"name", Value::String(machine.name)},
                              {"type", Value::String(machine.type)},
                              {"creationDate", DateOf(machine.created_at)}});
      });
}

ApiResult DeleteStateMachine(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  const std::string arn(TextOf(request, "stateMachineArn"));
  auto found = FindStateMachine(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code != "StateMachineDoesNotExist") return std::move(*error);
    // One that is gone already is no error, but what is no machine is.
    if (std::holds_alternative<QualifiedStateMachine>(FindQualified(engine, arn))) {
      return ApiError{"ValidationException", "A version or an alias is not deleted as a state machine: " + arn};
    }
    return Value::Object();
  }
  StateMachineRecord& machine = std::get<StateMachineRecord>(found);
  machine.deleting = true;
  engine.store().UpdateStateMachine(machine, std::nullopt);
  FinishDeletion(engine, machine);
  return Value::Object();
}

void FinishDeletion(EngineCore& engine, const StateMachineRecord& machine) {
  ExecutionFilter running{machine.id, 0, ExecutionStatus::kRunning, 0, SIZE_MAX};
  const auto executions = engine.store().ListExecutions(running);
  const auto left = std::make_shared<std::atomic<size_t>>(executions.size() + 1);
  const auto ended = [&engine, left, id = machine.id] {
    if (left->fetch_sub(1) == 1) engine.store().DeleteStateMachine(id);
  };
  for (const ExecutionRecord& e : executions) {
    const bool runs = engine.runner().Abort(e.id, std::nullopt, std::nullopt, [ended](const ExecutionSnapshot& end) {
      if (end.status != ExecutionStatus::kRunning) ended();  // else the store failed, and a restart goes on
    });
    if (!runs) ended();
  }
  ended();
}

ApiResult ValidateStateMachineDefinition(EngineCore& engine, const Value& request) {
  const CompileResult compiled = engine.Compile(TextOf(request, "definition"), TextOf(request, "type", "STANDARD"));
  const bool errors_only = TextOf(request, "severity", "ERROR") == "ERROR";
  const Value* max = request.Find("maxResults");
  const size_t limit = max == nullptr || max->as_int() == 0 ? 100 : static_cast<size_t>(max->as_int());
  ArrayBuilder rows;
  bool truncated = false;
  for (const Diagnostic& d : compiled.diagnostics) {
    if (d.code.empty() || d.severity == Severity::kInfo || (errors_only && d.severity != Severity::kError)) continue;
    if (rows.size() == limit) {
      truncated = true;
      break;
    }
    ObjectBuilder row;
    row.Add("severity", Value::String(d.severity == Severity::kError ? "ERROR" : "WARNING"));
    row.Add("code", Value::String(d.code));
    row.Add("message", Value::String(d.message));
    if (!d.location.empty()) row.Add("location", Value::String(d.location));
    rows.Add(row.Build());
  }
  return Value::Object({{"result", Value::String(HasErrors(compiled.diagnostics) ? "FAIL" : "OK")},
                        {"diagnostics", rows.Build()},
                        {"truncated", Value::Bool(truncated)}});
}

}  // namespace gait
