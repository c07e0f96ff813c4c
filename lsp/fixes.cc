#include "lsp/fixes.h"

#include <algorithm>

#include "lsp/diagnose.h"

namespace gait::lsp {

std::vector<OfferedFix> FixesIn(const Document& document, TextRange range) {
  std::vector<OfferedFix> fixes;
  for (const Diagnostic& diagnostic : document.diagnostics()) {
    if (!diagnostic.fix) continue;
    const TextRange underlined = RangeOf(diagnostic, document);
    if (underlined.begin > range.end || underlined.end < range.begin) continue;
    auto edits = EditsOf(*diagnostic.fix, document.text(), document.format(), document.ranges());
    if (!edits.empty()) fixes.push_back({&diagnostic, diagnostic.fix->title, std::move(edits)});
  }
  return fixes;
}

std::vector<TextEdit> AllFixes(const Document& document) {
  std::vector<TextEdit> edits;
  for (OfferedFix& fix : FixesIn(document, {0, document.text().size()})) {
    edits.insert(edits.end(), fix.edits.begin(), fix.edits.end());
  }
  std::stable_sort(edits.begin(), edits.end(),
                   [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
  std::vector<TextEdit> kept;
  for (TextEdit& edit : edits) {
    if (kept.empty() || edit.range.begin >= kept.back().range.end) kept.push_back(std::move(edit));
  }
  return kept;
}

}  // namespace gait::lsp
