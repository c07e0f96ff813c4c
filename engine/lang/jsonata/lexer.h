// The words of an expression.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/json/value.h"
#include "engine/lang/jsonata/regex.h"

namespace gait::jsonata {

// In the order of the table in lexer.cc.
enum class Symbol : uint8_t {
  kDot,
  kOpenBracket,
  kCloseBracket,
  kOpenBrace,
  kCloseBrace,
  kOpenParenthesis,
  kCloseParenthesis,
  kComma,
  kAt,
  kHash,
  kSemicolon,
  kColon,
  kQuestion,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kBar,
  kEqual,
  kLess,
  kGreater,
  kCaret,
  kStarStar,
  kDotDot,
  kAssign,
  kNotEqual,
  kLessEqual,
  kGreaterEqual,
  kTildeGreater,
  kElvis,
  kCoalesce,
  kAnd,
  kOr,
  kIn,
  kAmpersand,
  kExclamation,
  kTilde,
};

std::string_view TextOf(Symbol symbol);

struct Token {
  enum class Type : uint8_t { kEnd, kSymbol, kName, kVariable, kLiteral, kRegex };

  bool is(Symbol s) const { return type == Type::kSymbol && symbol == s; }

  Type type = Type::kEnd;
  Symbol symbol = Symbol::kDot;
  size_t position = 0;  // in bytes
  std::string text;     // of a name or a variable
  Value value;          // of a literal
  std::shared_ptr<const Regex> regex;
};

class Lexer {
 public:
  // `has_defaults`: `?:` and `??` are operators, as they are since JSONata 2.1.
  Lexer(std::string_view source, bool has_defaults) : source_(source), has_defaults_(has_defaults) {}

  // The next token. After an operand, `/` is a division; elsewhere it begins a regular expression. Throws Error.
  Token Next(bool after_operand);

 private:
  void SkipBlanks();
  Token StringLiteral(char quote);
  Token NumberLiteral();
  Token RegexLiteral();
  char At(size_t i) const { return i < source_.size() ? source_[i] : '\0'; }

  const std::string_view source_;
  const bool has_defaults_;
  size_t at_ = 0;
};

}  // namespace gait::jsonata
