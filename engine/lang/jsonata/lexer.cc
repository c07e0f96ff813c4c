#include "engine/lang/jsonata/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/number.h"

namespace gait::jsonata {
namespace {

constexpr std::string_view kSymbols[] = {
    ".", "[", "]", "{", "}",  "(",  ")",  ",",  "@",  "#",  ";",  ":",  "?",  "+",   "-",  "*",  "/", "%", "|",
    "=", "<", ">", "^", "**", "..", ":=", "!=", "<=", ">=", "~>", "?:", "??", "and", "or", "in", "&", "!", "~"};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v'; }

// REQUIRES: IsSymbol(c).
Symbol SymbolOf(char c) {
  static constexpr auto kByCharacter = [] {
    std::array<Symbol, 128> table{};
    for (size_t i = 0; i < std::size(kSymbols); ++i) {
      if (kSymbols[i].size() == 1) table[static_cast<size_t>(kSymbols[i][0])] = static_cast<Symbol>(i);
    }
    return table;
  }();
  return kByCharacter[static_cast<size_t>(c)];
}

// The symbol of two characters.
std::optional<Symbol> SymbolOf(char first, char second) {
  switch (first) {
    case '.': return second == '.' ? std::optional(Symbol::kDotDot) : std::nullopt;
    case ':': return second == '=' ? std::optional(Symbol::kAssign) : std::nullopt;
    case '!': return second == '=' ? std::optional(Symbol::kNotEqual) : std::nullopt;
    case '<': return second == '=' ? std::optional(Symbol::kLessEqual) : std::nullopt;
    case '>': return second == '=' ? std::optional(Symbol::kGreaterEqual) : std::nullopt;
    case '*': return second == '*' ? std::optional(Symbol::kStarStar) : std::nullopt;
    case '~': return second == '>' ? std::optional(Symbol::kTildeGreater) : std::nullopt;
    case '?':
      if (second == ':') return Symbol::kElvis;
      return second == '?' ? std::optional(Symbol::kCoalesce) : std::nullopt;
    default: return std::nullopt;
  }
}

// Is it a symbol of one character?
bool IsSymbol(char c) {
  static constexpr auto kIs = [] {
    std::array<bool, 256> table{};
    for (const std::string_view symbol : kSymbols) {
      if (symbol.size() == 1) table[static_cast<unsigned char>(symbol[0])] = true;
    }
    return table;
  }();
  return kIs[static_cast<unsigned char>(c)];
}

}  // namespace

std::string_view TextOf(Symbol symbol) { return kSymbols[static_cast<size_t>(symbol)]; }

void Lexer::SkipBlanks() {
  for (;;) {
    while (at_ < source_.size() && IsBlank(source_[at_])) ++at_;
    if (At(at_) != '/' || At(at_ + 1) != '*') return;
    const size_t end = source_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      Error error("S0106");
      error.SetPosition(at_);
      throw error;
    }
    at_ = end + 2;
  }
}

Token Lexer::Next(bool after_operand) {
  SkipBlanks();
  Token token;
  token.position = at_;
  if (at_ == source_.size()) return token;
  const char c = source_[at_];
  if (c == '/' && !after_operand) return RegexLiteral();
  if (IsSymbol(c)) {
    token.type = Token::Type::kSymbol;
    const auto double_symbol = SymbolOf(c, At(at_ + 1));
    const bool is_default = double_symbol == Symbol::kElvis || double_symbol == Symbol::kCoalesce;
    const bool is_double = double_symbol && (has_defaults_ || !is_default);
    token.symbol = is_double ? *double_symbol : SymbolOf(c);
    at_ += is_double ? 2 : 1;
    if (token.symbol == Symbol::kExclamation || token.symbol == Symbol::kTilde) {  // they end names, and mean nothing
      Error error("S0204");
      error.SetPosition(token.position);
      error.SetToken(TextOf(token.symbol));
      throw error;
    }
    return token;
  }
  if (c == '"' || c == '\'') return StringLiteral(c);
  if (c >= '0' && c <= '9') return NumberLiteral();
  if (c == '`') {
    const size_t end = source_.find('`', at_ + 1);
    if (end == std::string_view::npos) {
      Error error("S0105");
      error.SetPosition(source_.size());
      throw error;
    }
    token.type = Token::Type::kName;
    token.text = source_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return token;
  }
  size_t end = at_;
  while (end < source_.size() && !IsBlank(source_[end]) && !IsSymbol(source_[end])) ++end;
  token.text = source_.substr(at_, end - at_);
  at_ = end;
  if (c == '$') {
    token.type = Token::Type::kVariable;
    token.text.erase(0, 1);
    return token;
  }
  token.type = Token::Type::kSymbol;
  if (token.text == "and") return token.symbol = Symbol::kAnd, token;
  if (token.text == "or") return token.symbol = Symbol::kOr, token;
  if (token.text == "in") return token.symbol = Symbol::kIn, token;
  token.type = Token::Type::kLiteral;
  if (token.text == "true") return token.value = Value::Bool(true), token;
  if (token.text == "false") return token.value = Value::Bool(false), token;
  if (token.text == "null") return token.value = Value::Null(), token;
  token.type = Token::Type::kName;
  return token;
}

Token Lexer::StringLiteral(char quote) {
  Token token;
  token.type = Token::Type::kLiteral;
  token.position = at_++;
  std::string text;
  uint32_t high = 0;  // the first half of a surrogate pair
  const auto fail = [&](const char* code, std::string_view what) {
    Error error(code);
    error.SetPosition(at_);
    if (!what.empty()) error.SetToken(what);
    throw error;
  };
  for (;; ++at_) {
    if (at_ >= source_.size()) fail("S0101", "");
    const char c = source_[at_];
    if (c == quote) break;
    if (c != '\\') {
      text += c;
      high = 0;
      continue;
    }
    const char escaped = At(++at_);
    constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    if (const size_t i = kEscapes.find(escaped); i != std::string_view::npos && escaped != '\0') {
      text += kMeanings[i];
      high = 0;
    } else if (escaped == 'u') {
      uint32_t unit = 0;
      const std::string_view digits = source_.substr(std::min(at_ + 1, source_.size()), 4);
      const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
      if (problem != std::errc() || end != digits.data() + 4) fail("S0104", "");
      at_ += 4;
      if (unit >= 0xDC00 && unit < 0xE000 && high != 0) {
        text.resize(text.size() - 3);  // what stood for the first half
        AppendUtf8(text, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
        high = 0;
      } else {
        high = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
        AppendUtf8(text, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
      }
    } else {
      fail("S0103", source_.substr(std::min(at_, source_.size()), 1));
    }
  }
  ++at_;
  token.value = Value::String(text);
  return token;
}

Token Lexer::NumberLiteral() {
  Token token;
  token.type = Token::Type::kLiteral;
  token.position = at_;
  const auto is_digit = [&](size_t i) { return At(i) >= '0' && At(i) <= '9'; };
  size_t end = at_;
  if (At(end) == '0') {
    ++end;
  } else {
    while (is_digit(end)) ++end;
  }
  if (At(end) == '.' && is_digit(end + 1)) {
    ++end;
    while (is_digit(end)) ++end;
  }
  if (At(end) == 'e' || At(end) == 'E') {
    const size_t digits = end + (At(end + 1) == '-' || At(end + 1) == '+' ? 2 : 1);
    if (is_digit(digits)) {
      end = digits;
      while (is_digit(end)) ++end;
    }
  }
  const std::string text(source_.substr(at_, end - at_));
  const double number = std::strtod(text.c_str(), nullptr);
  if (!std::isfinite(number)) {
    Error error("S0102");
    error.SetPosition(at_);
    error.SetToken(text);
    throw error;
  }
  token.value = NumberOf(number);
  at_ = end;
  return token;
}

Token Lexer::RegexLiteral() {
  Token token;
  token.type = Token::Type::kRegex;
  token.position = at_;
  const size_t begin = ++at_;
  int depth = 0;  // of brackets, in which a slash is one of the characters
  for (;; ++at_) {
    if (at_ >= source_.size()) {
      Error error("S0302");
      error.SetPosition(at_);
      throw error;
    }
    const char c = source_[at_];
    size_t escapes = 0;
    while (at_ > begin + escapes && source_[at_ - escapes - 1] == '\\') ++escapes;
    if (c == '/' && depth == 0 && escapes % 2 == 0) break;
    const bool escaped = at_ > begin && source_[at_ - 1] == '\\';
    if ((c == '(' || c == '[' || c == '{') && !escaped) ++depth;
    if ((c == ')' || c == ']' || c == '}') && !escaped) --depth;
  }
  const std::string_view pattern = source_.substr(begin, at_ - begin);
  if (pattern.empty()) {
    Error error("S0301");
    error.SetPosition(at_);
    throw error;
  }
  const size_t flags = ++at_;
  while (At(at_) == 'i' || At(at_) == 'm') ++at_;
  try {
    token.regex = Regex::Compile(pattern, source_.substr(flags, at_ - flags));
  } catch (Error& error) {
    error.SetPosition(token.position);
    throw;
  }
  return token;
}

}  // namespace gait::jsonata
