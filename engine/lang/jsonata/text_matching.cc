#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The number of results to give. 2.5 lets three through, as the reference's comparison with a count does.
size_t ToLimit(std::optional<double> limit, std::string_view error, int index) {
  if (!limit) return std::numeric_limits<size_t>::max();
  if (*limit < 0) throw Error(error).With(Value::Double(*limit)).Index(index);
  if (std::isnan(*limit)) return 0;
  return static_cast<size_t>(std::ceil(std::min(*limit, 1e15)));
}

void CheckSize(const std::string& text) {
  if (text.size() > kTextBytesMax) throw Error("U1001");
}

// `replacement` with the match's groups in it.
void AppendReplacement(std::string& out, std::string_view replacement, std::string_view text, const Match& match) {
  const size_t groups = match.groups.size();
  for (size_t at = 0;;) {
    const size_t dollar = replacement.find('$', at);
    out += replacement.substr(at, dollar - at);
    if (dollar == std::string_view::npos) return;
    at = dollar + 1;
    const char next = at < replacement.size() ? replacement[at] : '\0';
    if (next == '$') {
      out += '$';
      ++at;
    } else if (next == '0') {
      out += text.substr(match.begin, match.end - match.begin);
      ++at;
    } else if (!IsDigit(next)) {
      out += '$';
    } else {
      const size_t digits_max = std::to_string(groups).size();  // that a group's number can have
      size_t group = 0, digits = 0;
      for (; digits < digits_max && at + digits < replacement.size() && IsDigit(replacement[at + digits]); ++digits) {
        group = group * 10 + static_cast<size_t>(replacement[at + digits] - '0');
      }
      if (digits == digits_max && digits > 1 && group > groups) {  // `$12` of ten groups is `$1` and a 2
        group /= 10;
        --digits;
      }
      if (group <= groups) out += match.groups[group - 1].value_or("");
      at += digits;
    }
    CheckSize(out);
  }
}

// `replace` appends what comes in the match's place.
template <class Append>
std::string ReplaceMatches(std::string_view text, const Regex& regex, size_t limit, const Append& append) {
  if (limit == 0) return std::string(text);
  std::string replaced;
  size_t at = 0, count = 0;
  for (Matches matches(regex, text); matches.current() != nullptr && count < limit; matches.Advance(), ++count) {
    replaced += text.substr(at, matches.current()->begin - at);
    append(replaced, *matches.current());
    CheckSize(replaced);
    at = matches.current()->end;
  }
  return replaced.append(text.substr(at));
}

std::string ReplaceText(std::string_view text, std::string_view pattern, std::string_view replacement, size_t limit) {
  std::string replaced;
  size_t at = 0;
  for (size_t count = 0; count < limit; ++count) {
    const size_t found = text.find(pattern, at);
    if (found == std::string_view::npos) break;
    replaced.append(text.substr(at, found - at)).append(replacement);
    CheckSize(replaced);
    at = found + pattern.size();
  }
  return replaced.append(text.substr(at));
}

// As JavaScript's String.prototype.split, but "" separates characters and not the halves of one.
Value SplitByText(std::string_view text, std::string_view separator, size_t limit) {
  ArrayBuilder parts;
  if (separator.empty()) {
    for (size_t at = 0, size = 0; at < text.size() && parts.size() < limit; at += size) {
      size = Utf8Size(text[at]);
      parts.Add(Value::String(text.substr(at, size)));
    }
    return parts.Build();
  }
  for (size_t at = 0; parts.size() < limit;) {
    const size_t found = text.find(separator, at);
    parts.Add(Value::String(text.substr(at, found - at)));
    if (found == std::string_view::npos) break;
    at = found + separator.size();
  }
  return parts.Build();
}

Value SplitByRegex(std::string_view text, const Regex& separator, size_t limit) {
  ArrayBuilder parts;
  if (limit == 0) return parts.Build();
  size_t at = 0;
  for (Matches matches(separator, text); matches.current() != nullptr && parts.size() < limit; matches.Advance()) {
    parts.Add(Value::String(text.substr(at, matches.current()->begin - at)));
    at = matches.current()->end;
  }
  if (parts.size() < limit) parts.Add(Value::String(text.substr(at)));
  return parts.Build();
}

}  // namespace

bool Contains(std::string_view text, const Pattern& pattern) {
  if (const auto* regex = std::get_if<1>(&pattern)) return regex->get().Find(text, 0).has_value();
  return text.find(std::get<0>(pattern)) != std::string_view::npos;
}

Value Split(std::string_view text, const Pattern& separator, std::optional<double> limit) {
  const size_t count = ToLimit(limit, "D3020", 3);
  if (const auto* regex = std::get_if<1>(&separator)) return SplitByRegex(text, regex->get(), count);
  if (count == 0 || !limit) return SplitByText(text, std::get<0>(separator), count);
  // JavaScript's split takes the limit's lowest 32 bits.
  const double bits = std::isfinite(*limit) ? std::fmod(std::trunc(*limit), 4294967296.0) : 0;
  return SplitByText(text, std::get<0>(separator), static_cast<size_t>(bits));
}

std::string Replace(std::string_view text, const Pattern& pattern, std::string_view replacement,
                    std::optional<double> limit) {
  const auto* regex = std::get_if<1>(&pattern);
  if (regex == nullptr && std::get<0>(pattern).empty()) throw Error("D3010").With(Value::String("")).Index(2);
  const size_t count = ToLimit(limit, "D3011", 4);
  if (regex == nullptr) return ReplaceText(text, std::get<0>(pattern), replacement, count);
  return ReplaceMatches(text, regex->get(), count, [&](std::string& out, const Match& match) {
    AppendReplacement(out, replacement, text, match);
  });
}

std::string Replace(std::string_view text, const Regex& pattern,
                    const std::function<std::string(const Match&)>& replace, std::optional<double> limit) {
  return ReplaceMatches(text, pattern, ToLimit(limit, "D3011", 4),
                        [&](std::string& out, const Match& match) { out += replace(match); });
}

Value MatchAll(std::string_view text, const Regex& regex, std::optional<double> limit) {
  const size_t count = ToLimit(limit, "D3040", 3);
  ArrayBuilder found;
  if (count == 0) return found.Build();
  size_t at = 0, index = 0;  // the same place in bytes and in UTF-16 code units
  for (Matches matches(regex, text); matches.current() != nullptr && found.size() < count; matches.Advance()) {
    const Match& match = *matches.current();
    index += CountUtf16Units(text.substr(at, match.begin - at));
    at = match.begin;
    found.Add(MatchValue(text, match, index));
  }
  return found.Build();
}

Value MatchValue(std::string_view text, const Match& match, size_t index) {
  ArrayBuilder groups(match.groups.size());
  for (const std::optional<std::string>& group : match.groups) {
    groups.Add(group ? Value::String(*group) : Value::Null());
  }
  return Value::Object({{"match", Value::String(text.substr(match.begin, match.end - match.begin))},
                        {"index", Value::Int(static_cast<int64_t>(index))},
                        {"groups", groups.Build()}});
}

size_t CountUtf16Units(std::string_view text) {
  const auto is_pair = [](char c) { return static_cast<unsigned char>(c) >= 0xF0; };
  return CountCodePoints(text) + static_cast<size_t>(std::count_if(text.begin(), text.end(), is_pair));
}

size_t ByteOfUtf16Unit(std::string_view text, double unit) {
  size_t at = 0;
  while (unit >= 1 && at < text.size()) {
    const size_t size = Utf8Size(text[at]);
    unit -= size == 4 ? 2 : 1;
    if (unit >= 0) at += size;
  }
  return at;
}

}  // namespace gait::jsonata
