// What the functions that work by pictures share: texts as code points, and decimal texts as JavaScript writes and
// reads them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gait::jsonata {

// No number needs a longer picture, and expressions can make pictures of any length.
inline constexpr size_t kPictureLengthMax = 10'000;
// Throws U1001: the picture asks for more than `what`.
[[noreturn]] void FailPictureTooLong(size_t most, std::string_view what);

// REQUIRES: valid UTF-8.
std::u32string ToCodePoints(std::string_view text);
// U+FFFD stands for what is no character.
std::string ToUtf8(std::u32string_view text);

// White space as JavaScript's regular expressions see it.
bool IsSpace(char32_t c);
inline bool IsDigit(char32_t c, char32_t zero = U'0') { return c >= zero && c < zero + 10; }
// ASCII only.
char32_t ToLower(char32_t c);
char ToLower(char c);
char ToUpper(char c);

// The integer that the text begins with, after white space and a sign; NaN if it begins with none.
double ReadInteger(std::u32string_view text);

// The fewest digits that read back as the same double: 0.d1d2d3... * 10^point.
struct ShortestDecimal {
  std::string digits;
  int point = 0;
};
// REQUIRES: finite and not negative.
ShortestDecimal ToShortestDecimal(double number);
// The number with these digits, none of which need be significant: infinity where it is too large.
double FromDecimal(std::string_view digits, int point);

// "123", and from 10^21 on "1.23e+21". REQUIRES: an integer, not negative.
std::string IntegerText(double number);

}  // namespace gait::jsonata
