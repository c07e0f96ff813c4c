#include "engine/lint/lint.h"

#include <algorithm>
#include <string>
#include <vector>

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

std::vector<std::string> PointersOfErrors(const Report& report) {
  std::vector<std::string> pointers;
  for (const Diagnostic& d : report.diagnostics()) {
    if (d.severity == Severity::kError) pointers.push_back(d.pointer);
  }
  return pointers;
}

bool HasAnyWithin(const Place& place, const std::vector<std::string>& pointers) {
  if (pointers.empty()) return false;
  const std::string state = place.pointer();
  return std::any_of(pointers.begin(), pointers.end(), [&](const std::string& pointer) {
    return pointer.starts_with(state) && (pointer.size() == state.size() || pointer[state.size()] == '/');
  });
}

}  // namespace

void Lint(const Value& definition, StateMachineType type, Report& report) {
  const std::unique_ptr<ScopeView> machine = ViewMachine(definition);
  LintContext context{definition, type, *machine, report};
  const std::vector<std::string> errors = PointersOfErrors(report);
  ForEachState(*machine, [&](const StateView& state) {
    if (HasAnyWithin(state.place, errors)) return;
    for (const StateCheck& row : kStateChecks) {
      if (row.type.empty() || row.type == state.type) row.check(state, context);
    }
  });
  if (!errors.empty()) return;
  for (const auto check : kMachineChecks) check(context);
}

}  // namespace gait
