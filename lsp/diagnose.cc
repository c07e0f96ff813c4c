#include "lsp/diagnose.h"

#include <algorithm>

#include "engine/base/utf.h"
#include "engine/definition/compile.h"
#include "engine/lint/lint.h"
#include "lsp/document.h"
#include "states/state_table.h"

namespace gait::lsp {

Diagnostics Diagnose(std::string_view text, DocumentFormat format, StateMachineType type) {
  CompileOptions options;
  options.states = StateTypes();
  options.format = format;
  options.type = type;
  options.keep_placeholders = true;
  options.lint = Lint;
  options.suppress = ApplySuppressions;
  return CompileDefinition(text, options).diagnostics;
}

TextRange RangeOf(const Diagnostic& diagnostic, const Document& document) {
  const std::string& text = document.text();
  const size_t begin = document.lines().OffsetOf(diagnostic.position);
  const size_t line_end = std::max(begin, document.lines().EndOfLine(begin));
  // Of one that is about the text itself, there is no entry, or one that stands elsewhere.
  if (const TextRanges::Entry* entry = document.Find(diagnostic.pointer)) {
    if (entry->key.end > 0 && entry->key.begin == begin) return entry->key;
    if (entry->value.begin == begin) return {begin, std::min(entry->value.end, line_end)};
  }
  size_t end = std::min(text.find_first_of(" \t,:]}", begin), line_end);
  if (end == begin && begin < line_end) end += Utf8Size(text[begin]);
  return {begin, std::min(end, text.size())};
}

}  // namespace gait::lsp
