#include "engine/lang/jsonata/char_set.h"

#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <cstdio>
#include <map>

namespace gait::jsonata {
namespace {

constexpr char32_t kAsciiMax = 0x7F, kBasicPlaneMax = 0xFFFF, kMax = 0x10FFFF;
constexpr char32_t kFirstSurrogate = 0xD800, kLastSurrogate = 0xDFFF;
constexpr char32_t kBeforeSurrogates = 0xD7FF, kAfterSurrogates = 0xE000;

// ECMA-262, Canonicalize without the flag u: a character that becomes several in upper case ('ß') stays as it is.
char32_t Canonical(char16_t character) {
  const auto simple = static_cast<char32_t>(u_toupper(character));
  if (simple == character) return character;
  UChar full[8];
  UErrorCode status = U_ZERO_ERROR;
  const UChar unit = character;
  if (u_strToUpper(full, 8, &unit, 1, "", &status) != 1 || U_FAILURE(status)) return character;
  return character > kAsciiMax && full[0] <= kAsciiMax ? character : full[0];
}

using CaseClass = std::vector<char32_t>;

// The classes of characters that the flag i holds equal; those of ASCII's letters come first.
const std::vector<CaseClass>& CaseClasses() {
  static const std::vector<CaseClass> kClasses = [] {
    std::map<char32_t, CaseClass> others;  // by what they are equal to
    for (char32_t c = 0; c <= kBasicPlaneMax; ++c) {
      const char32_t canonical = Canonical(static_cast<char16_t>(c));
      if (canonical != c) others[canonical].push_back(c);
    }
    std::vector<CaseClass> classes;
    for (auto& [canonical, members] : others) {
      members.push_back(canonical);
      classes.push_back(std::move(members));
    }
    return classes;
  }();
  return kClasses;
}

const CharSet& Digits() {
  static const CharSet kSet({{'0', '9'}});
  return kSet;
}
const CharSet& WordCharacters() {
  static const CharSet kSet({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'_', '_'}});
  return kSet;
}
const CharSet& WhiteSpace() {  // ECMA-262: WhiteSpace and LineTerminator
  static const CharSet kSet({{'\t', '\r'},
                             {' ', ' '},
                             {0xA0, 0xA0},
                             {0x1680, 0x1680},
                             {0x2000, 0x200A},
                             {0x2028, 0x2029},
                             {0x202F, 0x202F},
                             {0x205F, 0x205F},
                             {0x3000, 0x3000},
                             {0xFEFF, 0xFEFF}});
  return kSet;
}
void AppendCharacter(std::string& out, char32_t character) {
  char text[16];
  std::snprintf(text, sizeof text, "\\x{%x}", static_cast<unsigned>(character));
  out += text;
}

}  // namespace

CharSet::CharSet(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  for (const Range& range : ranges) {
    if (!ranges_.empty() && range.first <= ranges_.back().last + 1) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
    Range& last = ranges_.back();
    if (last.first <= kFirstSurrogate && last.last >= kLastSurrogate) last.last = kMax;
  }
}

void CharSet::AddOtherCases() {
  const bool ascii = ranges_.empty() || ranges_.back().last <= kAsciiMax;
  std::vector<Range> all = ranges_;
  for (const CaseClass& members : CaseClasses()) {
    if (ascii && members.back() > kAsciiMax) break;
    if (std::none_of(members.begin(), members.end(), [&](char32_t c) { return Contains(c); })) continue;
    for (char32_t c : members) all.push_back({c, c});
  }
  *this = CharSet(std::move(all));
}

CharSet CharSet::Complement() const {
  CharSet complement;
  char32_t next = 0;
  for (const Range& range : ranges_) {
    if (range.first > next) complement.ranges_.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kMax) complement.ranges_.push_back({next, kMax});
  return complement;
}

std::string CharSet::ToPcre2() const {
  const bool negated = Contains(kMax);  // the shorter way to write it, and the faster one to match
  const CharSet listed = (negated ? Complement() : *this).WithoutSurrogates();
  if (listed.ranges_.empty()) return negated ? "(?s:.)" : "(?!)";
  std::string text;
  for (const Range& range : listed.ranges_) {
    AppendCharacter(text, range.first);
    if (range.last > range.first) text += '-';
    if (range.last > range.first) AppendCharacter(text, range.last);
  }
  const bool single = listed.ranges_.size() == 1 && listed.ranges_[0].first == listed.ranges_[0].last;
  return single && !negated ? text : (negated ? "[^" : "[") + text + "]";
}

bool CharSet::Contains(char32_t character) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), character,
                                      [](char32_t c, const Range& range) { return c < range.first; });
  return after != ranges_.begin() && character <= std::prev(after)->last;
}

CharSet CharSet::WithoutSurrogates() const {
  CharSet rest;
  for (const Range& range : ranges_) {
    if (range.first < kFirstSurrogate) {
      rest.ranges_.push_back({range.first, std::min(range.last, kBeforeSurrogates)});
    }
    if (range.last > kLastSurrogate) rest.ranges_.push_back({std::max(range.first, kAfterSurrogates), range.last});
  }
  return rest;
}

const CharSet& NoLineTerminators() {
  static const CharSet kSet = CharSet({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}).Complement();
  return kSet;
}

std::optional<CharSet> ClassEscape(char letter) {
  switch (letter) {
    case 'd': return Digits();
    case 'D': return Digits().Complement();
    case 's': return WhiteSpace();
    case 'S': return WhiteSpace().Complement();
    case 'w': return WordCharacters();
    case 'W': return WordCharacters().Complement();
    default: return std::nullopt;
  }
}

}  // namespace gait::jsonata
