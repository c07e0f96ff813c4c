// What is wrong with a definition, for an editor.
#pragma once

#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/definition/state_machine.h"
#include "engine/json/document.h"
#include "engine/json/text_ranges.h"

namespace gait::lsp {

class Document;

// All that `gait validate` finds in it, for a state machine of the type; a template's placeholders stand for any value.
Diagnostics Diagnose(std::string_view text, DocumentFormat format, StateMachineType type);

// What an editor underlines: the key or the value that the finding is about, its first line if it has several.
TextRange RangeOf(const Diagnostic& diagnostic, const Document& document);

}  // namespace gait::lsp
