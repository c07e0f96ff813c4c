// Every finding that a definition can cause: gait's id, its severity, AWS's code, and what it means. `gait validate`,
// the API's answers and the documentation read it.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace gait {

struct Rule {
  std::string_view id;  // stable; users suppress by it
  Severity severity;
  std::string_view
      code;  // AWS's:
             // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
  std::string_view summary;  // one line
};

std::span<const Rule> Rules();

// REQUIRES: there is such a rule.
const Rule& RuleOf(std::string_view id);

}  // namespace gait
