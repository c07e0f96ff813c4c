#include "engine/json/yaml.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/utf.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

// yaml-cpp counts bytes.
SourcePosition PositionOfMark(std::string_view text, const YAML::Mark& mark) {
  const auto end = static_cast<size_t>(mark.pos), bytes = static_cast<size_t>(mark.column);
  if (mark.pos < 0 || end > text.size() || bytes > end) return {mark.line + 1, mark.column + 1};
  return {mark.line + 1, static_cast<int>(CountCodePoints(text.substr(end - bytes, bytes))) + 1};
}

// What yaml-cpp would read in its own way: as the end of the text, or as another character.
std::optional<DocumentParse> RefusedBytes(std::string_view text) {
  const auto refused = [&](const char* message, size_t offset) {
    return DocumentParse{std::nullopt, message, PositionOf(text, offset)};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') continue;
    return refused(c == 0 ? "A NUL byte stands in the document" : "A control character stands in the document", i);
  }
  if (IsUtf8(text)) return std::nullopt;
  size_t valid = 0;
  while (const size_t size = Utf8CharacterSize(text.substr(valid))) valid += size;
  return refused("Invalid encoding: the text is not UTF-8", valid);
}

struct Refused {
  std::string message;
  YAML::Mark mark;
};

// By the offset of the scalar that each belongs to.
using MovedTags = std::unordered_map<size_t, std::string>;

// yaml-cpp takes a tag at the beginning of a line for that of a key, and then a block scalar that is not indented
// further for the end of the mapping:
//   Policy:
//     !Sub |
//     {...}
// Turns such tags into blanks.
MovedTags TakeBlockTags(std::string& text) {
  MovedTags tags;
  for (size_t line = 0; line < text.size();) {
    const size_t end = std::min(text.find('\n', line), text.size());
    const size_t begin = text.find_first_not_of(" -", line);
    const size_t blank = text.find(' ', begin);
    const size_t scalar = text.find_first_not_of(' ', blank);
    if (scalar < end && text[begin] == '!' && (text[scalar] == '|' || text[scalar] == '>')) {
      tags[scalar] = text.substr(begin, blank - begin);
      text.replace(begin, blank - begin, blank - begin, ' ');
    }
    line = end + 1;
  }
  return tags;
}

// A plain scalar's value by the core schema (YAML 1.2, 10.3.2); every other plain scalar is a string.
Value PlainScalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return Value::Null();
  if (text == "true" || text == "True" || text == "TRUE") return Value::Bool(true);
  if (text == "false" || text == "False" || text == "FALSE") return Value::Bool(false);
  std::string_view digits = text;
  if (digits.front() == '+') digits.remove_prefix(1);
  const char* end = digits.data() + digits.size();
  int64_t i = 0;
  if (auto read = std::from_chars(digits.data(), end, i); read.ec == std::errc() && read.ptr == end)
    return Value::Int(i);
  if (digits.starts_with("0x") || digits.starts_with("0o")) {
    auto read = std::from_chars(digits.data() + 2, end, i, digits[1] == 'x' ? 16 : 8);
    if (read.ec == std::errc() && read.ptr == end) return Value::Int(i);
  }
  const bool numeric = digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  double d = 0;
  if (numeric) {
    if (auto read = std::from_chars(digits.data(), end, d); read.ec == std::errc() && read.ptr == end) {
      return Value::Double(d);
    }
  }
  if (text.size() > 3 && text.starts_with("${") && text.find('}') == text.size() - 1) {
    return Value::String(kPlaceholderMark + text.substr(2, text.size() - 3));
  }
  return Value::String(text);
}

class Handler : public YAML::EventHandler {
 public:
  Handler(std::string_view text, YamlTags tags, MovedTags moved, Positions::Map* positions,
          std::map<std::string, SourcePosition>* duplicates)
      : text_(text), tags_(tags), moved_(std::move(moved)), positions_(positions), duplicates_(duplicates) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Scalar(mark, anchor, Value::Null(), ""); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end()) throw Refused{"An alias refers to the value that it stands in", mark};
    nodes_ += it->second.nodes;
    if (nodes_ > kYamlNodesMax) throw Refused{"The aliases expand to too many values", mark};
    if (levels_.size() + static_cast<size_t>(it->second.value.depth()) > kNestingMax) TooDeep(mark);
    Scalar(mark, 0, it->second.value, "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const auto moved = moved_.find(static_cast<size_t>(mark.pos));
    const bool in_function = OpenFunction(mark, moved == moved_.end() ? tag : moved->second, anchor);
    Scalar(mark, in_function ? 0 : anchor, tag == "?" ? PlainScalar(text) : Value::String(text), text);
    if (in_function) Close();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    OpenTagged(mark, tag, anchor, /*is_map=*/false);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    OpenTagged(mark, tag, anchor, /*is_map=*/true);
  }
  void OnMapEnd() override { Close(); }

  bool repeated_keys() const { return repeated_keys_; }
  Value Take() { return root_.is_undefined() ? Value::Null() : std::move(root_); }

 private:
  struct Anchored {
    Value value;
    size_t nodes;
  };
  struct Level {
    bool is_map;
    YAML::anchor_t anchor;
    size_t nodes_before;
    std::string pointer;
    ArrayBuilder array;
    ObjectBuilder object;
    bool has_key = false;
    std::string key;
    SourcePosition key_position;
    std::unordered_set<std::string> keys;
    bool in_function = false;  // the level around it is that of its tag
  };

  [[noreturn]] static void TooDeep(const YAML::Mark& mark) {
    throw Refused{"The document nests deeper than " + std::to_string(kNestingMax) + " levels", mark};
  }
  // The pointer of the value that comes next.
  std::string NextPointer() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    return level.pointer + "/" + (level.is_map ? EscapePointerToken(level.key) : std::to_string(level.array.size()));
  }
  void Note(const YAML::Mark& mark) {
    if (positions_ == nullptr) return;
    const SourcePosition value = PositionOfMark(text_, mark);
    const bool member = !levels_.empty() && levels_.back().is_map;
    (*positions_)[NextPointer()] = {member ? levels_.back().key_position : value, value};
  }
  void Scalar(const YAML::Mark& mark, YAML::anchor_t anchor, Value value, const std::string& text) {
    if (++nodes_ > kYamlNodesMax) throw Refused{"The document has too many values", mark};
    if (!levels_.empty() && levels_.back().is_map && !levels_.back().has_key) {
      Level& level = levels_.back();
      level.key = value.is_string() && IsPlaceholder(value) ? text
                  : value.is_string()                       ? std::string(value.as_string())
                                                            : text;
      level.key_position = PositionOfMark(text_, mark);
      level.has_key = true;
      if (!level.keys.insert(level.key).second) {
        repeated_keys_ = true;
        if (duplicates_ != nullptr) (*duplicates_)[NextPointer()] = level.key_position;
      }
      return;
    }
    Note(mark);
    if (anchor != 0) anchors_[anchor] = {value, 1};
    Put(std::move(value));
  }
  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, bool is_map) {
    if (!levels_.empty() && levels_.back().is_map && !levels_.back().has_key) {
      throw Refused{"A key must be a text, not a sequence or a mapping", mark};
    }
    if (levels_.size() >= kNestingMax) TooDeep(mark);
    Note(mark);
    std::string pointer = NextPointer();
    levels_.push_back({is_map, anchor, nodes_, std::move(pointer), {}, {}, false, {}, {}, {}});
    ++nodes_;
  }
  // The object that the tag of the value to come makes around it; false if it makes none.
  bool OpenFunction(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (tags_ == YamlTags::kIgnored || tag.size() < 2 || tag[0] != '!') return false;
    if (!levels_.empty() && levels_.back().is_map && !levels_.back().has_key) return false;  // a key
    Open(mark, anchor, /*is_map=*/true);
    Level& level = levels_.back();
    level.key = tag == "!Ref" || tag == "!Condition" ? tag.substr(1) : "Fn::" + tag.substr(1);
    level.key_position = PositionOfMark(text_, mark);
    level.has_key = true;
    return true;
  }
  void OpenTagged(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool is_map) {
    const bool in_function = OpenFunction(mark, tag, anchor);
    Open(mark, in_function ? 0 : anchor, is_map);
    levels_.back().in_function = in_function;
  }
  void Close() {
    const bool in_function = levels_.back().in_function;
    CloseLevel();
    if (in_function) CloseLevel();
  }
  void CloseLevel() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    Value value = level.is_map ? level.object.Build() : level.array.Build();
    if (level.anchor != 0) anchors_[level.anchor] = {value, nodes_ - level.nodes_before};
    Put(std::move(value));
  }
  void Put(Value value) {
    if (levels_.empty()) {
      root_ = std::move(value);
    } else if (levels_.back().is_map) {
      levels_.back().object.Add(levels_.back().key, std::move(value));
      levels_.back().has_key = false;
    } else {
      levels_.back().array.Add(std::move(value));
    }
  }

  std::string_view text_;
  YamlTags tags_;
  MovedTags moved_;
  Positions::Map* positions_;
  std::map<std::string, SourcePosition>* duplicates_;
  std::vector<Level> levels_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  size_t nodes_ = 0;
  bool repeated_keys_ = false;
  Value root_;
};

DocumentParse Parse(std::string text, YamlTags tags, MovedTags moved, Positions::Map* positions,
                    std::map<std::string, SourcePosition>* duplicates) {
  Handler handler(text, tags, std::move(moved), positions, duplicates);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(handler);
  } catch (const Refused& refused) {
    return {std::nullopt, refused.message, PositionOfMark(text, refused.mark)};
  } catch (const YAML::Exception& e) {
    return {std::nullopt, e.msg, PositionOfMark(text, e.mark)};
  }
  return {handler.Take(), "", {}, handler.repeated_keys()};
}

}  // namespace

DocumentParse ParseYaml(std::string_view text, YamlTags tags, Positions::Map* positions,
                        std::map<std::string, SourcePosition>* duplicates) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (auto refused = RefusedBytes(text)) return *std::move(refused);
  DocumentParse parse = Parse(std::string(text), tags, {}, positions, duplicates);
  if (parse) return parse;
  std::string without(text);
  MovedTags moved = TakeBlockTags(without);
  if (moved.empty()) return parse;
  if (positions != nullptr) positions->clear();
  if (duplicates != nullptr) duplicates->clear();
  DocumentParse again = Parse(std::move(without), tags, std::move(moved), positions, duplicates);
  return again ? again : parse;
}

}  // namespace gait
