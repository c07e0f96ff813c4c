#include "api/state_machine_arn.h"

#include <charconv>
#include <optional>

namespace gait {
namespace {

// The parts of `stateMachine:NAME:QUALIFIER` or `stateMachine:NAME/LABEL`.
struct Parts {
  std::string_view name, qualifier, label;
};

std::variant<Parts, ApiError> Split(EngineCore& engine, std::string_view text) {
  const auto arn = ParseArn(text);
  if (!arn) return InvalidArn("Invalid ARN prefix: " + std::string(text));
  if (arn->service != "states" || arn->resource_type() != "stateMachine") {
    return InvalidArn("Resource type not valid in this context: " + std::string(arn->resource_type()));
  }
  if (arn->account != engine.account().id || arn->region != engine.account().region) {
    return StateMachineDoesNotExist(text);
  }
  const std::string_view rest = arn->resource_name();
  Parts parts;
  parts.name = rest.substr(0, rest.find_first_of(":/"));
  if (parts.name.size() == rest.size()) return parts;
  std::string_view& behind = rest[parts.name.size()] == ':' ? parts.qualifier : parts.label;
  behind = rest.substr(parts.name.size() + 1);
  if (!parts.label.empty()) {
    return ApiError{"ValidationException",
                    "This operation does not take the ARN of a Distributed Map: " + std::string(text), 400,
                    "API_DOES_NOT_SUPPORT_LABELED_ARNS"};
  }
  return parts;
}

std::optional<int64_t> Number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || text.front() == '0') {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::variant<StateMachineRecord, ApiError> FindStateMachine(EngineCore& engine, std::string_view text) {
  auto parts = Split(engine, text);
  if (auto* error = std::get_if<ApiError>(&parts)) return std::move(*error);
  const Parts& p = std::get<Parts>(parts);
  auto machine = p.qualifier.empty() ? engine.store().FindStateMachine(p.name) : std::nullopt;
  if (!machine) return StateMachineDoesNotExist(text);
  return *std::move(machine);
}

std::variant<QualifiedStateMachine, ApiError> FindQualified(EngineCore& engine, std::string_view text) {
  auto parts = Split(engine, text);
  if (auto* error = std::get_if<ApiError>(&parts)) return std::move(*error);
  const Parts& p = std::get<Parts>(parts);
  auto machine = engine.store().FindStateMachine(p.name);
  if (!machine) return StateMachineDoesNotExist(text);
  QualifiedStateMachine found{*std::move(machine), 0, ""};
  if (p.qualifier.empty()) return found;
  if (const auto number = Number(p.qualifier)) {
    found.version = *number;
    if (!engine.store().FindVersion(found.machine.id, found.version)) return StateMachineDoesNotExist(text);
  } else {
    found.alias = p.qualifier;
    if (!engine.store().FindAlias(found.machine.id, found.alias)) return StateMachineDoesNotExist(text);
  }
  return found;
}

std::variant<VersionRecord, ApiError> FindVersion(EngineCore& engine, std::string_view text,
                                                  const ApiError& otherwise) {
  auto found = FindQualified(engine, text);
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code == "StateMachineDoesNotExist") return otherwise;
    return std::move(*error);
  }
  const auto& q = std::get<QualifiedStateMachine>(found);
  auto version = q.version == 0 ? std::nullopt : engine.store().FindVersion(q.machine.id, q.version);
  if (!version) return otherwise;
  return *std::move(version);
}

std::variant<FoundAlias, ApiError> FindAlias(EngineCore& engine, std::string_view text) {
  auto found = FindQualified(engine, text);
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code == "StateMachineDoesNotExist") return ResourceNotFound(text);
    return std::move(*error);
  }
  auto& q = std::get<QualifiedStateMachine>(found);
  auto alias = q.alias.empty() ? std::nullopt : engine.store().FindAlias(q.machine.id, q.alias);
  if (!alias) return ResourceNotFound(text);
  return FoundAlias{*std::move(alias), std::move(q.machine)};
}

std::variant<StartTarget, ApiError> FindStartTarget(EngineCore& engine, std::string_view text) {
  auto found = FindQualified(engine, text);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  auto& q = std::get<QualifiedStateMachine>(found);
  StartTarget target{std::move(q.machine), nullptr, q.version, std::move(q.alias)};
  int64_t definition_id = target.machine.definition_id;
  if (!target.alias.empty()) {
    const auto alias = engine.store().FindAlias(target.machine.id, target.alias);
    if (!alias) return StateMachineDoesNotExist(text);
    const bool first = alias->second_version == 0 || static_cast<int64_t>(engine.random().Next() % 100) < alias->weight;
    target.version = first ? alias->version : alias->second_version;
  }
  if (target.version != 0) {
    const auto version = engine.store().FindVersion(target.machine.id, target.version);
    if (!version) return StateMachineDoesNotExist(text);
    definition_id = version->definition_id;
  }
  target.definition = engine.store().GetDefinition(definition_id);
  if (target.definition == nullptr) return StateMachineDoesNotExist(text);
  return target;
}

std::string VersionArn(const EngineCore& engine, const StateMachineRecord& machine, int64_t number) {
  return StateMachineArn(engine.account(), machine.name) + ":" + std::to_string(number);
}

std::string AliasArn(const EngineCore& engine, const StateMachineRecord& machine, std::string_view name) {
  return StateMachineArn(engine.account(), machine.name) + ":" + std::string(name);
}

}  // namespace gait
