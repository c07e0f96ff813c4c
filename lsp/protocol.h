// The protocol's values: what is read from messages, and what goes into them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/json/text_edits.h"
#include "engine/json/value.h"
#include "lsp/document.h"
#include "lsp/lines.h"

namespace gait::lsp {

// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#errorCodes
enum class ErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kServerNotInitialized = -32002,
  kRequestFailed = -32803,
};

struct ResponseError {
  ErrorCode code;
  std::string message;
};
using Answer = std::variant<Value, ResponseError>;

Value Response(const Value& id, const Answer& answer);
Value Notification(std::string_view method, Value params);

// What `path` of member names, separated by dots, leads to; null if it leads nowhere.
const Value* Get(const Value& object, std::string_view path);
bool IsTrue(const Value& object, std::string_view path);
// Does the array at `path` have the text?
bool HasText(const Value& object, std::string_view path, std::string_view text);

// One that is negative, too large or no integer is none.
std::optional<LinePosition> ReadPosition(const Value* value);

// A document with the way in which its editor counts.
struct DocumentView {
  const Document& document;
  PositionEncoding encoding;

  std::optional<size_t> Offset(const Value* position) const;
  std::optional<TextRange> Range(const Value* range) const;
  Value ToValue(TextRange range) const;
  Value ToValue(const std::vector<TextEdit>& edits) const;
};

}  // namespace gait::lsp
