// What is said of a field of the States Language to a person who writes one.
#pragma once

#include <string>
#include <string_view>

#include "engine/definition/field_table.h"
#include "lsp/grammar.h"

namespace gait::lsp {

// "integer · 1 to 99999999 · JSONPath only · required"
std::string FieldSummary(const FieldRow& row);

// One sentence; "" where the name says it all.
std::string_view FieldHelp(std::string_view name);

// The page of the Step Functions guide on what the field belongs to; "" where there is none of its own.
std::string FieldPage(const Spot& spot, std::string_view name);

// The three of them in Markdown.
std::string FieldMarkdown(const Spot& spot, const FieldRow& row);

}  // namespace gait::lsp
