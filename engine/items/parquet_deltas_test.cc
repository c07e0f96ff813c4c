#include "engine/items/parquet_deltas.h"

#include <doctest/doctest.h>

#include <string>

namespace gait {
namespace {

using namespace std::string_literals;

std::string Show(std::unique_ptr<ParquetValues> values, const std::string& error, bool integers) {
  if (values == nullptr) return error;
  std::string text;
  ParquetValue value;
  while (values->Next(value)) {
    text +=
        (text.empty() ? "" : " ") + (integers ? std::to_string(value.integer) : "<" + std::string(value.bytes) + ">");
  }
  return text;
}

std::string Integers(const std::string& bytes, size_t count_max = 1000, bool is_int32 = false) {
  std::string error;
  auto values = ReadDeltaIntegers(bytes, count_max, is_int32, error);
  return Show(std::move(values), error, true);
}
std::string Lengths(const std::string& bytes) {
  std::string error;
  auto values = ReadDeltaLengths(bytes, 1000, error);
  return Show(std::move(values), error, false);
}
std::string Prefixes(const std::string& bytes, size_t width = 0) {
  std::string error;
  auto values = ReadDeltaPrefixes(bytes, 1000, width, error);
  return Show(std::move(values), error, false);
}

// A head: blocks of 128 in 4 parts; the number of values below 64, and the first of them, zigzag.
std::string Head(int count, char first) { return "\x80\x01\x04"s + static_cast<char>(count) + first; }
// A block's head: the least difference, zigzag, and the widths.
std::string Block(char least, const std::string& widths) { return std::string(1, least) + widths; }

TEST_CASE("DELTA_BINARY_PACKED") {
  CHECK(Integers("") == "");
  CHECK(Integers(Head(0, 0)) == "");
  CHECK(Integers(Head(1, 7)) == "-4");
  // The manual's examples: steps of one; and 7 5 3 1 2 3 4 5.
  CHECK(Integers(Head(5, 2) + Block(2, "\0\0\0\0"s)) == "1 2 3 4 5");
  CHECK(Integers(Head(8, 14) + Block(3, "\2\0\0\0"s) + "\xc0\x3f"s + std::string(6, '\0')) == "7 5 3 1 2 3 4 5");
  // The widths of parts that are not needed mean nothing, and nothing is stored for them.
  CHECK(Integers(Head(5, 2) + Block(2, "\0\xff\xff\xff"s)) == "1 2 3 4 5");
  // Around: the largest, and one more.
  CHECK(Integers("\x80\x01\x04\x02\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\0\0\0\0"s) ==
        "9223372036854775807 -9223372036854775808");
  CHECK(Integers("\x80\x01\x04\x02\xfe\xff\xff\xff\x0f\x02\0\0\0\0"s, 9, true) == "2147483647 -2147483648");
}

TEST_CASE("differences that are broken") {
  CHECK(Integers("\x80\x01\x04"s) == "its differences are cut off");
  CHECK(Integers("\x80\x01\x00\x01\x00"s) == "its differences are in blocks of 128 in 0 parts, which there cannot be");
  CHECK(Integers("\x00\x01\x01\x00"s) == "its differences are in blocks of 0 in 1 parts, which there cannot be");
  CHECK(Integers("\x80\x01\x03\x01\x00"s) == "its differences are in blocks of 128 in 3 parts, which there cannot be");
  CHECK(Integers("\x80\x01\x08\x01\x00"s) == "its differences are in blocks of 128 in 8 parts, which there cannot be");
  CHECK(Integers("\x80\x80\x80\x80\x01\x01\x01\x00"s) ==
        "its differences are in blocks of 268435456 in 1 parts, which there cannot be");
  CHECK(Integers(Head(5, 2), 4) == "its differences are 5 for 4 rows");
  CHECK(Integers(Head(2, 2)) == "1");
  CHECK(Integers(Head(2, 2) + Block(2, "\0\0\0"s)) == "1");
  CHECK(Integers(Head(2, 2) + Block(2, "\x41\0\0\0"s) + std::string(600, '\0')) == "1");
  CHECK(Integers(Head(2, 2) + Block(2, "\1\0\0\0"s) + "\0\0\0"s) == "1");
}

TEST_CASE("DELTA_LENGTH_BYTE_ARRAY") {
  const std::string one_two_three = Head(3, 2) + Block(2, "\0\0\0\0"s);
  CHECK(Lengths(one_two_three + "abbccc") == "<a> <bb> <ccc>");
  CHECK(Lengths(one_two_three + "abbcc") == "<a> <bb>");
  CHECK(Lengths(Head(1, 1) + "abc") == "");  // -1
  CHECK(Lengths(Head(3, 2)) == "its lengths are cut off");
  CHECK(Lengths("") == "");
}

TEST_CASE("DELTA_BYTE_ARRAY") {
  const std::string grows = Head(3, 0) + Block(2, "\0\0\0\0"s);  // 0 1 2
  const std::string ones = Head(3, 2) + Block(0, "\0\0\0\0"s);   // 1 1 1
  CHECK(Prefixes(grows + ones + "abc") == "<a> <ab> <abc>");
  CHECK(Prefixes(grows + ones + "abc", 1) == "<a>");  // all should have one byte
  CHECK(Prefixes(ones + ones + "abc") == "");         // there is nothing before the first
  CHECK(Prefixes(grows) == "");
  CHECK(Prefixes(grows + Head(3, 2)) == "its lengths are cut off");
}

}  // namespace
}  // namespace gait
