// The lints, a family a file. Each looks at one state, or at the whole machine, and reports what it finds. Internal to
// engine/lint.
#pragma once

#include "engine/lint/machine_view.h"

namespace gait::lint {

// state_lint.cc
void CheckDeprecatedFields(const StateView& state, LintContext& context);
void CheckWait(const StateView& state, LintContext& context);
void CheckLiteralSize(const StateView& state, LintContext& context);
// choice_lint.cc
void CheckDefault(const StateView& state, LintContext& context);
void CheckRules(const StateView& state, LintContext& context);
// retry_lint.cc
void CheckRetriers(const StateView& state, LintContext& context);
void CheckCatchers(const StateView& state, LintContext& context);
void CheckRepeatedEffects(const StateView& state, LintContext& context);
// task_lint.cc
void CheckTaskToken(const StateView& state, LintContext& context);
void CheckCallbackTimeout(const StateView& state, LintContext& context);
void CheckLambdaRetry(const StateView& state, LintContext& context);
void CheckExecutionName(const StateView& state, LintContext& context);
void CheckArn(const StateView& state, LintContext& context);
// map_lint.cc
void CheckMapResult(const StateView& state, LintContext& context);
void CheckInlineConcurrency(const StateView& state, LintContext& context);

// variable_lint.cc
void CheckVariables(LintContext& context);
// output_lint.cc
void CheckUnusedOutputs(LintContext& context);
// data_flow.cc
void CheckDataFlow(LintContext& context);

}  // namespace gait::lint
