// What the ARNs of state machines name:
//   stateMachine:NAME         the machine
//   stateMachine:NAME:7       a version of it
//   stateMachine:NAME:LIVE    an alias
//   stateMachine:NAME/LABEL   a Distributed Map in it, which no operation takes
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "api/engine.h"

namespace gait {

// The machine that an unqualified ARN names, or the error that says why there is none.
std::variant<StateMachineRecord, ApiError> FindStateMachine(EngineCore& engine, std::string_view arn);

// What a qualified ARN may name besides.
struct QualifiedStateMachine {
  StateMachineRecord machine;
  std::optional<VersionRecord> version;  // at most one of the two
  std::optional<AliasRecord> alias;
};
std::variant<QualifiedStateMachine, ApiError> FindQualified(EngineCore& engine, std::string_view arn);

// The version, or the alias, that an ARN names; `otherwise` if it is that of something else, or there is none.
std::variant<VersionRecord, ApiError> FindVersion(EngineCore& engine, std::string_view arn, const ApiError& otherwise);
struct FoundAlias {
  AliasRecord alias;
  StateMachineRecord machine;
};
std::variant<FoundAlias, ApiError> FindAlias(EngineCore& engine, std::string_view arn);

// Which revision an execution is started with.
struct StartTarget {
  StateMachineRecord machine;
  std::shared_ptr<const DefinitionRecord> definition;
  int64_t version = 0;
  std::string alias;
};
// Of an alias with two versions one is drawn, by their weights.
std::variant<StartTarget, ApiError> FindStartTarget(EngineCore& engine, std::string_view arn);

std::string VersionArn(const EngineCore& engine, const StateMachineRecord& machine, int64_t number);
std::string AliasArn(const EngineCore& engine, const StateMachineRecord& machine, std::string_view name);

}  // namespace gait
