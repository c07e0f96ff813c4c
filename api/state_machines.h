// The operations on state machines.
#pragma once

#include "api/engine.h"

namespace gait {

ApiResult CreateStateMachine(EngineCore& engine, const Value& request);
ApiResult UpdateStateMachine(EngineCore& engine, const Value& request);
ApiResult DescribeStateMachine(EngineCore& engine, const Value& request);
ApiResult DescribeStateMachineForExecution(EngineCore& engine, const Value& request);
ApiResult ListStateMachines(EngineCore& engine, const Value& request);
ApiResult DeleteStateMachine(EngineCore& engine, const Value& request);
ApiResult ValidateStateMachineDefinition(EngineCore& engine, const Value& request);

// What executions of the revision log, and where.
LogSettings LogSettingsOf(EngineCore& engine, const DefinitionRecord& definition);

// Ends the executions of a machine that is `deleting`; with the last of them it is gone. Takes up as well what a crash
// interrupted.
void FinishDeletion(EngineCore& engine, const StateMachineRecord& machine);

// The error of a definition with an error among its diagnostics, which it names all; nothing if there is none.
std::optional<ApiError> InvalidDefinition(const Diagnostics& diagnostics);

}  // namespace gait
