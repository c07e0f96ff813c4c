#include "engine/items/parquet_values.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/items/parquet_testing.h"

namespace gait {
namespace {

using namespace std::string_literals;
using parquet_testing::Bytes32;
using parquet_testing::LittleEndian;
using Encoding = ParquetEncoding;
using Type = ParquetType;

ParquetColumn Column(Type type, int width = 0) { return {.name = "c", .type = type, .width = width}; }

// The values until there are no more, `most` at the most; or the error.
std::string Read(const ParquetColumn& column, Encoding encoding, const std::string& bytes, size_t most = 9,
                 const ParquetDictionary* dictionary = nullptr) {
  std::string text;
  const auto values = ReadParquetValues(column, encoding, bytes, most, dictionary, text);
  if (values == nullptr) return text;
  const bool numbers = column.type != Type::kByteArray && column.type != Type::kFixedLenByteArray;
  ParquetValue value;
  for (size_t i = 0; i < most && values->Next(value); ++i) {
    text += (i == 0 ? "" : " ") + (numbers ? std::to_string(value.integer) : std::string(value.bytes));
  }
  return text;
}

TEST_CASE("PLAIN") {
  CHECK(Read(Column(Type::kInt32), Encoding::kPlain, LittleEndian(7, 4) + "\xff\xff\xff\xff" + "abc") == "7 -1");
  CHECK(Read(Column(Type::kInt64), Encoding::kPlain, LittleEndian(7, 8) + std::string(8, '\xff') + "abc") == "7 -1");
  CHECK(Read(Column(Type::kByteArray), Encoding::kPlain, Bytes32("ab") + Bytes32("") + Bytes32("c")) == "ab  c");
  CHECK(Read(Column(Type::kByteArray), Encoding::kPlain, Bytes32("ab") + LittleEndian(5, 4) + "abcd") == "ab");
  CHECK(Read(Column(Type::kByteArray), Encoding::kPlain, "\xff\xff\xff\xff"s) == "");
  CHECK(Read(Column(Type::kFixedLenByteArray, 2), Encoding::kPlain, "abcde") == "ab cd");
  CHECK(Read(Column(Type::kBoolean), Encoding::kPlain, "\x05"s) == "1 0 1 0 0 0 0 0");
}

TEST_CASE("RLE is for booleans") {
  CHECK(Read(Column(Type::kBoolean), Encoding::kRle, Bytes32("\x06\x01") + "junk") == "1 1 1");
  CHECK(Read(Column(Type::kBoolean), Encoding::kRle, Bytes32("\x06\x02")) == "");
  CHECK(Read(Column(Type::kBoolean), Encoding::kRle, "\x01"s) == "");
  CHECK(Read(Column(Type::kInt32), Encoding::kRle, "") ==
        "its values have the encoding RLE, which is not supported for their type");
  CHECK(Read(Column(Type::kInt32), Encoding::kBitPacked, "") ==
        "its values have the encoding BIT_PACKED, which is not supported for their type");
}

TEST_CASE("dictionaries") {
  ParquetDictionary words;
  const std::string page = Bytes32("no") + Bytes32("yes");
  REQUIRE(words.Read(Column(Type::kByteArray), page, 2));
  const ParquetColumn text = Column(Type::kByteArray);
  CHECK(Read(text, Encoding::kRleDictionary, "\x01\x04\x01\x02\x00"s, 9, &words) == "yes yes no");
  CHECK(Read(text, Encoding::kPlainDictionary, "\x01\x03\x02"s, 3, &words) == "no yes no");
  CHECK(Read(text, Encoding::kRleDictionary, "\x02\x02\x01\x02\x02"s, 9, &words) == "yes");  // there is no third
  CHECK(Read(text, Encoding::kRleDictionary, "", 9, &words) == "");
  CHECK(Read(text, Encoding::kRleDictionary, "\x21"s, 9, &words) == "its indices have 33 bits, which is more than 32");
  CHECK(Read(text, Encoding::kRleDictionary, "\x01"s) == "its values are in a dictionary, and there is none");

  ParquetDictionary numbers;
  CHECK(numbers.Read(Column(Type::kInt32), "abcdefg", 1));
  CHECK(!numbers.Read(Column(Type::kInt32), "abcdefg", 2));
  CHECK(!words.Read(Column(Type::kByteArray), page, 3));
  CHECK(!words.Read(Column(Type::kByteArray), page.substr(0, page.size() - 1), 2));
  CHECK(!words.Read(Column(Type::kByteArray), page, 0x7fffffff));
  CHECK(!words.Read(Column(Type::kBoolean), page, 0));
}

TEST_CASE("BYTE_STREAM_SPLIT") {
  CHECK(Read(Column(Type::kInt32), Encoding::kByteStreamSplit, "\x01\x02\x00\x01\x00\x00\x00\x00"s) == "1 258");
  CHECK(Read(Column(Type::kFixedLenByteArray, 3), Encoding::kByteStreamSplit, "adbecf") == "abc def");
  CHECK(Read(Column(Type::kInt32), Encoding::kByteStreamSplit, "abc") == "");
  CHECK(Read(Column(Type::kByteArray), Encoding::kByteStreamSplit, "abc") ==
        "its values have the encoding BYTE_STREAM_SPLIT, which is not supported for their type");
}

}  // namespace
}  // namespace gait
