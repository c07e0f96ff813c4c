#include "engine/definition/fixes.h"

#include <charconv>
#include <cmath>
#include <vector>

#include "engine/base/edit_distance.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// A word of fewer letters is near too many others.
constexpr size_t kLettersMin = 4;

std::optional<std::string_view> OnlyOneAt(int distance, std::string_view word,
                                          std::span<const std::string_view> known) {
  std::optional<std::string_view> found;
  for (const std::string_view candidate : known) {
    if (EditDistance(word, candidate, distance) != distance) continue;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

std::optional<double> NumberIn(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string_view> SureMatch(std::string_view word, std::span<const std::string_view> known) {
  if (const auto same = OnlyOneAt(0, word, known)) return same;
  return word.size() < kLettersMin ? std::nullopt : OnlyOneAt(1, word, known);
}

Fix RenameTo(std::string_view name, const Place& place, std::string_view old_name) {
  Fix fix;
  fix.kind = Fix::Kind::kRenameKey;
  fix.title = "Rename " + std::string(old_name) + " to " + std::string(name);
  fix.pointer = place.pointer();
  fix.name = name;
  return fix;
}

Fix SetTo(const Value& value, const Place& place) {
  Fix fix;
  fix.kind = Fix::Kind::kSetValue;
  fix.json = ToJson(value);
  fix.title = "Write " + fix.json;
  fix.pointer = place.pointer();
  return fix;
}

Fix Remove(const Place& place, std::string_view name) {
  Fix fix;
  fix.kind = Fix::Kind::kRemoveMember;
  fix.title = "Remove " + std::string(name);
  fix.pointer = place.pointer();
  return fix;
}

std::optional<Fix> FixType(const FieldRow& row, const Value& value, const Place& place) {
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.as_string();
  if (row.type == FieldType::kBoolean && (text == "true" || text == "false")) {
    return SetTo(Value::Bool(text == "true"), place);
  }
  if (row.type != FieldType::kInteger && row.type != FieldType::kNumber) return std::nullopt;
  const auto number = NumberIn(text);
  if (!number || *number < row.min || *number > row.max) return std::nullopt;
  const bool integer = *number == std::floor(*number) && std::abs(*number) < 1e15;
  if (!integer && row.type == FieldType::kInteger) return std::nullopt;
  return SetTo(integer ? Value::Int(static_cast<int64_t>(*number)) : Value::Double(*number), place);
}

}  // namespace gait
