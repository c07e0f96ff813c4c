// What the readers of the configuration files (targets, mocks) have in common: where things stand in the text, and what
// is wrong with it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/json/document.h"
#include "engine/json/pointer.h"

namespace gait {

// The findings that every such file may have, by their ids.
namespace config_rule {
inline constexpr std::string_view kInvalidText = "invalid-json", kNotAnObject = "not-an-object",
                                  kUnknownField = "unknown-field", kDuplicateField = "duplicate-field",
                                  kBadType = "bad-type";
}

class ConfigReader {
 protected:
  // REQUIRES: `text` outlives the reader. `severity_of` is asked of each finding.
  ConfigReader(std::string_view text, DocumentFormat format, Severity (*severity_of)(std::string_view rule))
      : text_(text), format_(format), severity_of_(severity_of) {}

  // The text as a document. An unquoted ${NAME}, which definitions may have, is no JSON here: nothing is put in its
  // place.
  DocumentParse ParseWithoutPlaceholders() const;
  // The file, once its text was parsed. Reports what has no value, and fields that stand twice.
  std::optional<Value> Open(DocumentParse parse);

  // Reports what is none.
  bool IsObject(const Value& value, const Place& place);
  // Reports a field that its object does not have.
  void AddUnknown(const Place& object, std::string_view field, std::span<const std::string_view> known);
  // The hint for a name that is none of `names`: one like it, or `intro` and the first of them.
  static std::string Known(std::string_view name, std::span<const std::string_view> names, std::string intro);

  void AddAtKey(std::string_view rule, const Place& place, std::string message, std::string hint);
  void AddAtValue(std::string_view rule, const Place& place, std::string message, std::string hint);

  // Where the value stands.
  SourcePosition PositionOfValue(const Place& place) const { return positions_.ValueAt(place.pointer()); }

  const std::string_view text_;
  const DocumentFormat format_;
  Diagnostics diagnostics_;

 private:
  void Add(std::string_view rule, std::string pointer, SourcePosition position, std::string message, std::string hint);

  Severity (*const severity_of_)(std::string_view rule);
  Positions positions_{{}, {}};
};

}  // namespace gait
