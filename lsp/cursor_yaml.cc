// The cursor in YAML, by the indentation of the lines above it: YAML that is being written seldom parses.
#include <algorithm>
#include <optional>
#include <vector>

#include "engine/json/pointer.h"
#include "lsp/cursor.h"

namespace gait::lsp {
namespace {

constexpr size_t kNone = std::string_view::npos;

// What a line has, from the left: dashes, then a key, then what is behind its colon.
struct Line {
  std::vector<size_t> dashes;  // their columns, in bytes
  size_t content = 0;          // column of what is behind the dashes
  std::optional<std::string> key;
  size_t rest = 0;  // column behind the key's colon, white space skipped
};

bool IsSpace(std::string_view line, size_t at) {
  return at >= line.size() || line[at] == ' ' || line[at] == '\t' || line[at] == '\r';
}

std::string Unquoted(std::string_view key) {
  const bool quoted = key.size() >= 2 && (key[0] == '"' || key[0] == '\'') && key.back() == key[0];
  return std::string(quoted ? key.substr(1, key.size() - 2) : key);
}

// Where the colon of a key is that begins at `at`, or kNone.
size_t FindColon(std::string_view line, size_t at) {
  if (at < line.size() && (line[at] == '"' || line[at] == '\'')) {
    const size_t close = line.find(line[at], at + 1);
    if (close == kNone) return kNone;
    at = close + 1;
    return at < line.size() && line[at] == ':' ? at : kNone;
  }
  for (; at < line.size(); ++at) {
    if (line[at] == '#' && at > 0 && IsSpace(line, at - 1)) return kNone;
    if (line[at] == ':' && IsSpace(line, at + 1)) return at;
  }
  return kNone;
}

Line Read(std::string_view text) {
  Line line;
  size_t at = std::min(text.find_first_not_of(' '), text.size());
  while (at < text.size() && text[at] == '-' && IsSpace(text, at + 1)) {
    line.dashes.push_back(at);
    at = std::min(text.find_first_not_of(' ', at + 1), text.size());
  }
  line.content = at;
  line.rest = at;
  if (const size_t colon = FindColon(text, at); colon != kNone) {
    line.key = Unquoted(text.substr(at, text.find_last_not_of(' ', colon - 1) + 1 - at));
    line.rest = std::min(text.find_first_not_of(' ', colon + 1), text.size());
  }
  return line;
}

bool IsBlank(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t\r");
  return first == kNone || line[first] == '#';
}

// Follows the lines upwards from a column to the ones that hold it.
class Ascent {
 public:
  explicit Ascent(size_t column) : column_(column) {}

  // Of the line that it begins in: what is left of the column.
  void TakeDashes(const Line& line) {
    for (size_t i = line.dashes.size(); i-- > 0;) TakeDash(line.dashes[i]);
  }

  void Take(const Line& line) {
    if (line.key) {
      const bool holds = is_dash_ ? line.content <= column_ : line.content < column_;
      if (holds) {
        Leave();
        tokens_.push_back(EscapePointerToken(*line.key));
        column_ = line.content;
      }
    } else if (line.dashes.empty()) {
      return;  // a text over several lines
    }
    TakeDashes(line);
  }

  std::string pointer() {
    Leave();
    std::string pointer;
    for (auto token = tokens_.rbegin(); token != tokens_.rend(); ++token) pointer += "/" + *token;
    return pointer;
  }

 private:
  void TakeDash(size_t column) {
    if (is_dash_ && column == column_) {
      ++index_;
    } else if (column < column_) {
      Leave();
      is_dash_ = true;
      column_ = column;
      index_ = 0;
    }
  }
  // The sequence that was being counted ends here.
  void Leave() {
    if (is_dash_) tokens_.push_back(std::to_string(index_));
    is_dash_ = false;
  }

  std::vector<std::string> tokens_;  // innermost first
  size_t column_;
  bool is_dash_ = false;
  size_t index_ = 0;
};

bool InFlowStyle(std::string_view before) {
  // An expression between {% and %}, and a placeholder, are no brackets.
  int open = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    const char c = before[i];
    if (c == '"' || c == '\'') return false;
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') --open;
  }
  return open > 0;
}

}  // namespace

Cursor YamlCursorAt(std::string_view text, size_t offset) {
  Cursor cursor;
  cursor.offset = offset;
  const size_t newline = offset == 0 ? kNone : text.rfind('\n', offset - 1);
  size_t begin = newline == kNone ? 0 : newline + 1;
  const size_t end = std::min(text.find_first_of("\r\n", offset), text.size());
  const std::string_view whole = text.substr(begin, end - begin), before = text.substr(begin, offset - begin);
  const Line line = Read(before);
  if (before.find(" #") != kNone || IsBlank(before) != (before.find_first_not_of(' ') == kNone)) return cursor;

  const std::string_view token_text = whole.substr(line.rest);
  if (token_text.find("{%") == kNone && InFlowStyle(before.substr(line.rest))) return cursor;
  const size_t token_end = token_text.find_last_not_of(" \t\r");
  cursor.token = {begin + line.rest, token_end == kNone ? offset : std::max(offset, begin + line.rest + token_end + 1)};
  cursor.quoted = token_text.starts_with('"') || token_text.starts_with('\'');

  Ascent ascent(line.content);
  ascent.TakeDashes(line);
  const bool item = !line.key && !line.dashes.empty();
  while (begin > 0) {
    const size_t previous = begin < 2 ? kNone : text.rfind('\n', begin - 2);
    const size_t start = previous == kNone ? 0 : previous + 1;
    const std::string_view above = text.substr(start, begin - 1 - start);
    if (!IsBlank(above)) ascent.Take(Read(above));
    begin = start;
  }
  cursor.container = ascent.pointer();
  if (item) {
    cursor.slot = Cursor::Slot::kItem;
    const size_t slash = cursor.container.rfind('/');
    cursor.index = static_cast<size_t>(std::stoul(cursor.container.substr(slash + 1)));
    cursor.container.resize(slash);
  } else {
    cursor.slot = line.key ? Cursor::Slot::kValue : Cursor::Slot::kKey;
    cursor.key = line.key.value_or("");
  }
  // The key is written up to its colon.
  if (cursor.slot != Cursor::Slot::kValue) {
    const size_t colon = FindColon(whole, line.content);
    if (colon != kNone) cursor.token.end = cursor.token.begin + (colon - line.rest);
  }
  return cursor;
}

}  // namespace gait::lsp
