#include "engine/lint/lint.h"

#include "engine/lint/checks.h"

namespace gait {
namespace {

using namespace lint;

// Which states a check looks at: those of a type, or, for "", all.
struct StateCheck {
  std::string_view type;
  void (*check)(const StateView& state, LintContext& context);
};

constexpr StateCheck kStateChecks[] = {
    {"Map", CheckDeprecatedFields},
    {"Wait", CheckWait},
    {"", CheckLiteralSize},
    {"Choice", CheckDefault},
    {"Choice", CheckRules},
    {"", CheckRetriers},
    {"", CheckCatchers},
    {"", CheckRepeatedEffects},
    {"Task", CheckTaskToken},
    {"Task", CheckCallbackTimeout},
    {"Task", CheckLambdaRetry},
    {"Task", CheckExecutionName},
    {"Task", CheckArn},
    {"Map", CheckMapResult},
    {"Map", CheckInlineConcurrency},
};

constexpr void (*kMachineChecks[])(LintContext& context) = {CheckVariables, CheckUnusedOutputs, CheckDataFlow};

}  // namespace

void Lint(const Value& definition, StateMachineType type, Report& report) {
  const std::unique_ptr<ScopeView> machine = ViewMachine(definition);
  LintContext context{definition, type, *machine, report};
  ForEachState(*machine, [&](const StateView& state) {
    for (const StateCheck& row : kStateChecks) {
      if (row.type.empty() || row.type == state.type) row.check(state, context);
    }
  });
  for (const auto check : kMachineChecks) check(context);
}

}  // namespace gait
