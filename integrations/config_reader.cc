#include "integrations/config_reader.h"

#include "engine/base/edit_distance.h"
#include "engine/json/parse.h"

namespace gait {

using namespace config_rule;

DocumentParse ConfigReader::ParseWithoutPlaceholders() const {
  DocumentParse parse = ParseDocument(text_, format_);
  if (!parse || format_ != DocumentFormat::kJson) return parse;
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const size_t skipped = text_.starts_with(kMark) ? kMark.size() : 0;
  const JsonParse strict = ParseJson(text_.substr(skipped));
  if (strict) return parse;
  parse.value.reset();
  parse.message = strict.error.message;
  parse.position = PositionOf(text_, skipped + strict.error.offset);
  return parse;
}

std::optional<Value> ConfigReader::Open(DocumentParse parse) {
  if (!parse) {
    Add(kInvalidText, "", parse.position, std::move(parse.message), "");
    return std::nullopt;
  }
  positions_ = Positions::Of(text_, format_);
  for (const auto& [pointer, position] : positions_.duplicates()) {
    Add(kDuplicateField, pointer, position, "The field stands here for a second time", "remove one of the two");
  }
  return std::move(parse.value);
}

bool ConfigReader::IsObject(const Value& value, const Place& place) {
  if (!value.is_object()) AddAtValue(kNotAnObject, place, "This must be an object", "");
  return value.is_object();
}

void ConfigReader::AddUnknown(const Place& object, std::string_view field, std::span<const std::string_view> known) {
  AddAtKey(kUnknownField, object.Key(field), "There is no field '" + std::string(field) + "' here",
           Known(field, known, "known here:"));
}

std::string ConfigReader::Known(std::string_view name, std::span<const std::string_view> names, std::string intro) {
  if (const auto meant = DidYouMean(name, names)) return "did you mean '" + std::string(*meant) + "'?";
  if (names.empty()) return "";
  constexpr size_t kShown = 8;
  for (size_t i = 0; i < names.size() && i < kShown; ++i) intro.append(i == 0 ? " " : ", ").append(names[i]);
  return names.size() > kShown ? intro + ", ..." : intro;
}

void ConfigReader::AddAtKey(std::string_view rule, const Place& place, std::string message, std::string hint) {
  Add(rule, place.pointer(), positions_.KeyAt(place.pointer()), std::move(message), std::move(hint));
}

void ConfigReader::AddAtValue(std::string_view rule, const Place& place, std::string message, std::string hint) {
  Add(rule, place.pointer(), positions_.ValueAt(place.pointer()), std::move(message), std::move(hint));
}

void ConfigReader::Add(std::string_view rule, std::string pointer, SourcePosition position, std::string message,
                       std::string hint) {
  Diagnostic d;
  d.severity = severity_of_(rule);
  d.rule = rule;
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.pointer = std::move(pointer);
  d.position = position;
  diagnostics_.push_back(std::move(d));
}

}  // namespace gait
