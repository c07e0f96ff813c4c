// The checks on variables, which look at the whole definition:
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
#pragma once

#include "engine/definition/report.h"
#include "engine/definition/state_machine.h"
#include "engine/json/value.h"

namespace gait {

// Variables that an inner scope assigns although a scope around it does.
void CheckVariableScopes(const Value& definition, Report& report);

// What each state reads.
VariableReferences FindVariableReferences(const Value& definition, const Report& report);

// Reads of variables that no way to the state can have set. REQUIRES: the definition has no errors.
void CheckVariableReads(const Value& definition, Report& report);

}  // namespace gait
