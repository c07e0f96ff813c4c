#include "engine/items/json_tokens.h"

#include <array>

#include "engine/base/quotas.h"
#include "engine/base/utf.h"

namespace gait {
namespace {

constexpr std::array<bool, 256> kPlainInString = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0x20; c < 0x80; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

bool IsDigit(int c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(int c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

// The byte behind the last one that was looked at. What need not be kept is let go first.
int JsonTokens::Peek() {
  if (at_ < bytes_.window().size()) return static_cast<unsigned char>(bytes_.window()[at_]);
  const size_t from = holding_ ? held_ : in_key_ ? token_ : at_;
  if (at_ - from > kItemBytesMax) {
    if (!error_) {
      error_ = ReadingFailed(
          (holding_ ? "an item of more than " : "a key of more than ") + std::to_string(kItemBytesMax) + " bytes",
          bytes_.Position(holding_ ? held_line_ : line_, from), bytes_.name());
    }
    return kNoByte;
  }
  bytes_.Consume(from);
  at_ -= from;
  held_ = token_ = 0;
  if (!bytes_.Pull()) return kNoByte;
  return static_cast<unsigned char>(bytes_.window()[at_]);
}

int JsonTokens::PeekBehindSpace() {
  for (;;) {
    const int c = Peek();
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    line_ += c == '\n';
    ++at_;
  }
}

JsonTokens::Kind JsonTokens::Fail(std::string_view what) {
  if (error_) return Kind::kError;
  error_ = bytes_.error();
  if (!error_) {
    error_ = ReadingFailed("no JSON: " + std::string(what), bytes_.Position(line_, at_), bytes_.name());
  }
  return Kind::kError;
}

JsonTokens::Kind JsonTokens::Next() {
  in_key_ = false;
  int c = PeekBehindSpace();
  if (expect_ == Expect::kColon) {
    if (c != ':') return Fail("a colon is missing after a key");
    ++at_;
    expect_ = Expect::kValue;
    c = PeekBehindSpace();
  }
  if (expect_ == Expect::kCommaOrEnd && c == ',') {
    ++at_;
    expect_ = open_.back() == '{' ? Expect::kKey : Expect::kValue;
    c = PeekBehindSpace();
  }
  if (hold_next_) {
    hold_next_ = false;
    holding_ = true;
    held_ = at_;
    held_line_ = line_;
  }
  switch (expect_) {
    case Expect::kNothing:
      if (c != kNoByte || bytes_.error()) return Fail("something follows the value");
      return Kind::kEnd;
    case Expect::kCommaOrEnd:
      if (c == (open_.back() == '{' ? '}' : ']')) return Close();
      return Fail(open_.back() == '{' ? "a comma or } is missing after a member"
                                      : "a comma or ] is missing after an element");
    case Expect::kKeyOrEnd:
      if (c == '}') return Close();
      [[fallthrough]];
    case Expect::kKey: return Key(c);
    case Expect::kValueOrEnd:
      if (c == ']') return Close();
      [[fallthrough]];
    case Expect::kValue:
    case Expect::kColon: break;
  }
  return ValueToken(c);
}

JsonTokens::Kind JsonTokens::Key(int c) {
  if (c != '"') return Fail("a key is missing");
  in_key_ = true;
  token_ = at_;
  if (!String()) return Kind::kError;
  expect_ = Expect::kColon;
  return Kind::kKey;
}

JsonTokens::Kind JsonTokens::ValueToken(int c) {
  switch (c) {
    case '{':
    case '[': return Open(static_cast<char>(c));
    case '"': return Scalar(String());
    case 't': return Scalar(Literal("true"));
    case 'f': return Scalar(Literal("false"));
    case 'n': return Scalar(Literal("null"));
    default: break;
  }
  if (c != '-' && !IsDigit(c)) return Fail("a value is missing");
  return Scalar(Number());
}

JsonTokens::Kind JsonTokens::Open(char bracket) {
  if (open_.size() == kNestingMax) {
    return Fail("it is nested more than " + std::to_string(kNestingMax) + " levels deep");
  }
  ++at_;
  open_ += bracket;
  expect_ = bracket == '{' ? Expect::kKeyOrEnd : Expect::kValueOrEnd;
  return bracket == '{' ? Kind::kBeginObject : Kind::kBeginArray;
}

JsonTokens::Kind JsonTokens::Close() {
  ++at_;
  const Kind kind = open_.back() == '{' ? Kind::kEndObject : Kind::kEndArray;
  open_.pop_back();
  expect_ = open_.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
  return kind;
}

JsonTokens::Kind JsonTokens::Scalar(bool valid) {
  if (!valid) return Kind::kError;
  expect_ = open_.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
  return Kind::kScalar;
}

bool JsonTokens::String() {
  ++at_;
  for (;;) {
    const int c = Peek();
    if (c >= 0 && kPlainInString[static_cast<size_t>(c)]) {
      const std::string_view window = bytes_.window();
      do {
        ++at_;
      } while (at_ < window.size() && kPlainInString[static_cast<unsigned char>(window[at_])]);
      continue;
    }
    if (c == '"') break;
    if (c == '\\' ? !Escape() : !Beyond()) return false;
  }
  ++at_;
  return true;
}

bool JsonTokens::Escape() {
  ++at_;
  const int c = Peek();
  if (c == kNoByte || std::string_view("\"\\/bfnrtu").find(static_cast<char>(c)) == std::string_view::npos) {
    Fail("a string has an invalid escape");
    return false;
  }
  ++at_;
  for (int digits = c == 'u' ? 4 : 0; digits > 0; --digits) {
    if (!IsHexDigit(Peek())) {
      Fail("a string has an invalid escape");
      return false;
    }
    ++at_;
  }
  return true;
}

// A character beyond ASCII, or what is not one.
bool JsonTokens::Beyond() {
  const int c = Peek();
  if (c < 0x80) {
    Fail(c == kNoByte ? "a string has no end" : "a string has a control character");
    return false;
  }
  while (bytes_.window().size() - at_ < Utf8Size(static_cast<char>(c)) && bytes_.Pull()) {
  }
  const size_t size = Utf8CharacterSize(bytes_.window().substr(at_));
  if (size == 0) {
    error_ = bytes_.error();
    if (!error_) error_ = ReadingFailed("invalid UTF-8", position(), bytes_.name());
    return false;
  }
  at_ += size;
  return true;
}

bool JsonTokens::Digits() {
  if (!IsDigit(Peek())) {
    Fail("a number is not finished");
    return false;
  }
  while (IsDigit(Peek())) ++at_;
  return true;
}

bool JsonTokens::Number() {
  if (Peek() == '-') ++at_;
  if (Peek() == '0') {
    ++at_;
  } else if (!Digits()) {
    return false;
  }
  if (Peek() == '.') {
    ++at_;
    if (!Digits()) return false;
  }
  if (Peek() == 'e' || Peek() == 'E') {
    ++at_;
    if (Peek() == '+' || Peek() == '-') ++at_;
    if (!Digits()) return false;
  }
  return true;
}

bool JsonTokens::Literal(std::string_view literal) {
  for (const char c : literal) {
    if (Peek() != c) {
      Fail("a value is missing");
      return false;
    }
    ++at_;
  }
  return true;
}

std::string_view JsonTokens::Release() {
  holding_ = false;
  return bytes_.window().substr(held_, at_ - held_);
}

}  // namespace gait
