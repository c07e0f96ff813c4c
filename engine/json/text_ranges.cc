#include "engine/json/text_ranges.h"

#include <algorithm>
#include <optional>

#include "engine/base/quotas.h"
#include "engine/base/utf.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"

namespace gait {
namespace {

using Entry = TextRanges::Entry;

constexpr std::string_view kSpace = " \t\r\n";

// Reads JSON that a person is still writing. Nothing is an error: what does not fit is passed over.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Entry> Scan() {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    while ((at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size())) < text_.size()) {
      switch (text_[at_]) {
        case '{':
        case '[': Open(); break;
        case '}':
        case ']': Close(); break;
        case ':': Colon(); break;
        case ',': Comma(); break;
        case '"': String(); break;
        default: Value(Word()); break;
      }
    }
    while (!levels_.empty()) CloseInnermost(text_.size());
    return std::move(entries_);
  }

 private:
  struct Level {
    bool is_object;
    std::optional<size_t> entry;  // of the container itself; empty if it is passed over
    std::string pointer;
    size_t count = 0;
    std::optional<std::string> key = {};  // that waits for its value
    TextRange key_range = {};
    std::optional<size_t> string_value = {};  // entry of the last value, if it was a string with nothing behind it yet
  };

  void Open() {
    const bool is_object = text_[at_] == '{';
    if (levels_.size() >= kNestingMax) {
      ++at_;
      return;
    }
    const std::optional<size_t> entry = Add({at_, at_ + 1});
    levels_.push_back({is_object, entry, entry ? entries_[*entry].pointer : "", 0});
    ++at_;
  }

  void Close() {
    const bool is_object = text_[at_] == '}';
    ++at_;
    const auto same =
        std::find_if(levels_.rbegin(), levels_.rend(), [&](const Level& l) { return l.is_object == is_object; });
    if (same == levels_.rend()) return;
    const auto others = static_cast<size_t>(same - levels_.rbegin());
    for (size_t i = 0; i < others; ++i) CloseInnermost(at_ - 1);
    CloseInnermost(at_);
  }

  void CloseInnermost(size_t end) {
    EndMember();
    if (levels_.back().entry) entries_[*levels_.back().entry].value.end = end;
    levels_.pop_back();
  }

  // A colon behind what was taken for a value: the value before it is still to be written.
  void Colon() {
    ++at_;
    if (levels_.empty() || !levels_.back().is_object) return;
    Level& level = levels_.back();
    if (!level.key && level.string_value) {
      Entry& entry = entries_[*level.string_value];
      level.key_range = entry.value;
      level.key = Unquoted(entry.value);
      entry.value = {entry.key.end, entry.key.end};
      while (entry.value.begin < text_.size() && text_[entry.value.begin] != ':') ++entry.value.begin;
      entry.value.begin = entry.value.end = std::min(entry.value.begin + 1, text_.size());
    }
    level.string_value.reset();
    colon_ = at_;
  }

  void Comma() {
    ++at_;
    EndMember();
  }

  // A key without a value has one that is empty.
  void EndMember() {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    level.string_value.reset();
    if (!level.key) return;
    const size_t behind = std::max(level.key_range.end, colon_);
    Add({behind, behind});
  }

  void String() {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(text_.size(), end);
    if (end < text_.size() && text_[end] == '"') ++end;
    const TextRange range{at_, end};
    at_ = end;
    if (levels_.empty() || !levels_.back().is_object || levels_.back().key) return Value(range, /*is_string=*/true);
    levels_.back().key = Unquoted(range);
    levels_.back().key_range = range;
    levels_.back().string_value.reset();
  }

  // A number, a literal, a placeholder; or what is none of them.
  TextRange Word() {
    const size_t begin = at_;
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("${")) {
        const size_t close = text_.find_first_of("}\n", at_);
        at_ = close == std::string_view::npos ? text_.size() : close + 1;
      } else if (std::string_view("{}[],:\" \t\r\n").find(text_[at_]) != std::string_view::npos) {
        break;
      } else {
        ++at_;
      }
    }
    return {begin, std::max(at_, begin + 1)};
  }

  void Value(TextRange range, bool is_string = false) {
    at_ = std::max(at_, range.end);
    const std::optional<size_t> entry = Add(range);
    if (entry && is_string && !levels_.empty() && levels_.back().is_object) levels_.back().string_value = entry;
  }

  // The value that comes next. In an object without a key it is passed over.
  std::optional<size_t> Add(TextRange value) {
    Entry entry{"", {}, value};
    if (!levels_.empty()) {
      Level& level = levels_.back();
      level.string_value.reset();
      if (level.is_object) {
        if (!level.key) return std::nullopt;
        entry.pointer = level.pointer + "/" + EscapePointerToken(*level.key);
        entry.key = level.key_range;
        level.key.reset();
      } else {
        entry.pointer = level.pointer + "/" + std::to_string(level.count++);
      }
    } else if (!entries_.empty()) {
      return std::nullopt;  // behind the document
    }
    entries_.push_back(std::move(entry));
    return entries_.size() - 1;
  }

  std::string Unquoted(TextRange range) const {
    const std::string_view quoted = text_.substr(range.begin, range.end - range.begin);
    if (const JsonParse parse = ParseJson(quoted); parse && parse.value->is_string()) {
      return std::string(parse.value->as_string());
    }
    return std::string(quoted.substr(1));
  }

  const std::string_view text_;
  std::vector<Entry> entries_;
  std::vector<Level> levels_;
  size_t at_ = 0;
  size_t colon_ = 0;  // behind the last one
};

// Finds the ends of what yaml-cpp gives the beginnings of.
class YamlRanges {
 public:
  explicit YamlRanges(std::string_view text) : text_(text) {
    lines_.push_back(0);
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') lines_.push_back(i + 1);
    }
  }

  std::vector<Entry> Find() {
    if (!ParseDocument(text_, DocumentFormat::kYaml)) return {};
    const Positions positions = Positions::Of(text_, DocumentFormat::kYaml);
    std::vector<Entry> entries;
    for (const auto& [pointer, place] : positions.places()) {
      Entry entry{pointer, {}, {OffsetOf(place.value), 0}};
      if (!(place.key == place.value)) entry.key = ScalarAt(OffsetOf(place.key), /*is_key=*/true);
      entries.push_back(std::move(entry));
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.value.begin, a.pointer.size()) < std::pair(b.value.begin, b.pointer.size());
    });
    // A container ends where the last of what it holds ends; what it holds comes behind it.
    for (size_t i = entries.size(); i-- > 0;) {
      Entry& entry = entries[i];
      size_t end = 0;
      for (size_t j = i + 1; j < entries.size() && entries[j].pointer.starts_with(entry.pointer + "/"); ++j) {
        end = std::max(end, entries[j].value.end);
      }
      entry.value.end = end > 0 ? end : ScalarAt(entry.value.begin, /*is_key=*/false).end;
    }
    return entries;
  }

 private:
  size_t OffsetOf(SourcePosition position) const {
    const auto line = static_cast<size_t>(position.line - 1);
    if (line >= lines_.size()) return text_.size();
    size_t at = lines_[line];
    if (line == 0 && text_.starts_with("\xef\xbb\xbf")) at = 3;
    for (int column = 1; column < position.column && at < text_.size(); ++column) at += Utf8Size(text_[at]);
    return std::min(at, text_.size());
  }

  TextRange ScalarAt(size_t begin, bool is_key) const {
    if (begin >= text_.size()) return {text_.size(), text_.size()};
    const char first = text_[begin];
    if (first == '"' || first == '\'') return {begin, EndOfQuoted(begin)};
    if (!is_key && (first == '|' || first == '>')) return {begin, EndOfBlock(begin)};
    size_t end = begin;
    for (; end < text_.size() && text_[end] != '\n'; ++end) {
      const char c = text_[end];
      const char next = end + 1 < text_.size() ? text_[end + 1] : '\n';
      if (is_key && c == ':' && std::string_view(" \t\r\n").find(next) != std::string_view::npos) break;
      if (c == ' ' && next == '#') break;
      if (InFlow(begin) && std::string_view(",]}").find(c) != std::string_view::npos) break;
    }
    while (end > begin && std::string_view(" \t\r").find(text_[end - 1]) != std::string_view::npos) --end;
    return {begin, end};
  }

  // Between the brackets of its own line.
  bool InFlow(size_t at) const {
    const size_t line = *std::prev(std::upper_bound(lines_.begin(), lines_.end(), at));
    int open = 0;
    for (size_t i = line; i < at; ++i)
      open += text_[i] == '{' || text_[i] == '[' ? 1 : text_[i] == '}' || text_[i] == ']' ? -1 : 0;
    return open > 0;
  }

  size_t EndOfQuoted(size_t begin) const {
    const char quote = text_[begin];
    for (size_t at = begin + 1; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= text_.size() || text_[at + 1] != quote) return at + 1;
        ++at;
      }
    }
    return text_.size();
  }

  // A block ends before the first line that is indented no further than the one that begins it.
  size_t EndOfBlock(size_t begin) const {
    auto line = std::upper_bound(lines_.begin(), lines_.end(), begin);
    const size_t indentation = IndentationOf(*std::prev(line));
    size_t end = begin + 1;
    for (; line != lines_.end(); ++line) {
      const size_t text = text_.find_first_not_of(" \r\n", *line);
      const bool blank =
          text == std::string_view::npos || text_.substr(*line, text - *line).find('\n') != std::string_view::npos;
      if (!blank && IndentationOf(*line) <= indentation) break;
      const size_t next = text_.find('\n', *line);
      if (!blank) end = next == std::string_view::npos ? text_.size() : next;
    }
    return end;
  }

  size_t IndentationOf(size_t line) const {
    const size_t text = text_.find_first_not_of(' ', line);
    return (text == std::string_view::npos ? text_.size() : text) - line;
  }

  const std::string_view text_;
  std::vector<size_t> lines_;  // where they begin
};

}  // namespace

TextRanges TextRanges::Of(std::string_view text, DocumentFormat format) {
  TextRanges ranges;
  ranges.entries_ = format == DocumentFormat::kYaml ? YamlRanges(text).Find() : Scanner(text).Scan();
  return ranges;
}

const TextRanges::Entry* TextRanges::Find(std::string_view pointer) const {
  const auto last =
      std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& e) { return e.pointer == pointer; });
  return last == entries_.rend() ? nullptr : &*last;
}

const TextRanges::Entry* TextRanges::At(size_t offset) const {
  const Entry* innermost = nullptr;
  for (const Entry& entry : entries_) {
    const bool in_key = entry.key.end > 0 && entry.key.Has(offset);
    if (in_key || entry.value.Has(offset)) innermost = &entry;
  }
  return innermost;
}

}  // namespace gait
