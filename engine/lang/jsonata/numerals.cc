#include "engine/lang/jsonata/numerals.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct SmallNumber {
  std::string_view cardinal, ordinal;
};
constexpr SmallNumber kSmallNumbers[] = {
    {"Zero", "Zeroth"},         {"One", "First"},           {"Two", "Second"},
    {"Three", "Third"},         {"Four", "Fourth"},         {"Five", "Fifth"},
    {"Six", "Sixth"},           {"Seven", "Seventh"},       {"Eight", "Eighth"},
    {"Nine", "Ninth"},          {"Ten", "Tenth"},           {"Eleven", "Eleventh"},
    {"Twelve", "Twelfth"},      {"Thirteen", "Thirteenth"}, {"Fourteen", "Fourteenth"},
    {"Fifteen", "Fifteenth"},   {"Sixteen", "Sixteenth"},   {"Seventeen", "Seventeenth"},
    {"Eighteen", "Eighteenth"}, {"Nineteen", "Nineteenth"},
};
constexpr SmallNumber kTens[] = {
    {"Twenty", "Twentieth"}, {"Thirty", "Thirtieth"},   {"Forty", "Fortieth"},   {"Fifty", "Fiftieth"},
    {"Sixty", "Sixtieth"},   {"Seventy", "Seventieth"}, {"Eighty", "Eightieth"}, {"Ninety", "Ninetieth"},
};
struct Magnitude {
  double value;
  std::string_view name;
};
constexpr Magnitude kMagnitudes[] = {{1e12, "Trillion"}, {1e9, "Billion"}, {1e6, "Million"}, {1e3, "Thousand"}};

struct RomanDigits {
  int value;
  std::string_view digits;
};
constexpr RomanDigits kRomanDigits[] = {
    {1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
    {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"},
};

void AppendSmall(std::string& out, const SmallNumber& number, bool ordinal) {
  out += ordinal ? number.ordinal : number.cardinal;
}

// `follows`: words of greater numbers stand before it.
void AppendBelowThousand(std::string& out, int number, bool follows, bool ordinal) {
  if (number >= 100) {
    if (follows) out += ", ";
    AppendSmall(out, kSmallNumbers[number / 100], false);
    out += " Hundred";
    number %= 100;
    follows = true;
    if (number == 0) {
      if (ordinal) out += "th";
      return;
    }
  }
  if (follows) out += " and ";
  if (number < 20) return AppendSmall(out, kSmallNumbers[number], ordinal);
  const int units = number % 10;
  AppendSmall(out, kTens[number / 10 - 2], ordinal && units == 0);
  if (units == 0) return;
  out += '-';
  AppendSmall(out, kSmallNumbers[units], ordinal);
}

// Goes no deeper than a double has groups of three digits: a number of trillions is itself spelled by the same rules,
// "ten billion trillion".
void AppendWords(std::string& out, double number, bool follows, bool ordinal) {
  if (number < 1000) return AppendBelowThousand(out, static_cast<int>(number), follows, ordinal);
  const auto* magnitude = std::find_if(std::begin(kMagnitudes), std::end(kMagnitudes),
                                       [&](const Magnitude& candidate) { return number >= candidate.value; });
  const double count = std::floor(number / magnitude->value);
  const double rest = number - count * magnitude->value;  // of a number above 2^53 the rounding may leave less than 0
  if (follows) out += ", ";
  AppendWords(out, count, false, false);
  (out += ' ') += magnitude->name;
  if (rest > 0) {
    AppendWords(out, rest, true, ordinal);
  } else if (ordinal) {
    out += "th";
  }
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLower(c);
  return lower;
}

NumberWords MakeNumberWords() {
  NumberWords words;
  const auto add = [&](const SmallNumber& number, double value) {
    words.emplace(LowerCase(number.cardinal), value);
    words.emplace(LowerCase(number.ordinal), value);
  };
  for (size_t i = 0; i < std::size(kSmallNumbers); ++i) add(kSmallNumbers[i], static_cast<double>(i));
  for (size_t i = 0; i < std::size(kTens); ++i) add(kTens[i], static_cast<double>(10 * i + 20));
  add({"Hundred", "Hundredth"}, 100);
  for (const Magnitude& magnitude : kMagnitudes) {
    words.emplace(LowerCase(magnitude.name), magnitude.value);
    words.emplace(LowerCase(magnitude.name) + "th", magnitude.value);
  }
  return words;
}

// The size of what stands between two words at `at`: ", ", " and ", a space, a hyphen; 0 within a word.
size_t SeparatorSize(std::u32string_view text, size_t at) {
  const auto is_space = [&](size_t i) { return i < text.size() && IsSpace(text[i]); };
  if (text[at] == U',' && is_space(at + 1)) return 2;
  if (text[at] == U'-' || text[at] == U'\\') return 1;
  if (!is_space(at)) return 0;
  constexpr std::u32string_view kAnd = U"and";
  const std::u32string_view next = text.substr(at + 1, kAnd.size());
  const bool is_and = std::equal(next.begin(), next.end(), kAnd.begin(), kAnd.end(),
                                 [](char32_t a, char32_t b) { return ToLower(a) == b; });
  return is_and && is_space(at + 4) ? 5 : 1;
}

double WordValue(std::u32string_view word) {
  std::string lower;
  for (const char32_t c : word) {
    if (c >= 0x80) return kNaN;
    lower += ToLower(static_cast<char>(c));
  }
  const auto found = AllNumberWords().find(lower);
  return found == AllNumberWords().end() ? kNaN : found->second;
}

}  // namespace

const NumberWords& AllNumberWords() {
  static const NumberWords kWords = MakeNumberWords();
  return kWords;
}

std::string ToWords(double number, bool ordinal) {
  std::string words;
  AppendWords(words, number, false, ordinal);
  return words;
}

double FromWords(std::u32string_view text) {
  double sum = 0;    // of the groups that are complete: "three thousand"
  double group = 0;  // what the next word adds to, or multiplies
  const auto take = [&](double value) {
    if (value >= 100) {
      group *= value;
      return;
    }
    if (group >= 1000) {
      sum += group;
      group = 0;
    }
    group += value;
  };
  size_t begin = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t separator = SeparatorSize(text, i);
    if (separator == 0) {
      ++i;
      continue;
    }
    take(WordValue(text.substr(begin, i - begin)));
    i += separator;
    begin = i;
  }
  take(WordValue(text.substr(begin)));
  return sum + group;
}

std::string ToRoman(double number) {
  constexpr size_t kThousandsMax = 10'000;
  if (number >= 1000.0 * kThousandsMax) FailPictureTooLong(kThousandsMax, "Roman digits");
  std::string roman;
  int rest = static_cast<int>(number);
  for (const RomanDigits& row : kRomanDigits) {
    for (; rest >= row.value; rest -= row.value) roman += row.digits;
  }
  return roman;
}

double FromRoman(std::u32string_view text) {
  constexpr std::u32string_view kDigits = U"IVXLCDM";
  constexpr double kValues[] = {1, 5, 10, 50, 100, 500, 1000};
  double number = 0;
  double greatest = 1;  // to the right of the digit; a lesser one counts against it
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    const size_t index = kDigits.find(*digit);
    if (index == std::u32string_view::npos) return kNaN;
    const double value = kValues[index];
    number += value < greatest ? -value : value;
    greatest = std::max(greatest, value);
  }
  return number;
}

std::string ToLetters(double number) {
  std::string letters;
  for (; number > 0; number = std::floor((number - 1) / 26)) {
    letters += static_cast<char>('a' + static_cast<int>(std::fmod(number - 1, 26)));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

double FromLetters(std::u32string_view text, char32_t a) {
  double number = 0, factor = 1;
  const auto add = [&](char32_t unit) {  // of UTF-16
    number += (static_cast<double>(unit) - static_cast<double>(a) + 1) * factor;
    factor *= 26;
  };
  for (size_t i = text.size(); i-- > 0;) {
    const char32_t c = text[i];
    if (c >= 0x10000) add(0xDC00 + (c & 0x3FF));
    add(c < 0x10000 ? c : 0xD800 + ((c - 0x10000) >> 10));
  }
  return number;
}

}  // namespace gait::jsonata
