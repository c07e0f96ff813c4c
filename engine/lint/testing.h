// What the tests of the lints share.
#pragma once

#include <string>
#include <string_view>

#include "engine/definition/compile.h"
#include "engine/lint/lint.h"
#include "tests/support/trial.h"

namespace gait::testing {

// What is found in a definition, with what its Comments ignore left out.
inline Diagnostics Linted(std::string_view text, StateMachineType type = StateMachineType::kStandard) {
  CompileOptions options;
  options.states = StateTypes();
  options.type = type;
  options.keep_placeholders = true;
  options.lint = Lint;
  options.suppress = ApplySuppressions;
  return CompileDefinition(text, options).diagnostics;
}

// The same, as "rule pointer", a line each.
inline std::string Findings(std::string_view text, StateMachineType type = StateMachineType::kStandard) {
  std::string found;
  for (const Diagnostic& d : Linted(text, type)) found += (found.empty() ? "" : "\n") + d.rule + " " + d.pointer;
  return found;
}

}  // namespace gait::testing
