#include "api/json_message.h"

#include <cctype>
#include <cstdio>
#include <vector>

#include "engine/base/utf.h"

namespace gait {
namespace {

constexpr std::string_view kValues = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

// Goes over the text as a parser does, to the first token that does not fit, and says what was expected there. It needs
// to be right about the kind of the first error only: that there is one is known.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}

  std::string Run() {
    SkipBlanks();
    if (done()) return "Invalid execution input.";
    for (;;) {
      std::string error = Step();
      if (!error.empty()) return error;
      if (finished_) return Unexpected("was expecting end-of-input");
    }
  }

 private:
  enum class Expect { kValue, kValueOrEnd, kName, kNameOrEnd, kColon, kSeparator };

  bool done() const { return at_ >= text_.size(); }
  void SkipBlanks() {
    while (!done() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  std::string Unexpected(std::string_view expected) const {
    if (done()) return "Unexpected end-of-input";
    return "Unexpected character (" + Described() + "): " + std::string(expected);
  }

  // The character here. Jackson reads UTF-16: of one beyond the first plane it sees a half, which no text can hold.
  std::string Described() const {
    const std::string_view character = text_.substr(at_, Utf8Size(text_[at_]));
    auto code = static_cast<uint32_t>(static_cast<unsigned char>(character[0]));
    if (character.size() > 1) code &= 0x7fU >> character.size();
    for (char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
    const bool halved = code > 0xffff;
    if (halved) code = 0xd800 + ((code - 0x10000) >> 10);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return "(CTRL-CHAR, code " + std::to_string(code) + ")";
    std::string described = "'" + (halved ? "?" : std::string(character)) + "' (code " + std::to_string(code);
    if (code > 0xff) {
      char hex[16];
      std::snprintf(hex, sizeof hex, " / 0x%x", code);
      described += hex;
    }
    return described + ")";
  }

  std::string Step() {
    SkipBlanks();
    if (done()) return "Unexpected end-of-input: expected close marker for " + OpenName();
    const char c = text_[at_];
    switch (expect_) {
      case Expect::kColon:
        if (c != ':') return Unexpected("was expecting a colon to separate field name and value");
        ++at_;
        expect_ = Expect::kValue;
        return "";
      case Expect::kSeparator:
        if (c == ',' && !open_.empty()) {
          ++at_;
          expect_ = open_.back() == '{' ? Expect::kName : Expect::kValue;
          return "";
        }
        if (!open_.empty() && c == (open_.back() == '{' ? '}' : ']')) return Close();
        return Unexpected(open_.back() == '{' ? "was expecting comma to separate Object entries"
                                              : "was expecting comma to separate Array entries");
      case Expect::kNameOrEnd:
        if (c == '}') return Close();
        [[fallthrough]];
      case Expect::kName:
        if (c != '"') return Unexpected("was expecting double-quote to start field name");
        expect_ = Expect::kColon;
        return String();
      case Expect::kValueOrEnd:
        if (c == ']') return Close();
        [[fallthrough]];
      case Expect::kValue: return ReadValue(c);
    }
    return "";
  }

  std::string ReadValue(char c) {
    if (c == '{' || c == '[') {
      open_.push_back(c);
      ++at_;
      expect_ = c == '{' ? Expect::kNameOrEnd : Expect::kValueOrEnd;
      return "";
    }
    if (c == '"') {
      std::string error = String();
      Ended();
      return error;
    }
    if (c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0) {
      while (!done() && std::string_view("+-.eE0123456789").find(text_[at_]) != std::string_view::npos) ++at_;
      Ended();
      return "";
    }
    size_t end = at_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_'))
      ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    if (word.empty()) return Unexpected("expected a valid value " + std::string(kValues));
    if (word != "null" && word != "true" && word != "false") {
      return "Unrecognized token '" + std::string(word) + "': was expecting " + std::string(kValues);
    }
    at_ = end;
    Ended();
    return "";
  }

  std::string String() {
    for (++at_; !done(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return "";
      } else if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        return "Illegal unquoted character ((CTRL-CHAR, code " + std::to_string(static_cast<int>(text_[at_])) +
               ")): has to be escaped using backslash to be included in string value";
      }
    }
    return "Unexpected end-of-input: was expecting closing quote for a string value";
  }

  std::string Close() {
    ++at_;
    open_.pop_back();
    Ended();
    return "";
  }
  void Ended() {
    expect_ = Expect::kSeparator;
    finished_ = open_.empty();
    if (finished_) SkipBlanks();
  }
  std::string OpenName() const { return open_.empty() ? "ROOT" : open_.back() == '{' ? "Object" : "Array"; }

  std::string_view text_;
  size_t at_ = 0;
  Expect expect_ = Expect::kValue;
  std::vector<char> open_;
  bool finished_ = false;
};

}  // namespace

std::string JacksonMessage(std::string_view text) { return Walker(text).Run(); }

}  // namespace gait
