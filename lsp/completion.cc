#include "lsp/completion.h"

#include <algorithm>

#include "engine/json/pointer.h"

namespace gait::lsp {
namespace {

// YAML that does not parse, mostly for the line that is being written: without that line.
std::string WithoutToken(const Document& document, const Cursor& cursor) {
  std::string text = document.text();
  const size_t line_begin = cursor.offset == 0 ? 0 : text.rfind('\n', cursor.offset - 1) + 1;  // npos + 1 is 0
  size_t begin = text.find_first_not_of(" -", line_begin);
  begin = std::min(begin, cursor.offset);
  const size_t end = document.lines().EndOfLine(cursor.offset);
  return text.erase(begin, end - begin);
}

CompletionRequest RequestFor(const Document& document, const Document& readable, const Cursor& cursor,
                             const CompletionOptions& options) {
  const Value& value = readable.value().is_undefined() ? document.value() : readable.value();
  const Diagram& diagram = readable.value().is_undefined() ? document.diagram() : readable.diagram();
  return {document, value, diagram, cursor, SpotAt(value, cursor.container), options};
}

void CompleteAt(const CompletionRequest& request, std::vector<Completion>& out) {
  switch (request.cursor.slot) {
    case Cursor::Slot::kNone: return;
    case Cursor::Slot::kKey: return CompleteKeys(request, out);
    case Cursor::Slot::kValue:
    case Cursor::Slot::kItem: CompleteValues(request, out); return CompleteExpression(request, out);
  }
}

}  // namespace

std::vector<Completion> Complete(const Document& document, size_t offset, const CompletionOptions& options) {
  std::vector<Completion> out;
  Cursor cursor = CursorAt(document.text(), offset, document.format());
  const bool unreadable = document.format() == DocumentFormat::kYaml && document.ranges().entries().empty();
  const Document repaired(unreadable ? WithoutToken(document, cursor) : "", document.format());
  const Document& readable = unreadable ? repaired : document;
  CompletionRequest request = RequestFor(document, readable, cursor, options);
  if (cursor.slot == Cursor::Slot::kItem && request.spot.is_array) {
    if (document.format() == DocumentFormat::kJson) return out;
    // In YAML the first key of an object stands where a scalar would.
    cursor.container = cursor.pointer();
    cursor.slot = Cursor::Slot::kKey;
    CompleteAt(RequestFor(document, readable, cursor, options), out);
  } else {
    CompleteAt(request, out);
  }
  return out;
}

}  // namespace gait::lsp
