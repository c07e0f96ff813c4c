// What could be written at the cursor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/json/text_ranges.h"
#include "lsp/cursor.h"
#include "lsp/document.h"
#include "lsp/grammar.h"

namespace gait::lsp {

struct Completion {
  enum class Kind : uint8_t { kField, kValue, kState, kError, kFunction, kVariable, kResource, kSkeleton };
  Kind kind = Kind::kField;
  std::string label;
  std::string detail;         // one line
  std::string documentation;  // Markdown
  std::string insert;         // takes the place of `range`
  std::string filter;         // what is in `range` is compared with it
  TextRange range;
  bool is_snippet = false;  // `insert` has tab stops: $1, ${2:text}
};

struct CompletionOptions {
  bool snippets = false;               // the editor knows what they are
  std::vector<std::string> functions;  // the Lambda functions that the targets file has
};

// REQUIRES: offset <= document.text().size().
std::vector<Completion> Complete(const Document& document, size_t offset, const CompletionOptions& options);

// What the parts of it share.
struct CompletionRequest {
  const Document& document;  // as it is: what ranges are of
  const Value& value;        // what can be read of it
  const Diagram& diagram;
  const Cursor& cursor;
  const Spot spot;  // of the object or array that the cursor is in
  const CompletionOptions& options;

  bool yaml() const { return document.format() == DocumentFormat::kYaml; }
};

// Keys of the object at the cursor.
void CompleteKeys(const CompletionRequest& request, std::vector<Completion>& out);
// Whole values, of the member or item at the cursor.
void CompleteValues(const CompletionRequest& request, std::vector<Completion>& out);
// A word of the expression that the cursor is in: a path, an intrinsic function's call, JSONata.
void CompleteExpression(const CompletionRequest& request, std::vector<Completion>& out);

}  // namespace gait::lsp
