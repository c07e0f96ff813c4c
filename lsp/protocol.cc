#include "lsp/protocol.h"

#include <algorithm>

namespace gait::lsp {
namespace {

Value PositionValue(LinePosition position) {
  return Value::Object({{"line", Value::Int(static_cast<int64_t>(position.line))},
                        {"character", Value::Int(static_cast<int64_t>(position.character))}});
}

}  // namespace

Value Response(const Value& id, const Answer& answer) {
  if (const auto* result = std::get_if<Value>(&answer)) {
    return Value::Object({{"jsonrpc", Value::String("2.0")}, {"id", id}, {"result", *result}});
  }
  const auto& error = std::get<ResponseError>(answer);
  return Value::Object({{"jsonrpc", Value::String("2.0")},
                        {"id", id},
                        {"error", Value::Object({{"code", Value::Int(static_cast<int>(error.code))},
                                                 {"message", Value::String(error.message)}})}});
}

Value Notification(std::string_view method, Value params) {
  return Value::Object(
      {{"jsonrpc", Value::String("2.0")}, {"method", Value::String(method)}, {"params", std::move(params)}});
}

const Value* Get(const Value& object, std::string_view path) {
  const Value* value = &object;
  while (!path.empty()) {
    const size_t dot = std::min(path.find('.'), path.size());
    if (!value->is_object()) return nullptr;
    value = value->Find(path.substr(0, dot));
    if (value == nullptr) return nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

bool IsTrue(const Value& object, std::string_view path) {
  const Value* value = Get(object, path);
  return value != nullptr && value->is_bool() && value->as_bool();
}

bool HasText(const Value& object, std::string_view path, std::string_view text) {
  const Value* array = Get(object, path);
  if (array == nullptr) return false;
  return std::any_of(array->items().begin(), array->items().end(),
                     [&](const Value& item) { return item.is_string() && item.as_string() == text; });
}

std::optional<LinePosition> ReadPosition(const Value* value) {
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const Value* line = value->Find("line");
  const Value* character = value->Find("character");
  if (line == nullptr || character == nullptr || !line->is_int() || !character->is_int()) return std::nullopt;
  if (line->as_int() < 0 || character->as_int() < 0) return std::nullopt;
  return LinePosition{static_cast<size_t>(line->as_int()), static_cast<size_t>(character->as_int())};
}

std::optional<size_t> DocumentView::Offset(const Value* position) const {
  const std::optional<LinePosition> read = ReadPosition(position);
  return read ? std::optional(document.lines().OffsetOf(*read, encoding)) : std::nullopt;
}

std::optional<TextRange> DocumentView::Range(const Value* range) const {
  if (range == nullptr || !range->is_object()) return std::nullopt;
  const std::optional<size_t> begin = Offset(range->Find("start")), end = Offset(range->Find("end"));
  if (!begin || !end || *begin > *end) return std::nullopt;
  return TextRange{*begin, *end};
}

Value DocumentView::ToValue(TextRange range) const {
  const Lines& lines = document.lines();
  return Value::Object({{"start", PositionValue(lines.PositionOf(range.begin, encoding))},
                        {"end", PositionValue(lines.PositionOf(range.end, encoding))}});
}

Value DocumentView::ToValue(const std::vector<TextEdit>& edits) const {
  ArrayBuilder array;
  for (const TextEdit& edit : edits) {
    array.Add(Value::Object({{"range", ToValue(edit.range)}, {"newText", Value::String(edit.text)}}));
  }
  return array.Build();
}

}  // namespace gait::lsp
