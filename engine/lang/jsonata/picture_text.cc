#include "engine/lang/jsonata/picture_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "engine/base/utf.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {

void FailPictureTooLong(size_t most, std::string_view what) {
  throw Error("U1001").Saying("The picture asks for more than " + std::to_string(most) + " " + std::string(what));
}

std::u32string ToCodePoints(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  while (!text.empty()) {
    const size_t size = std::min(Utf8Size(text[0]), text.size());
    const auto lead = static_cast<unsigned char>(text[0]);
    char32_t character = size == 1 ? lead : lead & (0x7fU >> size);
    for (size_t i = 1; i < size; ++i) character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    characters += character;
    text.remove_prefix(size);
  }
  return characters;
}

namespace {

void AppendUtf8(std::string& out, char32_t c) {
  const bool surrogate = c >= 0xd800 && c < 0xe000;
  if (surrogate || c > 0x10ffff) c = 0xfffd;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    tail(12), tail(6), tail(0);
  }
}

}  // namespace

std::string ToUtf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char32_t c : text) AppendUtf8(out, c);
  return out;
}

bool IsSpace(char32_t c) {
  constexpr std::u32string_view kOthers = U"\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff";
  return c == U' ' || (c >= U'\t' && c <= U'\r') || (c >= 0x2000 && c <= 0x200a) ||
         kOthers.find(c) != std::u32string_view::npos;
}

char32_t ToLower(char32_t c) { return c >= U'A' && c <= U'Z' ? c + 32 : c; }
char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

double ReadInteger(std::u32string_view text) {
  size_t i = 0;
  while (i < text.size() && IsSpace(text[i])) ++i;
  const bool negative = i < text.size() && text[i] == U'-';
  if (i < text.size() && (text[i] == U'-' || text[i] == U'+')) ++i;
  std::string digits;
  for (; i < text.size() && IsDigit(text[i]); ++i) digits += static_cast<char>(text[i]);
  if (digits.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double number = FromDecimal(digits, static_cast<int>(digits.size()));
  return negative ? -number : number;
}

ShortestDecimal ToShortestDecimal(double number) {
  char text[32];  // d.ddde-308
  const char* end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
  const char* e = std::find(static_cast<const char*>(text), end, 'e');
  ShortestDecimal decimal;
  for (const char* p = text; p != e; ++p) {
    if (*p != '.') decimal.digits += *p;
  }
  const char* exponent = e[1] == '+' ? e + 2 : e + 1;  // from_chars takes no plus
  std::from_chars(exponent, end, decimal.point);
  ++decimal.point;
  return decimal;
}

double FromDecimal(std::string_view digits, int point) {
  const std::string text = "0." + std::string(digits) + "e" + std::to_string(point);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc::result_out_of_range) return number;
  // Zeros in front make a number smaller than its point says.
  const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  return point > static_cast<int64_t>(zeros) ? std::numeric_limits<double>::infinity() : 0;
}

std::string IntegerText(double number) {
  ShortestDecimal decimal = ToShortestDecimal(number);
  std::string& digits = decimal.digits;
  constexpr int kPlainDigitsMax = 21;
  if (decimal.point <= kPlainDigitsMax) {
    digits.resize(static_cast<size_t>(std::max(decimal.point, 1)), '0');
    return digits;
  }
  if (digits.size() > 1) digits.insert(1, ".");
  return digits + "e+" + std::to_string(decimal.point - 1);
}

}  // namespace gait::jsonata
