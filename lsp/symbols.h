// The states of a definition by where they stand in the text: what leads to them, and what they are called.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/text_edits.h"
#include "lsp/document.h"

namespace gait::lsp {

// The state whose key the cursor is in, or that the Next, Default or StartAt leads to that it is in: a number of
// document.diagram().states.
struct StateAt {
  size_t state = 0;
  TextRange range;  // of the key or the value, with its quotes
};
std::optional<StateAt> FindStateAt(const Document& document, size_t offset);

// Its key.
TextRange DefinitionOf(const Document& document, size_t state);
// All values that lead to it: each Next, Default and StartAt.
std::vector<TextRange> ReferencesTo(const Document& document, size_t state);

// "" where the state may be called `name`; else why not.
std::string WhyNotRename(const Document& document, size_t state, std::string_view name);
// REQUIRES: it may.
std::vector<TextEdit> RenameEdits(const Document& document, size_t state, std::string_view name);

// A line for each state that it leads to: "Next: Ship", "Catch States.ALL: Refund".
std::vector<std::string> TransitionLines(const Diagram& diagram, size_t state);

}  // namespace gait::lsp
