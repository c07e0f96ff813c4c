// The operations on aliases: names for one or two versions, each with its share of the executions.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
#pragma once

#include "api/engine.h"
#include "api/request_checks.h"

namespace gait {

// ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$: what cannot be taken for a version's number.
extern const TextPattern kAliasName;

ApiResult CreateStateMachineAlias(EngineCore& engine, const Value& request);
ApiResult UpdateStateMachineAlias(EngineCore& engine, const Value& request);
ApiResult DescribeStateMachineAlias(EngineCore& engine, const Value& request);
ApiResult ListStateMachineAliases(EngineCore& engine, const Value& request);
ApiResult DeleteStateMachineAlias(EngineCore& engine, const Value& request);

}  // namespace gait
