#include "lsp/cursor.h"

#include <algorithm>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/json/parse.h"
#include "engine/json/pointer.h"

namespace gait::lsp {
namespace {

// Reads JSON up to the cursor. What does not fit is taken for what is mostly meant by it while one writes: a comma or a
// value that is still missing.
class JsonReader {
 public:
  JsonReader(std::string_view text, size_t offset) : text_(text), offset_(offset) {}

  Cursor Read() {
    while (at_ < offset_) {
      if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else if (!Punctuation(text_[at_])) {
        const size_t begin = at_;
        const bool string = text_[at_] == '"';
        const bool closed = string ? String() : Word();
        if (at_ > offset_ || (at_ == offset_ && !closed)) return Within({begin, at_}, string);
        string ? Take({begin, at_}) : TakeWord();
      }
    }
    return Within({offset_, offset_}, false);
  }

 private:
  enum class Due : uint8_t { kKey, kColon, kValue, kComma };
  struct Level {
    bool is_object;
    std::string pointer;
    Due due;
    std::string key;
    size_t count = 0;
  };

  bool Punctuation(char c) {
    switch (c) {
      case '{':
      case '[': Open(c == '{'); break;
      case '}':
      case ']': Close(c == '}'); break;
      case ',':
        if (!levels_.empty()) {
          levels_.back().due = levels_.back().is_object ? Due::kKey : Due::kValue;
          levels_.back().count += 1;
        }
        break;
      case ':':
        if (!levels_.empty() && levels_.back().is_object) levels_.back().due = Due::kValue;
        break;
      default: return false;
    }
    ++at_;
    return true;
  }

  void Open(bool is_object) {
    if (levels_.size() >= kNestingMax) return;
    const std::string pointer = NextPointer();
    if (!levels_.empty()) levels_.back().due = Due::kComma;
    levels_.push_back({is_object, pointer, is_object ? Due::kKey : Due::kValue, {}});
  }

  void Close(bool is_object) {
    const auto same =
        std::find_if(levels_.rbegin(), levels_.rend(), [&](const Level& l) { return l.is_object == is_object; });
    if (same != levels_.rend()) levels_.erase(std::prev(same.base()), levels_.end());
  }

  std::string NextPointer() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    return level.pointer + "/" + (level.is_object ? EscapePointerToken(level.key) : std::to_string(level.count));
  }

  // True if it has its closing quote.
  bool String() {
    for (++at_; at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r'; ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
    }
    return false;
  }

  bool Word() {
    at_ = std::min(text_.find_first_of("{}[],:\" \t\r\n", at_ + 1), text_.size());
    return false;
  }

  // A string is the value that is due, unless a colon follows it: then the value is missing.
  bool IsKey(size_t end) const {
    const Level& level = levels_.back();
    if (!level.is_object) return false;
    if (level.due != Due::kValue) return true;
    const size_t next = text_.find_first_not_of(" \t\r\n", end);
    return next != std::string_view::npos && text_[next] == ':';
  }

  void Take(TextRange string) {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (!IsKey(string.end)) {
      level.due = Due::kComma;
      return;
    }
    const std::string_view quoted = text_.substr(string.begin, string.end - string.begin);
    const JsonParse parse = ParseJson(quoted);
    level.key =
        parse && parse.value->is_string() ? std::string(parse.value->as_string()) : std::string(quoted.substr(1));
    level.due = Due::kColon;
  }

  void TakeWord() {
    if (!levels_.empty()) levels_.back().due = Due::kComma;
  }

  Cursor Within(TextRange token, bool quoted) const {
    Cursor cursor;
    cursor.token = token;
    // What stands behind the cursor in a string without its end is seldom a part of it.
    if (quoted && !(token.end > token.begin + 1 && text_[token.end - 1] == '"')) cursor.token.end = offset_;
    cursor.quoted = quoted;
    cursor.offset = offset_;
    if (levels_.empty()) return cursor;
    const Level& level = levels_.back();
    cursor.container = level.pointer;
    if (!level.is_object) {
      cursor.slot = level.due == Due::kValue ? Cursor::Slot::kItem : Cursor::Slot::kNone;
      cursor.index = level.count;
    } else if (level.due == Due::kKey || (token.end > token.begin && IsKey(token.end))) {
      cursor.slot = Cursor::Slot::kKey;
    } else if (level.due == Due::kValue) {
      cursor.slot = Cursor::Slot::kValue;
      cursor.key = level.key;
    }
    return cursor;
  }

  const std::string_view text_;
  const size_t offset_;
  size_t at_ = 0;
  std::vector<Level> levels_;
};

}  // namespace

std::string Cursor::pointer() const {
  return container + "/" + (slot == Slot::kItem ? std::to_string(index) : EscapePointerToken(key));
}

Cursor JsonCursorAt(std::string_view text, size_t offset) { return JsonReader(text, offset).Read(); }

Cursor CursorAt(std::string_view text, size_t offset, DocumentFormat format) {
  return format == DocumentFormat::kYaml ? YamlCursorAt(text, offset) : JsonCursorAt(text, offset);
}

}  // namespace gait::lsp
