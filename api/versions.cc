#include "api/versions.h"

#include "api/members.h"
#include "api/paging.h"
#include "api/state_machine_arn.h"

namespace gait {
namespace {

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
constexpr size_t kVersionsMax = 1000;

// The version of a definition, if it has one.
std::optional<VersionRecord> VersionOf(EngineCore& engine, const StateMachineRecord& machine, int64_t definition_id) {
  for (const VersionRecord& version : engine.store().ListVersions(machine.id, 0, SIZE_MAX)) {
    if (version.definition_id == definition_id) return version;
  }
  return std::nullopt;
}

}  // namespace

std::variant<VersionRecord, ApiError> PublishCurrent(EngineCore& engine, const StateMachineRecord& machine,
                                                     std::string description) {
  if (auto present = VersionOf(engine, machine, machine.definition_id)) return *std::move(present);
  if (engine.options().aws_limits && engine.store().ListVersions(machine.id, 0, kVersionsMax).size() == kVersionsMax) {
    return ApiError{"ServiceQuotaExceededException",
                    "A state machine has " + std::to_string(kVersionsMax) + " versions at the most"};
  }
  return engine.store().PublishVersion(
      {machine.id, 0, machine.definition_id, std::move(description), engine.clock().Now()});
}

ApiResult PublishStateMachineVersion(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  const std::string_view arn = TextOf(request, "stateMachineArn");
  auto found = FindStateMachine(engine, arn);
  if (auto* error = std::get_if<ApiError>(&found)) return std::move(*error);
  const StateMachineRecord& machine = std::get<StateMachineRecord>(found);
  if (machine.deleting) return StateMachineDeleting(arn);
  if (const auto revision = OptionalText(request, "revisionId")) {
    const std::string current = engine.store().GetDefinition(machine.definition_id)->revision_id;
    if (*revision != (current.empty() ? "INITIAL" : current)) {
      return ApiError{"ConflictException", "Failed to publish the State Machine version for revision " + *revision +
                                               ". The current State Machine revision is " +
                                               (current.empty() ? "INITIAL" : current) + "."};
    }
  }
  auto published = PublishCurrent(engine, machine, std::string(TextOf(request, "description")));
  if (auto* error = std::get_if<ApiError>(&published)) return std::move(*error);
  const VersionRecord& version = std::get<VersionRecord>(published);
  return Value::Object({{"creationDate", DateOf(version.created_at)},
                        {"stateMachineVersionArn", Value::String(VersionArn(engine, machine, version.number))}});
}

ApiResult ListStateMachineVersions(EngineCore& engine, const Value& request) {
  auto found = FindStateMachine(engine, TextOf(request, "stateMachineArn"));
  if (auto* error = std::get_if<ApiError>(&found)) {
    // The model lists no StateMachineDoesNotExist here.
    if (error->code != "StateMachineDoesNotExist") return std::move(*error);
    return Value::Object({{"stateMachineVersions", Value::Array({})}});
  }
  const StateMachineRecord& machine = std::get<StateMachineRecord>(found);
  const std::string list = "ListStateMachineVersions|" + machine.name;
  auto page = ReadPage(request, list, engine.clock().Now());
  if (auto* error = std::get_if<ApiError>(&page)) return std::move(*error);
  const Page& p = std::get<Page>(page);
  const auto versions = engine.store().ListVersions(machine.id, p.position, p.size + 1);
  return AnswerPage(
      "stateMachineVersions", versions, &VersionRecord::number, p, list, engine.clock().Now(),
      [&](const VersionRecord& version) {
        return Value::Object({{"stateMachineVersionArn", Value::String(VersionArn(engine, machine, version.number))},
                              {"creationDate", DateOf(version.created_at)}});
      });
}

ApiResult DeleteStateMachineVersion(EngineCore& engine, const Value& request) {
  const std::lock_guard lock(engine.changes());
  const std::string_view arn = TextOf(request, "stateMachineVersionArn");
  const ApiError none{"", ""};
  auto found = FindVersion(engine, arn, none);
  if (auto* error = std::get_if<ApiError>(&found)) {
    if (error->code.empty()) return Value::Object();  // gone already
    return std::move(*error);
  }
  const VersionRecord& version = std::get<VersionRecord>(found);
  std::string aliases;
  for (const AliasRecord& alias : engine.store().ListAliases(version.state_machine_id, version.number, 0, SIZE_MAX)) {
    aliases += (aliases.empty() ? "" : ", ") + alias.name;
  }
  if (!aliases.empty()) {
    return ApiError{"ConflictException",
                    "Version to be deleted must not be referenced by an alias. Current list of aliases referencing "
                    "this version: [" +
                        aliases + "]"};
  }
  engine.store().DeleteVersion(version.state_machine_id, version.number);
  return Value::Object();
}

}  // namespace gait
