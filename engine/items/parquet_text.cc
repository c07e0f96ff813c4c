#include "engine/items/parquet_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/utf.h"
#include "engine/json/write.h"

namespace gait {
namespace {

constexpr size_t kDecimalBytesMax = 64;  // 154 digits; SQL's and Arrow's longest have 76
constexpr int64_t kSecondsOfDay = 86'400;
constexpr int64_t kNanosOfDay = kSecondsOfDay * 1'000'000'000;
constexpr int64_t kJulianDayOf1970 = 2'440'588;

template <typename Integer>
void AppendInteger(std::string& out, Integer value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

// `value`, which is not negative, with zeros in front.
void AppendDigits(std::string& out, int64_t value, size_t count) {
  char text[24];
  const auto size = static_cast<size_t>(std::to_chars(text, text + sizeof text, value).ptr - text);
  if (size < count) out.append(count - size, '0');
  out.append(text, size);
}

struct Divided {
  int64_t quotient, remainder;  // this one is not negative
};

Divided DivideDown(int64_t value, int64_t by) {
  Divided d{value / by, value % by};
  if (d.remainder < 0) --d.quotient, d.remainder += by;
  return d;
}

// Proleptic Gregorian, as ISO 8601 has it; years of more than four digits, or before 0, with their sign. The years are
// counted from March, in eras of 400, so that the day that leap years add is the last.
void AppendDate(std::string& out, int64_t days) {
  const auto [era, day_of_era] = DivideDown(days + 719'468, 146'097);
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  if (year < 0 || year > 9999) out += year < 0 ? '-' : '+';
  AppendDigits(out, year < 0 ? -year : year, 4);
  out += '-';
  AppendDigits(out, month, 2);
  out += '-';
  AppendDigits(out, day, 2);
}

constexpr int64_t PowerOfTen(int exponent) { return exponent == 0 ? 1 : 10 * PowerOfTen(exponent - 1); }

void AppendTime(std::string& out, int64_t seconds, int64_t fraction, int digits) {
  AppendDigits(out, seconds / 3600, 2);
  out += ':';
  AppendDigits(out, seconds / 60 % 60, 2);
  out += ':';
  AppendDigits(out, seconds % 60, 2);
  out += '.';
  AppendDigits(out, fraction, static_cast<size_t>(digits));
}

void AppendTimestamp(std::string& out, int64_t days, int64_t seconds, int64_t fraction, int digits) {
  out += '"';
  AppendDate(out, days);
  out += 'T';
  AppendTime(out, seconds, fraction, digits);
  out += "Z\"";
}

void AppendTimestamp(std::string& out, int64_t value, int scale) {
  const auto [seconds, fraction] = DivideDown(value, PowerOfTen(scale));
  const auto [days, second_of_day] = DivideDown(seconds, kSecondsOfDay);
  AppendTimestamp(out, days, second_of_day, fraction, scale);
}

void AppendInt96(std::string& out, std::string_view bytes) {
  int64_t nanos = 0;
  int32_t julian_day = 0;
  std::memcpy(&nanos, bytes.data(), sizeof nanos);
  std::memcpy(&julian_day, bytes.data() + sizeof nanos, sizeof julian_day);
  const auto [days, nanos_of_day] = DivideDown(nanos, kNanosOfDay);
  const auto [second, fraction] = DivideDown(nanos_of_day, PowerOfTen(9));
  AppendTimestamp(out, julian_day - kJulianDayOf1970 + days, second, fraction, 9);
}

// The digits of a decimal, with its point.
void AppendPoint(std::string& out, bool negative, std::string_view digits, int scale) {
  const auto behind = static_cast<size_t>(scale);
  if (negative) out += '-';
  const size_t before = digits.size() > behind ? digits.size() - behind : 0;
  out += before == 0 ? "0" : digits.substr(0, before);
  if (behind == 0) return;
  out += '.';
  out.append(behind - (digits.size() - before), '0').append(digits.substr(before));
}

void AppendDecimal(std::string& out, int64_t value, int scale) {
  char text[24];
  const uint64_t magnitude = value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
  const char* end = std::to_chars(text, text + sizeof text, magnitude).ptr;
  AppendPoint(out, value < 0, std::string_view(text, static_cast<size_t>(end - text)), scale);
}

// An integer in two's complement, the highest byte first.
void AppendDecimal(std::string& out, std::string_view bytes, int scale) {
  const bool negative = !bytes.empty() && (bytes.front() & 0x80) != 0;
  if (bytes.size() <= sizeof(int64_t)) {
    uint64_t value = negative ? ~uint64_t{0} : 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return AppendDecimal(out, static_cast<int64_t>(value), scale);
  }
  std::string magnitude(bytes);
  if (negative) {
    bool carry = true;
    for (auto c = magnitude.rbegin(); c != magnitude.rend(); ++c) {
      *c = static_cast<char>(~*c + (carry ? 1 : 0));
      carry = carry && *c == 0;
    }
  }
  std::string digits;  // the last one first
  for (bool zero = false; !zero;) {
    unsigned remainder = 0;
    zero = true;
    for (char& c : magnitude) {
      const unsigned part = remainder << 8 | static_cast<unsigned char>(c);
      c = static_cast<char>(part / 10);
      remainder = part % 10;
      zero = zero && c == 0;
    }
    digits += static_cast<char>('0' + remainder);
  }
  std::reverse(digits.begin(), digits.end());
  AppendPoint(out, negative, digits, scale);
}

// With the fewest digits that read back as the same float, which are fewer than those of the same number as a double.
void AppendFloat(std::string& out, float number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, number).ptr;
  double value = 0;
  std::from_chars(text, end, value);
  out += FormatDouble(value);
}

float HalfToFloat(std::string_view bytes) {
  uint16_t bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof bits);
  const int exponent = bits >> 10 & 0x1f;
  const int fraction = bits & 0x3ff;
  float value = exponent == 31  ? (fraction == 0 ? HUGE_VALF : NAN)
                : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                : std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

void AppendUuid(std::string& out, std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    (out += kHex[byte >> 4]) += kHex[byte & 15];
  }
  out += '"';
}

}  // namespace

std::string_view AppendParquetValue(std::string& out, const ParquetColumn& column, const ParquetValue& value) {
  switch (column.meaning) {
    case ParquetMeaning::kBoolean: out += value.integer != 0 ? "true" : "false"; return "";
    case ParquetMeaning::kSigned: AppendInteger(out, value.integer); return "";
    case ParquetMeaning::kUnsigned32: AppendInteger(out, static_cast<uint32_t>(value.integer)); return "";
    case ParquetMeaning::kUnsigned64: AppendInteger(out, static_cast<uint64_t>(value.integer)); return "";
    case ParquetMeaning::kFloat: AppendFloat(out, std::bit_cast<float>(static_cast<int32_t>(value.integer))); return "";
    case ParquetMeaning::kDouble: out += FormatDouble(std::bit_cast<double>(value.integer)); return "";
    case ParquetMeaning::kFloat16: AppendFloat(out, HalfToFloat(value.bytes)); return "";
    case ParquetMeaning::kDecimal:
      if (column.type == ParquetType::kInt32 || column.type == ParquetType::kInt64) {
        AppendDecimal(out, value.integer, column.scale);
      } else if (value.bytes.size() > kDecimalBytesMax) {
        return "a decimal of more than 64 bytes";
      } else {
        AppendDecimal(out, value.bytes, column.scale);
      }
      return "";
    case ParquetMeaning::kDate:
      out += '"';
      AppendDate(out, value.integer);
      out += '"';
      return "";
    case ParquetMeaning::kTime: {
      const auto [second, fraction] = DivideDown(value.integer, PowerOfTen(column.scale));
      if (second < 0 || second >= kSecondsOfDay) return "a time that no day has";
      out += '"';
      AppendTime(out, second, fraction, column.scale);
      out += '"';
      return "";
    }
    case ParquetMeaning::kTimestamp: AppendTimestamp(out, value.integer, column.scale); return "";
    case ParquetMeaning::kInt96: AppendInt96(out, value.bytes); return "";
    case ParquetMeaning::kText:
      if (!IsUtf8(value.bytes)) return "a text that is not UTF-8";
      AppendJsonString(out, value.bytes);
      return "";
    case ParquetMeaning::kUuid: AppendUuid(out, value.bytes); return "";
    case ParquetMeaning::kBytes: ((out += '"') += ToBase64(value.bytes)) += '"'; return "";
  }
  return "a value of no known meaning";
}

}  // namespace gait
