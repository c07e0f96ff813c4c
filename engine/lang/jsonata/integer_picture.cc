#include "engine/lang/jsonata/integer_picture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/numerals.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

using Kind = IntegerPicture::Kind;
using Case = IntegerPicture::Case;
using Separator = IntegerPicture::Separator;

struct NamedPicture {
  std::u32string_view picture;
  Kind kind;
  Case letter_case;
};
constexpr NamedPicture kNamedPictures[] = {
    {U"A", Kind::kLetters, Case::kUpper}, {U"a", Kind::kLetters, Case::kLower}, {U"I", Kind::kRoman, Case::kUpper},
    {U"i", Kind::kRoman, Case::kLower},   {U"W", Kind::kWords, Case::kUpper},   {U"Ww", Kind::kWords, Case::kTitle},
    {U"w", Kind::kWords, Case::kLower},
};

// The zeros of the scripts' digits, ten to each, in the Basic Multilingual Plane.
constexpr char32_t kZeros[] = {
    0x30,   0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
};

std::optional<char32_t> ZeroOf(char32_t character) {
  const auto* after = std::upper_bound(std::begin(kZeros), std::end(kZeros), character);
  if (after == std::begin(kZeros) || !IsDigit(character, after[-1])) return std::nullopt;
  return after[-1];
}

// The distance at which one separator repeats from the right without a gap; 0 if it is not so.
size_t IntervalOf(const std::vector<Separator>& separators) {
  if (separators.empty()) return 0;
  size_t interval = 0;
  for (const Separator& separator : separators) {
    if (separator.character != separators[0].character) return 0;
    interval = std::gcd(interval, separator.position);
  }
  for (size_t i = 0; i < separators.size(); ++i) {
    if (separators[i].position != (i + 1) * interval) return 0;
  }
  return interval;
}

void AnalyseDigits(std::u32string_view digits, IntegerPicture& picture) {
  std::optional<char32_t> zero;
  for (size_t i = digits.size(); i-- > 0;) {
    if (const auto zero_here = ZeroOf(digits[i])) {
      if (zero && *zero != *zero_here) throw Error("D3131");
      zero = zero_here;
      ++picture.mandatory_digits;
    } else if (digits[i] == U'#') {
      ++picture.optional_digits;
    } else {
      picture.separators.push_back({picture.mandatory_digits + picture.optional_digits, digits[i]});
    }
  }
  if (!zero) {
    picture.kind = Kind::kSequence;
    picture.sequence = digits;
    return;
  }
  if (digits.size() > kPictureLengthMax) FailPictureTooLong(kPictureLengthMax, "digits");
  picture.zero = *zero;
  picture.interval = IntervalOf(picture.separators);
}

// Where the number has too few digits, the reference counts on from the end of the text, and digits get lost:
// $formatInteger(1234, '#,##,##0') is ",4". Expressions have been written against that.
void InsertFromRight(std::u32string& text, const Separator& separator) {
  if (separator.position <= text.size()) {
    text.insert(text.size() - separator.position, 1, separator.character);
    return;
  }
  const size_t missing = separator.position - text.size();
  if (missing < text.size()) text.erase(0, text.size() - missing);
  text.insert(0, 1, separator.character);
}

void InsertSeparators(std::u32string& text, const IntegerPicture& picture) {
  if (picture.interval == 0) {
    for (auto s = picture.separators.rbegin(); s != picture.separators.rend(); ++s) InsertFromRight(text, *s);
    return;
  }
  for (size_t i = (text.size() - 1) / picture.interval; i > 0; --i) {
    InsertFromRight(text, {i * picture.interval, picture.separators[0].character});
  }
}

std::u32string_view OrdinalSuffix(std::u32string_view digits) {
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == U'1';
  if (teen) return U"th";
  switch (digits.back()) {
    case U'1': return U"st";
    case U'2': return U"nd";
    case U'3': return U"rd";
    default: return U"th";
  }
}

std::string FormatDecimal(double number, const IntegerPicture& picture) {
  const std::string plain = IntegerText(number);
  std::u32string text;
  if (plain.size() < picture.mandatory_digits) text.assign(picture.mandatory_digits - plain.size(), picture.zero);
  for (const char c : plain) text += static_cast<char32_t>(c) - U'0' + picture.zero;
  InsertSeparators(text, picture);
  if (picture.ordinal) text += OrdinalSuffix(text);
  return ToUtf8(text);
}

double ParseDecimal(std::u32string_view text, const IntegerPicture& picture) {
  constexpr size_t kSuffixSize = 2;  // "st"
  if (picture.ordinal) text = text.substr(0, text.size() - std::min(kSuffixSize, text.size()));
  const auto is_separator = [&](char32_t c) {
    // In the reference a comma is the one that repeats, whatever the picture says.
    if (picture.interval > 0) return c == U',';
    return std::any_of(picture.separators.begin(), picture.separators.end(),
                       [&](const Separator& separator) { return separator.character == c; });
  };
  std::u32string digits;
  for (const char32_t c : text) {
    if (!is_separator(c)) digits += IsDigit(c, picture.zero) ? c - picture.zero + U'0' : c;
  }
  return ReadInteger(digits);
}

}  // namespace

IntegerPicture AnalyseIntegerPicture(std::u32string_view picture) {
  IntegerPicture result;
  const size_t semicolon = picture.rfind(U';');
  const std::u32string_view primary = picture.substr(0, semicolon);
  if (semicolon != std::u32string_view::npos) result.ordinal = picture.substr(semicolon + 1).starts_with(U'o');
  const auto* named = std::find_if(std::begin(kNamedPictures), std::end(kNamedPictures),
                                   [&](const NamedPicture& row) { return row.picture == primary; });
  if (named == std::end(kNamedPictures)) {
    AnalyseDigits(primary, result);
  } else {
    result.kind = named->kind;
    result.letter_case = named->letter_case;
  }
  return result;
}

std::string FormatInteger(double number, const IntegerPicture& picture) {
  const double size = std::abs(number);
  std::string text;
  switch (picture.kind) {
    case Kind::kDecimal: text = FormatDecimal(size, picture); break;
    case Kind::kLetters: text = ToLetters(size); break;
    case Kind::kRoman: text = ToRoman(size); break;
    case Kind::kWords: text = ToWords(size, picture.ordinal); break;
    case Kind::kSequence: throw Error("D3130").With(Value::String(ToUtf8(picture.sequence)));
  }
  if (picture.kind != Kind::kDecimal && picture.letter_case != Case::kTitle) {
    const bool upper = picture.letter_case == Case::kUpper;
    for (char& c : text) c = upper ? ToUpper(c) : ToLower(c);
  }
  return number < 0 ? "-" + text : text;
}

double ParseInteger(std::u32string_view text, const IntegerPicture& picture) {
  const bool upper = picture.letter_case == Case::kUpper;
  switch (picture.kind) {
    case Kind::kDecimal: return ParseDecimal(text, picture);
    case Kind::kLetters: return FromLetters(text, upper ? U'A' : U'a');
    case Kind::kRoman: {
      if (upper) return FromRoman(text);
      std::u32string roman(text);
      for (char32_t& c : roman) c = c >= U'a' && c <= U'z' ? c - 32 : c;
      return FromRoman(roman);
    }
    case Kind::kWords: return FromWords(text);
    case Kind::kSequence: break;
  }
  throw Error("D3130").With(Value::String(ToUtf8(picture.sequence)));
}

}  // namespace gait::jsonata
