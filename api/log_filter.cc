#include "api/log_filter.h"

#include <algorithm>

#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes `"text"`, with \" for a quote, from the beginning of `rest`; nothing if it has no end.
std::optional<std::string> TakeQuoted(std::string_view& rest) {
  std::string text;
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) {
      text += rest[++i];
    } else if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return text;
    } else {
      text += rest[i];
    }
  }
  return std::nullopt;
}

// Takes characters up to one of `ends`.
std::string_view TakeUntil(std::string_view& rest, std::string_view ends) {
  const size_t size = std::min(rest.find_first_of(ends), rest.size());
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

bool MatchesStars(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

std::optional<LogFilter> LogFilter::Parse(std::string_view pattern) {
  LogFilter filter;
  std::string_view rest = Trimmed(pattern);
  if (rest.starts_with('{')) {
    if (!rest.ends_with('}')) return std::nullopt;
    if (!ParseComparisons(rest.substr(1, rest.size() - 2), filter.comparisons_)) return std::nullopt;
    return filter;
  }
  if (rest.starts_with('[') || rest.starts_with('%')) return std::nullopt;  // fields by their place, expressions
  while (!(rest = Trimmed(rest)).empty()) {
    Term term;
    if (rest.front() == '?') return std::nullopt;  // one of several
    if (rest.front() == '-') {
      term.wanted = false;
      rest.remove_prefix(1);
    }
    if (rest.starts_with('"')) {
      auto quoted = TakeQuoted(rest);
      if (!quoted) return std::nullopt;
      term.text = *std::move(quoted);
    } else {
      term.text = TakeUntil(rest, " ");
    }
    filter.terms_.push_back(std::move(term));
  }
  return filter;
}

bool LogFilter::ParseComparisons(std::string_view rest, std::vector<Comparison>& comparisons) {
  while (true) {
    rest = Trimmed(rest);
    if (!rest.starts_with("$.")) return false;
    rest.remove_prefix(2);
    Comparison comparison;
    for (std::string_view path = TakeUntil(rest, " =!"); !path.empty();) {
      comparison.path.emplace_back(TakeUntil(path, "."));
      if (!path.empty()) path.remove_prefix(1);
    }
    rest = Trimmed(rest);
    comparison.equal = rest.starts_with('=');
    if (comparison.path.empty() || (!comparison.equal && !rest.starts_with("!="))) return false;
    rest = Trimmed(rest.substr(comparison.equal ? 1 : 2));
    if (rest.starts_with('"')) {
      auto quoted = TakeQuoted(rest);
      if (!quoted) return false;
      comparison.text = *std::move(quoted);
    } else {
      comparison.text = TakeUntil(rest, " &|");
      if (comparison.text.empty()) return false;
    }
    comparisons.push_back(std::move(comparison));
    rest = Trimmed(rest);
    if (rest.empty()) return true;
    if (!rest.starts_with("&&")) return false;
    rest.remove_prefix(2);
  }
}

bool LogFilter::Matches(std::string_view line) const {
  for (const Term& term : terms_) {
    if ((line.find(term.text) != std::string_view::npos) != term.wanted) return false;
  }
  if (comparisons_.empty()) return true;
  const JsonParse json = ParseJson(line);
  if (!json) return false;
  return std::all_of(comparisons_.begin(), comparisons_.end(), [&](const Comparison& c) {
    const Value* value = &*json.value;
    for (const std::string& key : c.path) {
      value = value->is_object() ? value->Find(key) : nullptr;
      if (value == nullptr) return false;
    }
    const std::string text = value->is_string() ? std::string(value->as_string()) : ToJson(*value);
    return MatchesStars(c.text, text) == c.equal;
  });
}

}  // namespace gait
