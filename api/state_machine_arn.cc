#include "api/state_machine_arn.h"

#include <charconv>
#include <optional>

#include "api/read_arn.h"

namespace gait {
namespace {

// The parts of `stateMachine:NAME:QUALIFIER` or `stateMachine:NAME/LABEL`.
struct Parts {
  std::string_view name, qualifier, label;
};

std::variant<Parts, ApiError> Split(EngineCore& engine, std::string_view text) {
  auto read = ReadArn(text, {"stateMachine"});
  if (auto* error = std::get_if<ApiError>(&read)) return std::move(*error);
  const Arn& arn = std::get<Arn>(read);
  if (!IsOurs(engine.account(), arn)) return StateMachineDoesNotExist(text);
  const std::string_view rest = arn.resource_name();
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
  QualifiedStateMachine found{*std::move(machine), {}, {}};
  if (p.qualifier.empty()) return found;
  if (const auto number = Number(p.qualifier)) {
    found.version = engine.store().FindVersion(found.machine.id, *number);
  } else {
    found.alias = engine.store().FindAlias(found.machine.id, p.qualifier);
  }
  if (!found.version && !found.alias) return StateMachineDoesNotExist(text);
  return found;
}

std::variant<VersionRecord, ApiError> FindVersion(EngineCore& engine, std::string_view text,
                                                  const ApiError& otherwise) {
  auto found = FindQualified(engine, text);
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code == "StateMachineDoesNotExist") return otherwise;
    return std::move(*error);
  }
  auto& version = std::get<QualifiedStateMachine>(found).version;
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
  if (!q.alias) return ResourceNotFound(text);
  return FoundAlias{*std::move(q.alias), std::move(q.machine)};
}

std::variant<StartTarget, ApiError> FindStartTarget(EngineCore& engine, std::string_view text) {
  auto found = FindQualified(engine, text);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  auto& q = std::get<QualifiedStateMachine>(found);
  StartTarget target{std::move(q.machine), nullptr, 0, ""};
  if (q.alias) {
    const AliasRecord& a = *q.alias;
    const bool first = a.second_version == 0 || static_cast<int64_t>(engine.random().Next() % 100) < a.weight;
    q.version = engine.store().FindVersion(target.machine.id, first ? a.version : a.second_version);
    if (!q.version) return StateMachineDoesNotExist(text);
    target.alias = a.name;
  }
  if (q.version) target.version = q.version->number;
  target.definition = engine.store().GetDefinition(q.version ? q.version->definition_id : target.machine.definition_id);
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
