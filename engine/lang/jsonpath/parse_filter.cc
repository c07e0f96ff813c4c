// The filters of a path: `[?(@.a == 1 && @.b)]`.
#include <algorithm>
#include <array>

#include "engine/lang/jsonpath/parse.h"
#include "engine/lang/jsonpath/regex.h"

namespace gait::jsonpath {

namespace {

struct OperatorName {
  std::string_view text;
  Operator op;
};

// In the order in which they are looked for, anywhere in a criterion, be it within quotes: the first row found counts,
// so a `==` within a string wins over a `<` before it.
constexpr std::array kOperators = {
    OperatorName{"==", Operator::kEqual},       OperatorName{">=", Operator::kGreaterOrEqual},
    OperatorName{"<=", Operator::kLessOrEqual}, OperatorName{"!=", Operator::kNotEqual},
    OperatorName{"<", Operator::kLess},         OperatorName{">", Operator::kGreater},
    OperatorName{"=~", Operator::kMatches},
};

bool IsJunction(std::string_view text) { return text.starts_with("&&") || text.starts_with("||"); }

// Takes from `rest` what lies before the next place where `&&` or `||` begins or ends, quoted or not.
std::string_view NextPiece(std::string_view whole, std::string_view* rest) {
  const auto cut_at = [&](size_t i) {
    return IsJunction(whole.substr(i)) || (i >= 2 && IsJunction(whole.substr(i - 2)));
  };
  const size_t from = whole.size() - rest->size();
  size_t end = from + 1;
  while (end < whole.size() && !cut_at(end)) ++end;
  *rest = whole.substr(end);
  return whole.substr(from, end - from);
}

// Where a filter that begins with `[` ends: behind the first `]` outside of quotes and parentheses. 0 if there is none,
// or other brackets are still open there.
size_t FilterEnd(std::string_view text) {
  int parentheses = 0;
  int brackets = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(') ++parentheses;
    if (text[i] == ')') --parentheses;
    if (text[i] == '[') ++brackets;
    if (text[i] == ']') {
      --brackets;
      if (parentheses == 0) return brackets == 0 ? i + 1 : 0;
    }
  }
  return 0;
}

}  // namespace

bool Parser::ParseFilter(std::string_view text, std::vector<Criterion>* criteria) {
  const size_t end = FilterEnd(text);
  if (end == 0) return Fail("The brackets of a filter are not in pairs", text);
  std::string_view inner = Trimmed(text.substr(1, end - 2));
  if (!inner.starts_with('?')) return Fail("A filter is written [?(...)]", text);
  inner = Trimmed(inner.substr(1));
  if (inner.size() < 2 || !inner.starts_with('(') || !inner.ends_with(')')) {
    return Fail("A filter is written [?(...)]", text);
  }
  const std::string_view whole = Trimmed(inner.substr(1, inner.size() - 2));
  if (whole.empty()) return Fail("A filter cannot be empty", text);

  bool criterion_due = true;
  bool after_or = false;
  for (std::string_view rest = whole; !rest.empty();) {
    const std::string_view piece = Trimmed(NextPiece(whole, &rest));
    const bool junction = piece == "&&" || piece == "||";
    if (junction == criterion_due) return Fail("&& and || stand between two comparisons", piece);
    if (junction) {
      after_or = piece == "||";
    } else {
      Criterion& criterion = criteria->emplace_back();
      criterion.after_or = after_or;
      if (!ParseCriterion(piece, &criterion)) return false;
    }
    criterion_due = junction;
  }
  return !criterion_due || Fail("&& and || stand between two comparisons", whole);
}

// `@.a == 1`, `@.a`, `!@.a`; parentheses around it are passed over.
bool Parser::ParseCriterion(std::string_view text, Criterion* criterion) {
  const size_t begin = text.find_first_not_of("[?( ");
  const size_t last = text.find_last_not_of(") ");
  if (begin == std::string_view::npos || last == std::string_view::npos || last < begin) {
    return Fail("A comparison is missing", text);
  }
  text = text.substr(begin, last - begin + 1);

  std::string_view left = text;
  for (const OperatorName& row : kOperators) {
    const size_t at = text.find(row.text);
    if (at == std::string_view::npos) continue;
    criterion->op = row.op;
    left = text.substr(0, at);
    const std::string_view right = Trimmed(text.substr(at + row.text.size()));
    if (right.starts_with("!@")) return Fail("Only a test of existence can be negated: [?(!@.a)]", right);
    if (!ParseOperand(right, &criterion->right)) return false;
    break;
  }
  left = Trimmed(left);
  const bool existence = criterion->op == Operator::kExists;
  if (left.starts_with("!@")) {
    // Before a comparison the negation counts for nothing.
    if (existence) criterion->op = Operator::kMissing;
    left.remove_prefix(1);
  }
  if (!ParseOperand(left, &criterion->left)) return false;
  if (existence && criterion->left.kind != Operand::Kind::kPath) return Fail("A comparison is missing", text);
  return true;
}

bool Parser::ParseOperand(std::string_view text, Operand* operand) {
  if (text.starts_with('$') || text.starts_with('@')) {
    operand->kind = Operand::Kind::kPath;
    operand->from_root = text.starts_with('$');
    if (!ParsePath(text, Where::kFilter, &operand->path)) return false;
    return operand->path.definite || Fail("A path within a filter has to be definite", text);
  }
  if (text.starts_with('/') && (text.ends_with('/') || text.ends_with("/i"))) {
    const size_t end = text.rfind('/');
    if (end == 0) return Fail("A regular expression ends with / or /i", text);
    auto regex = Regex::Compile(text.substr(1, end - 1), text.ends_with('i'));
    if (const auto* error = std::get_if<Regex::Error>(&regex)) {
      return Fail("Not a regular expression of RE2: " + *error, text);
    }
    operand->kind = Operand::Kind::kPattern;
    operand->pattern = std::move(std::get<0>(regex));
    operand->value = Value::Object();
    return true;
  }
  if (text.starts_with('\'') && text.ends_with('\'')) {
    if (text.size() == 1) return Fail("A string is never closed", text);
    text = text.substr(1, text.size() - 2);
  }
  operand->value = Value::String(text);
  return true;
}

}  // namespace gait::jsonpath
