#include "engine/lang/jsonpath/compare.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "engine/json/write.h"
#include "engine/lang/jsonpath/decimal.h"

namespace gait::jsonpath {

namespace {

Order OrderOf(int sign) { return sign < 0 ? Order::kLess : sign > 0 ? Order::kGreater : Order::kEqual; }

template <typename T>
Order OrderOf(T a, T b) {
  return a < b ? Order::kLess : b < a ? Order::kGreater : Order::kEqual;
}

bool IsNullish(const Value& value) { return value.is_null() || (value.is_string() && value.as_string() == "null"); }

// By UTF-16 code units. UTF-8 sorts by code points, which is the same but for those beyond U+FFFF (in UTF-8 from byte
// F0 on): their surrogates precede U+E000 to U+FFFF (bytes EE and EF).
Order CompareTexts(std::string_view a, std::string_view b) {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_a == a.end() || at_b == b.end()) return OrderOf(a.size(), b.size());
  const auto byte_a = static_cast<unsigned char>(*at_a);
  const auto byte_b = static_cast<unsigned char>(*at_b);
  const bool swapped = byte_a >= 0xEE && byte_b >= 0xEE && (byte_a >= 0xF0) != (byte_b >= 0xF0);
  return swapped ? OrderOf(byte_b, byte_a) : OrderOf(byte_a, byte_b);
}

std::string Unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\\'") ++i;
    out += text[i];
  }
  return out;
}

std::string NumberText(const Value& number) {
  if (number.is_int()) return std::to_string(number.as_int());
  if (number.is_double()) return FormatDouble(number.as_double());
  return std::string(number.number_text());
}

// Does the number compare as its double does? Every integer below 2^53 is a double.
bool IsExactDouble(const Value& number) {
  constexpr int64_t kIntegersTo = int64_t{1} << 53;
  return number.is_double() || (number.is_int() && -kIntegersTo < number.as_int() && number.as_int() < kIntegersTo);
}

// A decimal of at most 15 digits is told from every other by the double nearest to it.
std::optional<double> ShortDecimal(std::string_view text) {
  constexpr size_t kDigits = 15;
  if (text.size() > kDigits || text.find_first_not_of("0123456789.-") != std::string_view::npos) return std::nullopt;
  double d = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, d);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return d;
}

Order CompareNumbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return OrderOf(a.as_int(), b.as_int());
  if (IsExactDouble(a) && IsExactDouble(b)) return OrderOf(a.as_double(), b.as_double());
  return OrderOf(CompareDecimals(NumberText(a), NumberText(b)));
}

Order CompareTextWithNumber(std::string_view text, const Value& number) {
  if (IsExactDouble(number)) {
    if (const std::optional<double> d = ShortDecimal(text)) return OrderOf(*d, number.as_double());
  }
  if (!IsDecimal(text)) return Order::kNotANumber;
  return OrderOf(CompareDecimals(text, NumberText(number)));
}

bool IsTrueText(std::string_view text) {
  constexpr std::string_view kTrue = "true";
  return std::equal(text.begin(), text.end(), kTrue.begin(), kTrue.end(),
                    [](char c, char t) { return c == t || c == t - 'a' + 'A'; });
}

}  // namespace

Order Compare(const Value& expected, const Value& actual) {
  if (&expected == &actual) return Order::kEqual;
  const bool expected_null = IsNullish(expected);
  const bool actual_null = IsNullish(actual);
  if (expected_null || actual_null) return OrderOf(actual_null, expected_null);

  if (expected.is_string()) {
    const std::string_view text = expected.as_string();
    if (actual.is_string()) {
      if (text.find('\'') == std::string_view::npos) return CompareTexts(text, actual.as_string());
      return CompareTexts(Unescaped(text), actual.as_string());
    }
    if (actual.is_number()) return CompareTextWithNumber(text, actual);
    if (actual.is_bool()) return OrderOf(IsTrueText(text), actual.as_bool());
  }
  if (expected.is_number() && actual.is_number()) return CompareNumbers(expected, actual);
  if (expected.is_bool() && actual.is_bool()) return OrderOf(expected.as_bool(), actual.as_bool());
  return Order::kIncomparable;
}

}  // namespace gait::jsonpath
