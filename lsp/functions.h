// What is said of the functions of expressions, and of what they may name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gait::lsp {

struct FunctionHelp {
  std::string name;       // "$substring", "States.Format"
  std::string signature;  // "$substring(string, number, number?) → string"
  std::string summary;    // "" where there is none
};

// JSONata's, as Step Functions has them.
std::vector<FunctionHelp> JsonataFunctions();
std::vector<FunctionHelp> Intrinsics();

// Of one by its name, of either kind.
std::optional<FunctionHelp> FunctionNamed(std::string_view name);

// The members of the context object, from its root: "Execution.Id".
std::span<const std::string_view> ContextMembers();

}  // namespace gait::lsp
