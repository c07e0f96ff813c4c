// Finding executions by what a person knows of them.
#pragma once

#include <string>

#include "api/executions.h"

namespace gait::cli {

// The execution with this ARN, or with this name if one state machine alone has such. Throws UsageError otherwise.
// `express`: also the EXPRESS child of a Map Run.
FoundExecution FindByArnOrName(EngineCore& core, const std::string& text, bool express = false);

// All state machines.
std::vector<StateMachineRecord> AllStateMachines(EngineCore& core);

}  // namespace gait::cli
