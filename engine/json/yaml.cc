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
#include "engine/json/pointer.h"

namespace gait {
namespace {

// yaml-cpp counts columns in bytes.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    if (text.starts_with("\xef\xbb\xbf")) begins_ = {3};
    for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1)) begins_.push_back(i + 1);
  }

  SourcePosition PositionOf(const YAML::Mark& mark) const {
    const auto line = static_cast<size_t>(mark.line);
    if (line >= begins_.size()) return {mark.line + 1, mark.column + 1};
    const std::string_view before = text_.substr(begins_[line], static_cast<size_t>(mark.column));
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    return {mark.line + 1, mark.column + 1 - static_cast<int>(std::count_if(before.begin(), before.end(), continues))};
  }

 private:
  std::string_view text_;
  std::vector<size_t> begins_ = {0};
};

struct Refused {
  std::string message;
  YAML::Mark mark;
};

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
  Handler(const Lines& lines, Positions::Map* positions, std::map<std::string, SourcePosition>* duplicates)
      : lines_(lines), positions_(positions), duplicates_(duplicates) {}

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
    Scalar(mark, anchor, tag == "?" ? PlainScalar(text) : Value::String(text), text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, /*is_map=*/false);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, /*is_map=*/true);
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
    const SourcePosition value = lines_.PositionOf(mark);
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
      level.key_position = lines_.PositionOf(mark);
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
  void Close() {
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

  const Lines& lines_;
  Positions::Map* positions_;
  std::map<std::string, SourcePosition>* duplicates_;
  std::vector<Level> levels_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  size_t nodes_ = 0;
  bool repeated_keys_ = false;
  Value root_;
};

}  // namespace

DocumentParse ParseYaml(std::string_view text, Positions::Map* positions,
                        std::map<std::string, SourcePosition>* duplicates) {
  const Lines lines(text);
  Handler handler(lines, positions, duplicates);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(handler);
  } catch (const Refused& refused) {
    return {std::nullopt, refused.message, lines.PositionOf(refused.mark)};
  } catch (const YAML::Exception& e) {
    return {std::nullopt, e.msg, lines.PositionOf(e.mark)};
  }
  return {handler.Take(), "", {}, handler.repeated_keys()};
}

}  // namespace gait
