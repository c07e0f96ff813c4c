#include <cctype>
#include <optional>
#include <string>

#include "engine/json/parse.h"
#include "engine/lang/intrinsic/call.h"
#include "engine/lang/intrinsic/function_table.h"

namespace gait::intrinsic {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_'; }

bool IsNumberCharacter(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Recursive descent, at most kIntrinsicDepthMax deep. Every Parse function leaves at_ behind what it read, or reports
// the error and gives nothing.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::variant<Call, IntrinsicSyntaxError> Parse() {
    std::optional<Call> call = ParseCall();
    if (call) {
      SkipBlanks();
      if (at_ != text_.size()) call = Fail(at_, "Text stands behind the call's closing parenthesis");
    }
    if (!call) return std::move(error_);
    return *std::move(call);
  }

 private:
  std::optional<Call> ParseCall();
  bool ParseArguments(Call& call);
  std::optional<Argument> ParseArgument(IntrinsicType type);
  std::optional<Argument> ParseString(IntrinsicType type);
  std::optional<Argument> ParseNumber();
  std::optional<Argument> ParseWord();
  std::optional<Argument> ParsePath();
  size_t PathEnd() const;
  size_t QuotedEnd(size_t from) const;

  std::nullopt_t Fail(size_t offset, std::string message) {
    error_ = {std::move(message), offset};
    return std::nullopt;
  }
  char Current() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool AtEnd() const { return at_ == text_.size(); }
  void SkipBlanks() {
    while (!AtEnd() && IsBlank(Current())) ++at_;
  }
  template <typename Is>
  std::string_view Take(Is is) {
    const size_t from = at_;
    while (!AtEnd() && is(Current())) ++at_;
    return text_.substr(from, at_ - from);
  }

  const std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  IntrinsicSyntaxError error_;
};

std::optional<Call> Parser::ParseCall() {
  const size_t from = at_;
  const std::string_view name = Take(IsNameCharacter);
  const IntrinsicFunction* function = FindFunction(name);
  if (function == nullptr) {
    const auto nearest = NearestFunction(name);
    return Fail(from, std::string(name) + " is no intrinsic function" +
                          (nearest ? "; did you mean " + std::string(*nearest) + "?" : ""));
  }
  if (Current() != '(') return Fail(at_, "( is due here, directly behind " + std::string(name));
  if (++depth_ > kIntrinsicDepthMax) {
    return Fail(from, "Calls nest deeper than " + std::to_string(kIntrinsicDepthMax) + " levels");
  }
  Call call{function, {}, {}};
  if (!ParseArguments(call)) return std::nullopt;
  --depth_;
  call.text = text_.substr(from, at_ - from);
  const int count = static_cast<int>(call.arguments.size());
  const bool too_many = function->arguments_max != IntrinsicFunction::kAnyNumber && count > function->arguments_max;
  if (too_many || count < function->arguments_min) {
    return Fail(from, std::string(name) + " takes " + ArgumentCountText(*function) + ", not " + std::to_string(count));
  }
  return call;
}

// From the opening parenthesis to the closing one.
bool Parser::ParseArguments(Call& call) {
  ++at_;
  SkipBlanks();
  if (Current() == ')') {
    ++at_;
    return true;
  }
  for (;;) {
    std::optional<Argument> argument = ParseArgument(ParameterOf(*call.function, call.arguments.size()).type);
    if (!argument) return false;
    call.arguments.push_back(*std::move(argument));
    SkipBlanks();
    const char c = Current();
    if (c != ',' && c != ')') {
      Fail(at_, ", or ) is due behind an argument");
      return false;
    }
    ++at_;
    if (c == ')') return true;
    SkipBlanks();
  }
}

std::optional<Argument> Parser::ParseArgument(IntrinsicType type) {
  const char c = Current();
  if (c == '\'') return ParseString(type);
  if (c == '$') return ParsePath();
  if (c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0) return ParseNumber();
  if (IsNameCharacter(c)) return ParseWord();
  if (c == '"') return Fail(at_, "A string stands in single quotes");
  return Fail(at_, "An argument is due here: a string in single quotes, a number, true, false, null, a path or a call");
}

// A template keeps its backslashes: `\{\}` in it must not become the `{}` that a value is put into.
std::optional<Argument> Parser::ParseString(IntrinsicType type) {
  const size_t open = at_++;
  std::string value;
  for (;; ++at_) {
    if (AtEnd()) return Fail(open, "The string has no closing quote");
    const char c = Current();
    if (c == '\'') break;
    if (c == '\\') {
      const char escaped = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      if (escaped != '\'' && escaped != '{' && escaped != '}' && escaped != '\\') {
        return Fail(at_, "A backslash must stand before one of ' { } \\");
      }
      if (type == IntrinsicType::kTemplate) value += c;
      ++at_;
    }
    value += Current();
  }
  ++at_;
  return Argument{Value::String(value)};
}

std::optional<Argument> Parser::ParseNumber() {
  const size_t from = at_;
  const std::string_view number = Take(IsNumberCharacter);
  const JsonParse parsed = ParseJson(number);
  if (!parsed) return Fail(from, "'" + std::string(number) + "' is no JSON number");
  return Argument{*parsed.value};
}

std::optional<Argument> Parser::ParseWord() {
  const size_t from = at_;
  const std::string_view word = Take(IsNameCharacter);
  if (Current() == '(' || LooksLikeIntrinsic(word)) {
    at_ = from;
    std::optional<Call> call = ParseCall();
    if (!call) return std::nullopt;
    return Argument{*std::move(call)};
  }
  if (word == "true") return Argument{Value::Bool(true)};
  if (word == "false") return Argument{Value::Bool(false)};
  if (word == "null") return Argument{Value::Null()};
  return Fail(from,
              "'" + std::string(word) + "' is no argument: a string stands in single quotes, a path begins with $");
}

std::optional<Argument> Parser::ParsePath() {
  const size_t from = at_;
  at_ = PathEnd();
  size_t end = at_;
  while (IsBlank(text_[end - 1])) --end;
  auto path = Path::Compile(text_.substr(from, end - from));
  if (auto* error = std::get_if<JsonPathSyntaxError>(&path)) {
    return Fail(from + error->offset, std::move(error->message));
  }
  return Argument{std::get<Path>(std::move(path))};
}

// A path ends before the `,` or `)` that is not its own: those within brackets, parentheses and quotes are, as in
// `$.a[?(@.b == 'x,)')]`.
size_t Parser::PathEnd() const {
  int brackets = 0;
  int parentheses = 0;
  for (size_t i = at_; i < text_.size(); ++i) {
    switch (text_[i]) {
      case '[': ++brackets; break;
      case ']': --brackets; break;
      case '(': ++parentheses; break;
      case ')':
        if (parentheses <= 0 && brackets <= 0) return i;
        --parentheses;
        break;
      case ',':
        if (parentheses <= 0 && brackets <= 0) return i;
        break;
      case '\'':
      case '"':
        if (brackets > 0) i = QuotedEnd(i);  // elsewhere a quote is a letter of a name: `$.it's`
        break;
      case '/':  // a regular expression: `[?(@.a =~ /[,)]/)]`
        if (brackets > 0 && text_.substr(0, text_.find_last_not_of(" \t", i - 1) + 1).ends_with("=~")) i = QuotedEnd(i);
        break;
      default: break;
    }
  }
  return text_.size();
}

// The place of the character that closes what the one at `from` opens; the end of the text if none does.
size_t Parser::QuotedEnd(size_t from) const {
  for (size_t i = from + 1; i < text_.size(); ++i) {
    if (text_[i] == '\\') {
      ++i;
    } else if (text_[i] == text_[from]) {
      return i;
    }
  }
  return text_.size();
}

}  // namespace

std::variant<Call, IntrinsicSyntaxError> Parse(std::string_view text) { return Parser(text).Parse(); }

}  // namespace gait::intrinsic
