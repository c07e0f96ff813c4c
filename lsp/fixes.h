// The changes that mend findings, for an editor.
#pragma once

#include <string>
#include <vector>

#include "engine/json/text_edits.h"
#include "lsp/document.h"

namespace gait::lsp {

struct OfferedFix {
  const Diagnostic* diagnostic = nullptr;  // of document.diagnostics()
  std::string title;
  std::vector<TextEdit> edits;  // not empty
};

// Those of the findings that are underlined somewhere in `range`.
std::vector<OfferedFix> FixesIn(const Document& document, TextRange range);

// All fixes of the document at once; of two edits that overlap the earlier one.
std::vector<TextEdit> AllFixes(const Document& document);

}  // namespace gait::lsp
