#include "engine/json/document.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "engine/base/check.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"
#include "engine/json/yaml.h"

namespace gait {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':';
}

// The JSON text with every unquoted `${NAME}` turned into a string of the same length, so that offsets stay.
std::string QuotePlaceholders(std::string_view text) {
  std::string out(text);
  bool in_string = false;
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '\\' && in_string) {
      ++i;
    } else if (out[i] == '"') {
      in_string = !in_string;
    } else if (!in_string && out[i] == '$' && i + 1 < out.size() && out[i + 1] == '{') {
      size_t end = i + 2;
      while (end < out.size() && IsNameCharacter(out[end])) ++end;
      if (end == i + 2 || end == out.size() || out[end] != '}') continue;
      out[i] = '"';
      out[i + 1] = kPlaceholderMark;
      out[end] = '"';
      i = end;
    }
  }
  return out;
}

// Notes where each value of a JSON text begins. The reader calls back behind a scalar or key, and at a bracket; the
// token began where the separators and closing brackets after the one before it end.
class PositionHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, PositionHandler> {
 public:
  PositionHandler(std::string_view text, const rapidjson::MemoryStream& stream, Positions::Map& map,
                  std::map<std::string, SourcePosition>& duplicates)
      : text_(text), stream_(stream), map_(map), duplicates_(duplicates) {}

  bool Default() { return Scalar(); }
  bool String(const char*, rapidjson::SizeType, bool) { return Scalar(); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return Scalar(); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    Level& level = levels_.back();
    level.key.assign(text, size);
    level.key_position = Begin();
    if (!level.keys.insert(level.key).second) duplicates_[NextPointer()] = level.key_position;
    return true;
  }
  bool StartObject() { return Open(true); }
  bool StartArray() { return Open(false); }
  bool EndObject(rapidjson::SizeType) { return Close(); }
  bool EndArray(rapidjson::SizeType) { return Close(); }

 private:
  struct Level {
    bool is_object;
    std::string pointer;
    std::string key;
    SourcePosition key_position;
    size_t count = 0;
    std::unordered_set<std::string> keys;
  };

  // Where the token that was just read begins; advances line by line, so the whole text is looked at once.
  SourcePosition Begin() {
    size_t begin = last_end_;
    while (begin < text_.size() && std::string_view(" \t\r\n,:]}").find(text_[begin]) != std::string_view::npos)
      ++begin;
    last_end_ = std::max(begin + 1, stream_.Tell());
    for (; counted_ < begin; ++counted_) {
      if (text_[counted_] == '\n') {
        at_.line += 1;
        at_.column = 1;
      } else if ((static_cast<unsigned char>(text_[counted_]) & 0xc0) != 0x80) {
        at_.column += 1;
      }
    }
    return at_;
  }
  std::string NextPointer() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    return level.pointer + "/" + (level.is_object ? EscapePointerToken(level.key) : std::to_string(level.count));
  }
  void Note() {
    const SourcePosition value = Begin();
    const bool member = !levels_.empty() && levels_.back().is_object;
    map_[NextPointer()] = {member ? levels_.back().key_position : value, value};
  }
  bool Scalar() {
    Note();
    if (!levels_.empty()) ++levels_.back().count;
    return true;
  }
  bool Open(bool is_object) {
    Note();
    std::string pointer = NextPointer();
    levels_.push_back({is_object, std::move(pointer), {}, {}, 0, {}});
    return true;
  }
  bool Close() {
    levels_.pop_back();
    if (!levels_.empty()) ++levels_.back().count;
    return true;
  }

  std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  Positions::Map& map_;
  std::map<std::string, SourcePosition>& duplicates_;
  std::vector<Level> levels_;
  size_t last_end_ = 0;
  size_t counted_ = 0;
  SourcePosition at_{1, 1};
};

std::string SubstituteText(std::string_view text,
                           const std::map<std::string, std::string, std::less<>>& substitutions) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t open = text.find("${", i);
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return out.append(text.substr(i));
    const auto it = substitutions.find(text.substr(open + 2, close - open - 2));
    if (it == substitutions.end()) {
      out.append(text.substr(i, open + 2 - i));
      i = open + 2;
    } else {
      out.append(text.substr(i, open - i)).append(it->second);
      i = close + 1;
    }
  }
  return out;
}

}  // namespace

DocumentFormat FormatOfFile(std::string_view file_name) {
  return file_name.ends_with(".yaml") || file_name.ends_with(".yml") ? DocumentFormat::kYaml : DocumentFormat::kJson;
}

DocumentParse ParseDocument(std::string_view text, DocumentFormat format, YamlTags tags) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return {std::nullopt, "The text is UTF-16; it has to be UTF-8", {1, 1}};
  }
  if (format == DocumentFormat::kYaml) return ParseYaml(text, tags, nullptr, nullptr);
  const size_t skipped = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const std::string_view body = text.substr(skipped);
  JsonParse parse = body.find("${") == std::string_view::npos ? ParseJson(body) : ParseJson(QuotePlaceholders(body));
  if (parse) return {std::move(parse.value), "", {}, parse.repeated_keys};
  return {std::nullopt, parse.error.message, PositionOf(body, parse.error.offset)};
}

bool IsPlaceholder(const Value& value) { return value.is_string() && value.as_string().starts_with(kPlaceholderMark); }

bool HasPlaceholder(std::string_view text) {
  return text.starts_with(kPlaceholderMark) || text.find("${") != std::string_view::npos;
}

Value Substitute(const Value& value, const std::map<std::string, std::string, std::less<>>& substitutions) {
  switch (value.type()) {
    case Value::Type::kString: {
      if (!IsPlaceholder(value)) {
        return value.as_string().find("${") == std::string_view::npos
                   ? value
                   : Value::String(SubstituteText(value.as_string(), substitutions));
      }
      const auto it = substitutions.find(value.as_string().substr(1));
      if (it == substitutions.end()) return value;
      JsonParse parse = ParseJson(it->second);
      return parse ? *std::move(parse.value) : Value::String(it->second);
    }
    case Value::Type::kArray: {
      ArrayBuilder array(value.size());
      for (const Value& item : value.items()) array.Add(Substitute(item, substitutions));
      return array.Build();
    }
    case Value::Type::kObject: {
      ObjectBuilder object(value.size());
      for (const Member& m : value.members()) {
        object.Add(SubstituteText(m.name(), substitutions), Substitute(m.value, substitutions));
      }
      return object.Build();
    }
    default: return value;
  }
}

Positions Positions::Of(std::string_view text, DocumentFormat format, YamlTags tags) {
  Map map;
  std::map<std::string, SourcePosition> duplicates;
  if (format == DocumentFormat::kYaml) {
    ParseYaml(text, tags, &map, &duplicates);
  } else {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::string json = QuotePlaceholders(text);
    rapidjson::MemoryStream stream(json.data(), json.size());
    rapidjson::Reader reader;
    PositionHandler handler(json, stream, map, duplicates);
    reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(stream, handler);
  }
  return Positions(std::move(map), std::move(duplicates));
}

Positions Positions::Under(std::string_view prefix) const {
  const auto is_under = [&](std::string_view pointer) {
    return pointer.starts_with(prefix) && (pointer.size() == prefix.size() || pointer[prefix.size()] == '/');
  };
  const auto cut = [&](const auto& all) {
    std::remove_cvref_t<decltype(all)> under;
    for (auto it = all.lower_bound(std::string(prefix)); it != all.end() && it->first.starts_with(prefix); ++it) {
      if (is_under(it->first)) under.emplace_hint(under.end(), it->first.substr(prefix.size()), it->second);
    }
    return under;
  };
  return Positions(cut(map_), cut(duplicates_));
}

const Positions::Place& Positions::Nearest(std::string_view pointer) const {
  static const Place kStart{{1, 1}, {1, 1}};
  for (;;) {
    if (const auto it = map_.find(pointer); it != map_.end()) return it->second;
    const size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return kStart;
    pointer = pointer.substr(0, slash);
  }
}

SourcePosition Positions::ValueAt(std::string_view pointer) const { return Nearest(pointer).value; }

SourcePosition Positions::KeyAt(std::string_view pointer) const { return Nearest(pointer).key; }

SourcePosition PositionOf(std::string_view text, size_t offset) {
  SourcePosition at{1, 1};
  for (size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      at.line += 1;
      at.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) {
      at.column += 1;
    }
  }
  return at;
}

}  // namespace gait
