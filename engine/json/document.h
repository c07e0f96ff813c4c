// A document that a person wrote, in JSON or YAML: its value, and where in the text each part of it stands.
//
// A template's placeholder may stand where a value is due: `"Seconds": ${Delay}`, which is no JSON until a deployment
// has put the number there. Such a placeholder is read as a string that begins with kPlaceholderMark; Substitute puts
// the value in, and a validator takes it for a value of any type.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/source_position.h"
#include "engine/json/value.h"

namespace gait {

enum class DocumentFormat { kJson, kYaml };

// By its name: `.yaml` and `.yml` are YAML, all else is JSON.
DocumentFormat FormatOfFile(std::string_view file_name);

struct DocumentParse {
  std::optional<Value> value;
  std::string message;         // what is wrong, where `value` is empty
  SourcePosition position;     // where
  bool repeated_keys = false;  // an object has a key twice; the last one counted

  explicit operator bool() const { return value.has_value(); }
};

// What a tag of the document's own, `!Name value`, makes of a YAML value.
enum class YamlTags {
  kIgnored,
  kFunctions,  // CloudFormation's short forms: `!Ref x` is {"Ref": "x"}, and every other one `!Sub x` {"Fn::Sub": "x"}
};

// Reads a document: UTF-8, with or without a byte order mark; an empty YAML document is null. Depth is bounded by
// kNestingMax, and the number of values that YAML's aliases may expand to by kYamlNodesMax.
DocumentParse ParseDocument(std::string_view text, DocumentFormat format, YamlTags tags = YamlTags::kIgnored);

inline constexpr size_t kYamlNodesMax = 1'000'000;

inline constexpr char kPlaceholderMark = '\x7f';

// Is this an unquoted placeholder that nothing was put in for?
bool IsPlaceholder(const Value& value);

// May it become another text: is it such a placeholder, or is a `${NAME}` within it?
bool HasPlaceholder(std::string_view text);

// `value` with every `${NAME}` in its strings replaced, for the NAMEs that `substitutions` has. An unquoted placeholder
// becomes the number, boolean, object, ... that the text is as JSON, or else the text.
Value Substitute(const Value& value, const std::map<std::string, std::string, std::less<>>& substitutions);

// Where the parts of a document stand. Made when there is something to report: it reads the text once more.
class Positions {
 public:
  // REQUIRES: ParseDocument takes the text.
  static Positions Of(std::string_view text, DocumentFormat format, YamlTags tags = YamlTags::kIgnored);

  // Of the value that the JSON pointer names; of the innermost value around it, if there is no such value.
  SourcePosition ValueAt(std::string_view pointer) const;
  // Of the key of the member that the pointer names; of the value, if it is no member.
  SourcePosition KeyAt(std::string_view pointer) const;
  struct Place {
    SourcePosition key, value;
  };
  using Map = std::map<std::string, Place, std::less<>>;
  explicit Positions(Map map, std::map<std::string, SourcePosition> duplicates)
      : map_(std::move(map)), duplicates_(std::move(duplicates)) {}

  // All of them, by pointer.
  const Map& places() const { return map_; }
  // Those of the value at `prefix`, as if it were a document.
  Positions Under(std::string_view prefix) const;

  // The members whose key stands in its object for a second time: pointer, and position of the later key.
  const std::map<std::string, SourcePosition>& duplicates() const { return duplicates_; }

 private:
  const Place& Nearest(std::string_view pointer) const;

  Map map_;
  std::map<std::string, SourcePosition> duplicates_;
};

// The position of a byte of the text.
SourcePosition PositionOf(std::string_view text, size_t offset);

}  // namespace gait
