// Text to CompiledPath.
//
// The dialect has no grammar of its own; it is what one library makes of a text. First the text is cut into fragments:
// `.name` up to the next `.`, `[` or blank, and `[...]` up to the bracket that closes it, quoted or not. Then the first
// telling character within the brackets (`?`, `'`, a digit, `:`, `-` or `@`) decides what the fragment is, and what is
// not understood behind it is passed over: `[1.5]` is `[1]`. docs/jsonpath.md lists what follows from it.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "engine/lang/jsonpath/compiled_path.h"
#include "engine/lang/jsonpath/json_path.h"

namespace gait::jsonpath {

// More steps than anybody writes; bounds how deep the evaluation recurses.
inline constexpr size_t kStepsMax = 1'000;

std::variant<CompiledPath, JsonPathSyntaxError> ParsePath(std::string_view text);

// For parse_filter.cc: reads what lies within a larger text, so that offsets count from its beginning.
class Parser {
 public:
  enum class Where { kPath, kFilter };

  explicit Parser(std::string_view whole) : begin_(whole.data()) {}

  // False, and `error` set, if `text` is no path. Within a filter a path holds no further filter, for it has to be
  // definite. `text` begins with `$` or `@`, blanks aside.
  bool ParsePath(std::string_view text, Where where, CompiledPath* path);
  // `text` is a whole fragment, with its brackets.
  bool ParseFilter(std::string_view text, std::vector<Criterion>* criteria);

  const JsonPathSyntaxError& error() const { return error_; }

 private:
  bool ParseDotStep(std::string_view text, size_t* at, CompiledPath* path);
  bool ParseBrackets(std::string_view fragment, Where where, CompiledPath* path);
  bool ParseNumbers(std::string_view fragment, size_t at, Step* step);
  bool ParseFromEnd(std::string_view fragment, size_t at, Step* step);
  bool ParseCriterion(std::string_view text, Criterion* criterion);
  bool ParseOperand(std::string_view text, Operand* operand);
  bool Fail(std::string message, std::string_view at);

  const char* begin_;
  JsonPathSyntaxError error_;
};

// Without the blanks and control characters at both ends.
std::string_view Trimmed(std::string_view text);

}  // namespace gait::jsonpath
