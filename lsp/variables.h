// The variables that an expression may read.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/diagram/diagram.h"
#include "engine/json/value.h"

namespace gait::lsp {

// Without `$`. Those that states assign in the States object at `scope` and in the ones around it: the children of a
// Distributed Map see none from outside.
std::set<std::string> VariablesAt(const Value& definition, const Diagram& diagram, std::string_view scope);

}  // namespace gait::lsp
