#include "api/state_machines.h"

#include "api/executions.h"
#include "api/members.h"
#include "api/paging.h"
#include "api/request_checks.h"
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

void AddDescription(ObjectBuilder& answer, EngineCore& engine, const StateMachineRecord& machine,
                    const DefinitionRecord& definition) {
  answer.Add("stateMachineArn", Value::String(StateMachineArn(engine.account(), machine.name)));
  answer.Add("name", Value::String(machine.name));
  answer.Add("definition", Value::String(definition.text));
  answer.Add("roleArn", Value::String(definition.role_arn));
  const Value settings = ParseSettings(machine.settings);
  for (const Member& m : settings.members()) answer.Add(m.key, m.value);
  if (!definition.revision_id.empty()) answer.Add("revisionId", Value::String(definition.revision_id));
}

}  // namespace

std::optional<ApiError> InvalidDefinition(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity != Severity::kError) continue;
    all += (all.empty() ? "" : ", ") + d.code + ": " + d.message + " at " + (d.location.empty() ? "null" : d.location);
  }
  if (all.empty()) return std::nullopt;
  return ApiError{"InvalidDefinition", "Invalid State Machine Definition: '" + all + "'"};
}

std::variant<StateMachineRecord, ApiError> FindStateMachine(EngineCore& engine, std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn) return InvalidArn("Invalid ARN prefix: " + std::string(text));
  if (arn->service != "states" || arn->resource_type() != "stateMachine") {
    return InvalidArn("Resource type not valid in this context: " + std::string(arn->resource_type()));
  }
  auto machine = engine.store().FindStateMachine(arn->resource_name());
  const bool ours = arn->account == engine.account().id && arn->region == engine.account().region;
  if (!machine || !ours) return StateMachineDoesNotExist(text);
  return *std::move(machine);
}

ApiResult CreateStateMachine(EngineCore& engine, const Value& request) {
  const std::string_view name = TextOf(request, "name");
  if (!IsValidName(name)) return ApiError{"InvalidName", "Invalid Name: '" + std::string(name) + "'"};
  const std::string_view type = TextOf(request, "type", "STANDARD");
  const std::string_view text = TextOf(request, "definition");
  const CompileResult compiled = engine.Compile(text, type);
  if (auto error = InvalidDefinition(compiled.diagnostics)) return *std::move(error);

  StateMachineRecord machine;
  machine.name = name;
  machine.type = type;
  machine.role_arn = TextOf(request, "roleArn");
  machine.settings = ToJson(SettingsOf(request));
  machine.created_at = engine.clock().Now();
  DefinitionRecord definition;
  definition.text = text;
  definition.role_arn = machine.role_arn;
  definition.created_at = machine.created_at;
  const std::string arn = StateMachineArn(engine.account(), name);
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
  return Value::Object({{"stateMachineArn", Value::String(arn)}, {"creationDate", DateOf(created->created_at)}});
}

ApiResult UpdateStateMachine(EngineCore& engine, const Value& request) {
  auto found = FindStateMachine(engine, TextOf(request, "stateMachineArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  StateMachineRecord& machine = std::get<StateMachineRecord>(found);
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
  if (request.Find("roleArn") != nullptr) machine.role_arn = definition.role_arn = TextOf(request, "roleArn");
  Value settings = ParseSettings(machine.settings);
  const Value given = SettingsOf(request);
  for (const Member& m : given.members()) {
    if (request.Find(m.name()) != nullptr) settings = std::move(settings).With(m.name(), m.value);
  }
  machine.settings = ToJson(settings);
  definition.revision_id = engine.random().Uuid();
  definition.created_at = engine.clock().Now();
  if (!engine.store().UpdateStateMachine(machine, definition)) {
    return StateMachineDoesNotExist(TextOf(request, "stateMachineArn"));
  }
  return Value::Object(
      {{"updateDate", DateOf(definition.created_at)}, {"revisionId", Value::String(definition.revision_id)}});
}

ApiResult DescribeStateMachine(EngineCore& engine, const Value& request) {
  auto found = FindStateMachine(engine, TextOf(request, "stateMachineArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const StateMachineRecord& machine = std::get<StateMachineRecord>(found);
  const auto definition = engine.store().GetDefinition(machine.definition_id);
  ObjectBuilder answer;
  AddDescription(answer, engine, machine, *definition);
  answer.Add("status", Value::String(machine.deleting ? "DELETING" : "ACTIVE"));
  answer.Add("type", Value::String(machine.type));
  answer.Add("creationDate", DateOf(machine.created_at));
  return answer.Build();
}

ApiResult DescribeStateMachineForExecution(EngineCore& engine, const Value& request) {
  auto found = FindExecution(engine, TextOf(request, "executionArn"));
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const FoundExecution& execution = std::get<FoundExecution>(found);
  const auto definition = engine.store().GetDefinition(execution.execution.definition_id);
  ObjectBuilder answer;
  AddDescription(answer, engine, execution.machine, *definition);
  answer.Add("updateDate", DateOf(definition->created_at));
  return answer.Build();
}

ApiResult ListStateMachines(EngineCore& engine, const Value& request) {
  auto page = ReadPage(request, "ListStateMachines", engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  const auto machines = engine.store().ListStateMachines(p.position, p.size + 1);
  ArrayBuilder rows;
  for (size_t i = 0; i < machines.size() && i < p.size; ++i) {
    rows.Add(Value::Object({{"stateMachineArn", Value::String(StateMachineArn(engine.account(), machines[i].name))},
                            {"name", Value::String(machines[i].name)},
                            {"type", Value::String(machines[i].type)},
                            {"creationDate", DateOf(machines[i].created_at)}}));
  }
  ObjectBuilder answer;
  answer.Add("stateMachines", rows.Build());
  if (machines.size() > p.size) {
    answer.Add("nextToken",
               Value::String(MakePageToken("ListStateMachines", machines[p.size - 1].id, engine.clock().Now())));
  }
  return answer.Build();
}

ApiResult DeleteStateMachine(EngineCore& engine, const Value& request) {
  auto found = FindStateMachine(engine, TextOf(request, "stateMachineArn"));
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code == "StateMachineDoesNotExist") return Value::Object();
    return std::move(*error);
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
