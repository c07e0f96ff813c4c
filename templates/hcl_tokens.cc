#include "templates/hcl_tokens.h"

#include <algorithm>

#include "templates/names.h"

namespace gait::templates {
namespace {

constexpr int kDepthMax = 64;  // of strings in interpolations in strings

size_t EndOfString(std::string_view text, size_t at, int depth);

bool IsIdentifier(char c) { return IsNameCharacter(c) && c != '.' && c != ':'; }

// Where the `${...}` or `%{...}` ends that begins at `at`: behind its closing brace, or the end of the text.
size_t EndOfInterpolation(std::string_view text, size_t at, int depth = 0) {
  int braces = 0;
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      i = EndOfString(text, i, depth + 1);
    } else if (text[i] == '{') {
      ++braces;
    } else if (text[i] == '}' && --braces == 0) {
      return i + 1;
    }
  }
  return text.size();
}

bool BeginsInterpolation(std::string_view text, size_t at) {
  return at + 1 < text.size() && (text[at] == '$' || text[at] == '%') && text[at + 1] == '{';
}

// `$${` and `%%{`, which stand for themselves.
bool BeginsEscape(std::string_view text, size_t at) {
  return at + 2 < text.size() && text[at] == text[at + 1] && BeginsInterpolation(text, at + 1);
}

// Where the string ends whose opening quote is at `at`: the closing quote, or the end of the text.
size_t EndOfString(std::string_view text, size_t at, int depth) {
  for (size_t i = at + 1; i < text.size();) {
    if (text[i] == '"') return i;
    if (BeginsEscape(text, i)) {
      i += 3;
    } else if (BeginsInterpolation(text, i) && depth < kDepthMax) {
      i = EndOfInterpolation(text, i, depth);
    } else {
      i += text[i] == '\\' ? 2 : 1;
    }
  }
  return text.size();
}

}  // namespace

bool MaskInterpolations(std::string& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (BeginsEscape(text, i)) {
      i += 2;
    } else if (BeginsInterpolation(text, i)) {
      if (text[i] == '%') return false;
      const size_t end = EndOfInterpolation(text, i);
      for (size_t k = i + 2; k + 1 < end; ++k) text[k] = IsNameCharacter(text[k]) ? text[k] : '_';
      i = end - 1;
    }
  }
  return true;
}

void HclTokens::SkipBlanks() {
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (rest[0] == '#' || rest.starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (rest.starts_with("/*")) {
      const size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == '\n' || rest[0] == '\xef' ||
               rest[0] == '\xbb' || rest[0] == '\xbf') {  // a byte order mark
      ++at_;
    } else {
      return;
    }
  }
}

HclToken HclTokens::Take(HclToken::Kind kind, size_t begin, std::string_view text, size_t end) {
  at_ = std::min(end, text_.size());
  return {kind, begin, text};
}

HclToken HclTokens::Next() {
  using Kind = HclToken::Kind;
  SkipBlanks();
  if (at_ >= text_.size()) return {};
  const size_t begin = at_;
  const std::string_view rest = text_.substr(begin);
  if (rest[0] == '"') {
    const size_t end = EndOfString(text_, begin, 0);
    return Take(Kind::kString, begin, text_.substr(begin + 1, end - begin - 1), end + 1);
  }
  if (rest.starts_with("<<")) return Heredoc();
  if (IsIdentifier(rest[0])) {
    const size_t size = static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), IsIdentifier) - rest.begin());
    return Take(Kind::kIdentifier, begin, rest.substr(0, size), begin + size);
  }
  const bool is_double = rest.size() > 1 && std::string_view("=!<>").find(rest[0]) != std::string_view::npos &&
                         (rest[1] == '=' || rest[1] == '>');
  return Take(is_double ? Kind::kIdentifier : Kind::kPunctuation, begin, rest.substr(0, is_double ? 2 : 1),
              begin + (is_double ? 2 : 1));
}

// `<<MARK` or `<<-MARK`, the lines up to one that has MARK alone. The indentation stays.
HclToken HclTokens::Heredoc() {
  const size_t begin = at_;
  size_t from = begin + 2 + (text_.substr(begin + 2).starts_with('-') ? 1 : 0);
  size_t line = std::min(text_.find('\n', from), text_.size() - 1) + 1;
  std::string_view mark = text_.substr(from, line - from);
  mark = mark.substr(0, mark.find_last_not_of("\r\n\t ") + 1);
  const size_t body = line;
  while (line < text_.size()) {
    const size_t end = std::min(text_.find('\n', line), text_.size());
    std::string_view content = text_.substr(line, end - line);
    content.remove_prefix(std::min(content.find_first_not_of(" \t"), content.size()));
    content = content.substr(0, content.find_last_not_of("\r\t ") + 1);
    if (content == mark) return Take(HclToken::Kind::kHeredoc, begin, text_.substr(body, line - body), end);
    line = end + 1;
  }
  return Take(HclToken::Kind::kHeredoc, begin, text_.substr(body), text_.size());
}

}  // namespace gait::templates
