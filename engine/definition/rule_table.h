// Every finding that a definition can cause: gait's id, its severity, AWS's code, and what it means. `gait validate`,
// the API's answers and the documentation read it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace gait {

struct Rule {
  std::string_view id;  // stable; users suppress by it
  Severity severity;
  // AWS's, "" where it has none:
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
  std::string_view code;
  std::string_view summary;      // what is the matter; no full stop
  std::string_view advice = {};  // what to do about it: a sentence or two
};

std::span<const Rule> Rules();

// Null if there is no such rule.
const Rule* FindRule(std::string_view id);
// REQUIRES: there is such a rule.
const Rule& RuleOf(std::string_view id);

// The page about it, with a bad and a good example: a file of the project, made by scripts/diagnostics_pages.py.
std::string PageOf(const Rule& rule);

}  // namespace gait
