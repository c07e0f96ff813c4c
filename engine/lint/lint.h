// What AWS takes and what bites all the same: gait's own warnings and hints, above those of AWS. Each finding is of a
// rule of engine/definition/rule_table, in its section "What bites."; none has a code of AWS's.
//
// A finding costs its reader's time, so every check here is silent where it cannot be sure: where a placeholder may
// stand for anything, where a Choice on the way may have tested what is read, where a value comes from a function.
#pragma once

#include "engine/definition/report.h"
#include "engine/definition/state_machine.h"
#include "engine/json/value.h"

namespace gait {

// Is called as CompileOptions::lint, when all errors are found and the variables that the expressions read are in
// `report`. A state with an error in it is left alone; where there is any, so is what flows from state to state. `type`
// is what the definition is for: an EXPRESS one ends after 5 minutes.
void Lint(const Value& definition, StateMachineType type, Report& report);

// Drops the findings that the definition's author knows of: it is called as CompileOptions::suppress. A `Comment` of
// any object in it that says `gait-ignore: rule-id, rule-id` silences these rules for the object and all within it:
// errors too, but not what keeps the text from being read at all. A name that is no rule is reported as
// `unknown-suppression`, and one that silences nothing as `unused-suppression`. For whoever shows findings to people:
// what the API answers is not touched.
void ApplySuppressions(const Value& definition, Diagnostics& diagnostics);

}  // namespace gait
