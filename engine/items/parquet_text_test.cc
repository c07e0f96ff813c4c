#include "engine/items/parquet_text.h"

#include <doctest/doctest.h>

#include <bit>
#include <limits>
#include <string>

#include "engine/items/parquet_testing.h"
#include "engine/json/parse.h"

namespace gait {
namespace {

using parquet_testing::LittleEndian;
using Meaning = ParquetMeaning;
using Type = ParquetType;

// The JSON, or what is wrong.
std::string Text(Type type, Meaning meaning, int scale, const ParquetValue& value) {
  const ParquetColumn column{.name = "c", .type = type, .meaning = meaning, .width = 0, .scale = scale};
  std::string out;
  const std::string_view wrong = AppendParquetValue(out, column, value);
  if (!wrong.empty()) return std::string(wrong);
  CHECK(ParseJson(out).value.has_value());
  return out;
}

std::string Of(Meaning meaning, int64_t integer, int scale = 0) {
  return Text(Type::kInt64, meaning, scale, {.integer = integer, .bytes = {}});
}

std::string Of(Meaning meaning, const std::string& bytes, int scale = 0) {
  return Text(Type::kByteArray, meaning, scale, {.integer = 0, .bytes = bytes});
}

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();

TEST_CASE("numbers") {
  CHECK(Of(Meaning::kSigned, kLeast) == "-9223372036854775808");
  CHECK(Of(Meaning::kUnsigned64, -1) == "18446744073709551615");
  CHECK(Of(Meaning::kUnsigned32, -1) == "4294967295");
  CHECK(Of(Meaning::kBoolean, 1) == "true");
  CHECK(Of(Meaning::kBoolean, 0) == "false");
  const auto real = [](float f) { return Of(Meaning::kFloat, std::bit_cast<int32_t>(f)); };
  CHECK(real(0.1F) == "0.1");
  CHECK(real(-0.0F) == "-0.0");
  CHECK(real(3.4028235e38F) == "3.4028235E38");
  CHECK(real(std::numeric_limits<float>::infinity()) == "null");
  CHECK(Of(Meaning::kDouble, std::bit_cast<int64_t>(0.1)) == "0.1");
  CHECK(Of(Meaning::kDouble, std::bit_cast<int64_t>(std::numeric_limits<double>::quiet_NaN())) == "null");
  const auto half = [](uint16_t bits) { return Of(Meaning::kFloat16, LittleEndian(bits, 2)); };
  CHECK(half(0x3c00) == "1.0");
  CHECK(half(0xc000) == "-2.0");
  CHECK(half(0x0001) == "5.9604645E-8");
  CHECK(half(0x7bff) == "65504.0");
  CHECK(half(0x7c00) == "null");
  CHECK(half(0x7e00) == "null");
}

TEST_CASE("decimals keep their digits") {
  CHECK(Of(Meaning::kDecimal, 12345, 2) == "123.45");
  CHECK(Of(Meaning::kDecimal, -5, 3) == "-0.005");
  CHECK(Of(Meaning::kDecimal, -5) == "-5");
  CHECK(Of(Meaning::kDecimal, 0, 2) == "0.00");
  CHECK(Of(Meaning::kDecimal, kLeast, 18) == "-9.223372036854775808");
  using namespace std::string_literals;
  CHECK(Of(Meaning::kDecimal, ""s, 2) == "0.00");
  CHECK(Of(Meaning::kDecimal, "\x30\x39"s, 2) == "123.45");
  CHECK(Of(Meaning::kDecimal, "\xff"s, 1) == "-0.1");
  CHECK(Of(Meaning::kDecimal, "\x00\xff"s) == "255");
  CHECK(Of(Meaning::kDecimal, "\x80\x00\x00\x00\x00\x00\x00\x00"s) == "-9223372036854775808");
  CHECK(Of(Meaning::kDecimal, std::string(9, '\xff'), 2) == "-0.01");
  CHECK(Of(Meaning::kDecimal, std::string(9, '\0'), 2) == "0.00");
  CHECK(Of(Meaning::kDecimal, "\x01" + std::string(8, '\0')) == "18446744073709551616");
  CHECK(Of(Meaning::kDecimal, "\x80" + std::string(15, '\0'), 38) == "-1.70141183460469231731687303715884105728");
  CHECK(Of(Meaning::kDecimal, std::string(65, '\1')) == "a decimal of more than 64 bytes");
}

TEST_CASE("dates and times") {
  CHECK(Of(Meaning::kDate, 0) == "\"1970-01-01\"");
  CHECK(Of(Meaning::kDate, 11016) == "\"2000-02-29\"");
  CHECK(Of(Meaning::kDate, -719528) == "\"0000-01-01\"");
  CHECK(Of(Meaning::kDate, -719529) == "\"-0001-12-31\"");
  CHECK(Of(Meaning::kDate, 2932896) == "\"9999-12-31\"");
  CHECK(Of(Meaning::kDate, 2932897) == "\"+10000-01-01\"");
  CHECK(Of(Meaning::kDate, std::numeric_limits<int32_t>::min()) == "\"-5877641-06-23\"");
  CHECK(Of(Meaning::kTime, 3'723'004, 3) == "\"01:02:03.004\"");
  CHECK(Of(Meaning::kTime, 86'399'999'999'999, 9) == "\"23:59:59.999999999\"");
  CHECK(Of(Meaning::kTime, 86'400'000, 3) == "a time that no day has");
  CHECK(Of(Meaning::kTime, -1, 3) == "a time that no day has");
  CHECK(Of(Meaning::kTimestamp, 1'773'453'566'535, 3) == "\"2026-03-14T01:59:26.535Z\"");
  CHECK(Of(Meaning::kTimestamp, -1, 6) == "\"1969-12-31T23:59:59.999999Z\"");
  CHECK(Of(Meaning::kTimestamp, kLeast, 9) == "\"1677-09-21T00:12:43.145224192Z\"");
  CHECK(Of(Meaning::kTimestamp, kMost, 3) == "\"+292278994-08-17T07:12:55.807Z\"");
  CHECK(Of(Meaning::kTimestamp, kLeast, 3) == "\"-292275055-05-16T16:47:04.192Z\"");
  const auto int96 = [](int64_t nanos, int32_t julian_day) {
    return Of(Meaning::kInt96,
              LittleEndian(static_cast<uint64_t>(nanos), 8) + LittleEndian(static_cast<uint32_t>(julian_day), 4));
  };
  CHECK(int96(0, 2'440'588) == "\"1970-01-01T00:00:00.000000000Z\"");
  CHECK(int96(7'166'535'897'932, 2'461'114) == "\"2026-03-14T01:59:26.535897932Z\"");
  CHECK(int96(-1, 2'440'588) == "\"1969-12-31T23:59:59.999999999Z\"");
  CHECK(int96(86'400'000'000'000, 2'440'588) == "\"1970-01-02T00:00:00.000000000Z\"");
}

TEST_CASE("texts and bytes") {
  CHECK(Of(Meaning::kText, "a\"\n\xc3\xa9") == "\"a\\\"\\n\xc3\xa9\"");
  CHECK(Of(Meaning::kText, "\xff") == "a text that is not UTF-8");
  CHECK(Of(Meaning::kText, "\xed\xa0\x80") == "a text that is not UTF-8");
  CHECK(Of(Meaning::kBytes, "\xff") == "\"/w==\"");
  CHECK(Of(Meaning::kBytes, "") == "\"\"");
  CHECK(Of(Meaning::kUuid, "0123456789abcdef") == "\"30313233-3435-3637-3839-616263646566\"");
}

}  // namespace
}  // namespace gait
