// The fields of an object of the States Language, as a table: what may stand there, of which type, in which query
// language, within which bounds. Parsing, checks, the editor's schema and the documentation read the same rows.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace gait {

enum class FieldType : uint8_t {
  kAny,
  kText,
  kBoolean,
  kInteger,        // in a JSONata state also an expression
  kNumber,         // the same
  kEnum,           // one of `values`
  kObject,         // a structure of its own, with a table of its own
  kArray,          // of such structures
  kPath,           // a Path, or null where the field may be null
  kReferencePath,  // a Reference Path, or null where the field may be null
  kPathOrCall,     // a Path or the call of an intrinsic function
  kTemplate,       // a payload template; in a JSONata state JSON with {% %} in its strings
};

enum class FieldLanguage : uint8_t { kBoth, kJsonPath, kJsonata };

struct FieldRow {
  std::string_view name;
  FieldType type;
  FieldLanguage language = FieldLanguage::kBoth;
  bool required = false;
  double min = -std::numeric_limits<double>::infinity();  // inclusive, of a number
  double max = std::numeric_limits<double>::infinity();
  std::span<const std::string_view> values = {};  // of kEnum
  bool nullable = false;
};

using FieldTable = std::span<const FieldRow>;

inline constexpr double kSecondsMax = 99'999'999;

// Rows in one expression.
constexpr FieldRow Text(std::string_view name, bool required = false) {
  return {name, FieldType::kText, FieldLanguage::kBoth, required};
}
constexpr FieldRow PathField(std::string_view name) { return {name, FieldType::kPath, FieldLanguage::kJsonPath}; }
constexpr FieldRow NullablePath(std::string_view name, FieldType type = FieldType::kPath) {
  FieldRow row{name, type, FieldLanguage::kJsonPath};
  row.nullable = true;
  return row;
}
constexpr FieldRow Integer(std::string_view name, double min, double max) {
  return {name, FieldType::kInteger, FieldLanguage::kBoth, false, min, max};
}
constexpr FieldRow Number(std::string_view name, double min, double max) {
  return {name, FieldType::kNumber, FieldLanguage::kBoth, false, min, max};
}
constexpr FieldRow Enum(std::string_view name, std::span<const std::string_view> values) {
  FieldRow row{name, FieldType::kEnum};
  row.values = values;
  return row;
}
constexpr FieldRow Template(std::string_view name, FieldLanguage language = FieldLanguage::kBoth) {
  return {name, FieldType::kTemplate, language};
}
constexpr FieldRow Structure(std::string_view name, FieldType type, bool required = false) {
  return {name, type, FieldLanguage::kBoth, required};
}

}  // namespace gait
