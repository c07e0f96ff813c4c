#include "engine/lang/jsonpath/decimal.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace gait::jsonpath {

namespace {

constexpr size_t kExponentDigitsMax = 9;

// sign * 0.DIGITS * 10^point. `digits` neither begins nor ends with a zero; it is empty for zero.
struct Decimal {
  int sign = 0;
  int64_t point = 0;
  std::string digits;
};

bool IsDigit(char c) { return '0' <= c && c <= '9'; }

// What follows the `e`.
std::optional<int64_t> ReadExponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  int64_t exponent = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text.size() > kExponentDigitsMax || !IsDigit(text.front())) return std::nullopt;
  if (std::from_chars(text.data(), end, exponent).ptr != end) return std::nullopt;
  return negative ? -exponent : exponent;
}

std::optional<Decimal> ReadDecimal(std::string_view text) {
  Decimal d;
  d.sign = text.starts_with('-') ? -1 : 1;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  bool any_digit = false;
  bool after_point = false;
  size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!IsDigit(text[i])) return std::nullopt;
    any_digit = true;
    const bool leading_zero = d.digits.empty() && text[i] == '0';
    if (!leading_zero) d.digits += text[i];
    if (leading_zero ? after_point : !after_point) d.point += leading_zero ? -1 : 1;
  }
  if (!any_digit) return std::nullopt;
  if (i < text.size()) {
    const std::optional<int64_t> exponent = ReadExponent(text.substr(i + 1));
    if (!exponent) return std::nullopt;
    d.point += *exponent;
  }
  while (!d.digits.empty() && d.digits.back() == '0') d.digits.pop_back();
  if (d.digits.empty()) d = Decimal{};
  return d;
}

}  // namespace

bool IsDecimal(std::string_view text) { return ReadDecimal(text).has_value(); }

int CompareDecimals(std::string_view a_text, std::string_view b_text) {
  const Decimal a = *ReadDecimal(a_text);
  const Decimal b = *ReadDecimal(b_text);
  if (a.sign != b.sign || a.sign == 0) return a.sign - b.sign;
  if (a.point != b.point) return a.point < b.point ? -a.sign : a.sign;
  return a.sign * a.digits.compare(b.digits);
}

}  // namespace gait::jsonpath
