#include "engine/items/parquet_page.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/base/crc32.h"
#include "engine/items/parquet_testing.h"

namespace gait {
namespace {

using namespace std::string_literals;
using parquet_testing::Bytes32;
using parquet_testing::FileBuilder;
using parquet_testing::LittleEndian;
using parquet_testing::ReadAll;
using parquet_testing::Rows;
using parquet_testing::Struct;

const std::string kSeven = LittleEndian(7, 4), kEight = LittleEndian(8, 4);

// The items, or the error behind its "The Parquet file's column 'a' at byte 4: ".
std::string Read(const FileBuilder::Chunk& chunk, int64_t rows, bool optional = false,
                 ParquetType type = ParquetType::kInt32) {
  FileBuilder file({{.name = "a", .type = type, .optional = optional}});
  file.Group(rows, {chunk});
  const Rows read = ReadAll(file.Finish(rows));
  std::string text;
  for (const std::string& item : read.items) text += item;
  if (read.error.empty()) return text;
  CHECK(read.error.starts_with("The Parquet file's column 'a' at byte "));
  return text + read.error.substr(read.error.find(": ") + 2);
}
std::string Read(const std::string& pages, int64_t rows, bool optional = false) {
  return Read(FileBuilder::Chunk{.pages = pages}, rows, optional);
}

std::string V2(int64_t rows, const std::string& levels, const std::string& values, size_t repetition = 0) {
  const Struct data = Struct()
                          .Int(1, rows)
                          .Int(2, 0)
                          .Int(3, rows)
                          .Int(4, 0)
                          .Int(5, static_cast<int64_t>(levels.size()))
                          .Int(6, static_cast<int64_t>(repetition));
  const size_t size = levels.size() + values.size();
  return FileBuilder::PageHeader(3, size, size).Inner(8, data).text() + levels + values;
}

TEST_CASE("pages one after the other") {
  CHECK(Read(FileBuilder::Page(1, kSeven) + FileBuilder::Page(2, kEight + kSeven), 3) == R"({"a":7}{"a":8}{"a":7})");
  CHECK(Read(FileBuilder::Page(0, "") + FileBuilder::Page(1, kSeven) + FileBuilder::Page(0, ""), 1) == R"({"a":7})");
  // An index page, which says nothing that is needed.
  const std::string index = FileBuilder::PageHeader(1, 3, 3).Inner(6, Struct()).text() + "abc";
  CHECK(Read(index + FileBuilder::Page(1, kSeven) + index, 1) == R"({"a":7})");
  CHECK(Read(FileBuilder::Page(1, kSeven), 2) == R"({"a":7})"
                                                 "the pages end before the rows");
  CHECK(Read(FileBuilder::Page(2, kSeven + kSeven), 1) == R"({"a":7})"
                                                          "the pages have more rows than the row group");
  CHECK(Read(FileBuilder::Page(1, kSeven) + FileBuilder::Page(1, kSeven), 1) ==
        R"({"a":7})"
        "the pages have more rows than the row group");
  CHECK(Read(FileBuilder::Page(2, kSeven), 2) ==
        R"({"a":7})"
        "row 1: values that end early, or are not in their bytes or dictionary");
}

TEST_CASE("levels of the first version of pages") {
  CHECK(Read(FileBuilder::Page(3, Bytes32("\x03\x05") + kSeven + kEight), 3, true) == R"({"a":7}{"a":null}{"a":8})");
  CHECK(Read(FileBuilder::Page(3, "\xa0" + kSeven + kEight, 0, 4), 3, true) == R"({"a":7}{"a":null}{"a":8})");
  CHECK(Read(FileBuilder::Page(2, Bytes32("\x04\x00"s)), 2, true) == R"({"a":null}{"a":null})");
  const std::string broken = "row 0: definition levels that end early, or are above 1";
  CHECK(Read(FileBuilder::Page(2, Bytes32("\x04\x02")), 2, true) == broken);
  CHECK(Read(FileBuilder::Page(2, Bytes32("")), 2, true) == broken);
  CHECK(Read(FileBuilder::Page(2, "\1\0\0"s), 2, true) == broken);
  CHECK(Read(FileBuilder::Page(2, LittleEndian(9, 4) + "\4\1"), 2, true) == "a page with more levels than bytes");
  CHECK(Read(FileBuilder::Page(2, LittleEndian(UINT32_MAX, 4) + "\4\1"), 2, true) ==
        "a page with more levels than bytes");
  CHECK(Read(FileBuilder::Page(9, "\xff", 0, 4), 9, true) == "a page with more levels than bytes");
  CHECK(Read(FileBuilder::Page(2, "\4\1", 0, 2), 2, true) == "a page with levels that are neither RLE nor BIT_PACKED");
}

TEST_CASE("the second version of pages") {
  CHECK(Read(V2(3, "\x03\x05", kSeven + kEight), 3, true) == R"({"a":7}{"a":null}{"a":8})");
  CHECK(Read(V2(1, "", kSeven), 1) == R"({"a":7})");
  CHECK(Read(V2(1, "", kSeven, 2), 1) ==
        "a page's header: a page with repetition levels in a column that is not repeated");
  CHECK(Read(V2(1, "", kSeven, 5), 1) == "a page's header: a page with more levels than bytes");
}

TEST_CASE("dictionaries") {
  const std::string dictionary = FileBuilder::DictionaryPage(2, kSeven + kEight);
  const std::string page = FileBuilder::Page(3, "\1\3\2", 8);
  CHECK(Read(dictionary + page, 3) == R"({"a":7}{"a":8}{"a":7})");
  CHECK(Read(page, 3) == "a page that cannot be read: its values are in a dictionary, and there is none");
  CHECK(Read(dictionary + dictionary + page, 3) == "a second dictionary");
  CHECK(Read(FileBuilder::DictionaryPage(3, kSeven + kEight) + page, 3) ==
        "a dictionary without the 3 values that it says");
  CHECK(Read(FileBuilder::DictionaryPage(1, kSeven) + page, 3) ==
        R"({"a":7})"
        "row 1: values that end early, or are not in their bytes or dictionary");
  CHECK(Read(FileBuilder::DictionaryPage(INT32_MAX, kSeven) + page, 3) ==
        "a dictionary without the 2147483647 values that it says");
}

TEST_CASE("sizes that lie") {
  const Struct data = Struct().Int(1, 1).Int(2, 0).Int(3, 3).Int(4, 3);
  const auto page = [&](size_t unpacked, size_t stored) {
    return FileBuilder::PageHeader(0, unpacked, stored).Inner(5, data).text() + kSeven;
  };
  CHECK(Read(page(4, 4), 1) == R"({"a":7})");
  CHECK(Read(page(4, 5), 1) == "a page of 5 bytes, which is more than the column has left");
  CHECK(Read(page(4, INT32_MAX), 1) == "a page of 2147483647 bytes, which is more than the column has left");
  CHECK(Read(page(5, 4), 1) == "a page that is not compressed and has two sizes");
  for (const int codec : {1, 2, 6}) {
    CHECK(Read(FileBuilder::Chunk{.pages = page((256 << 20) + 1, 4), .codec = codec}, 1) ==
          "a page of more than 256 MiB");
    CHECK(Read(FileBuilder::Chunk{.pages = page(256 << 20, 4), .codec = codec}, 1)
              .starts_with("a page that cannot be unpacked: its "));
  }
  CHECK(Read(page(4, 4).substr(0, 9), 1) == "a page's header: cut off");
}

TEST_CASE("headers that lie") {
  const Struct data = Struct().Int(1, 1).Int(2, 0).Int(3, 3).Int(4, 3);
  const auto header = [&](const Struct& text) { return Read(text.text() + kSeven, 1); };
  CHECK(header(Struct().Int(1, 0).Int(2, 4).Inner(5, data)) == "a page's header: a page without a type or a size");
  CHECK(header(FileBuilder::PageHeader(3, 4, 4).Inner(5, data)) ==
        "a page's header: a page that is described as another type");
  CHECK(header(FileBuilder::PageHeader(0, 4, 4)) == "a page's header: a page that is described as another type");
  CHECK(header(FileBuilder::PageHeader(0, 4, 4).Inner(5, Struct().Int(2, 0))) ==
        "a page's header: a page without a count or an encoding");
  CHECK(header(FileBuilder::PageHeader(4, 4, 4)) == "a page's header: field 1 is 4, which it cannot be");
  CHECK(header(FileBuilder::PageHeader(0, 4, 4).Inner(5, Struct().Int(1, 1).Int(2, 10).Int(3, 3))) ==
        "a page's header: field 2 is 10, which it cannot be");
  // A long header: statistics, of whatever size.
  const Struct statistics = Struct().Text(1, std::string(100'000, 's'));
  CHECK(header(FileBuilder::PageHeader(0, 4, 4).Inner(5, Struct(data).Inner(5, statistics))) == R"({"a":7})");
  const Struct too_long = Struct().Text(1, std::string(5'000'000, 's'));
  CHECK(header(FileBuilder::PageHeader(0, 4, 4).Inner(5, Struct(data).Inner(5, too_long))) ==
        "a page's header: cut off");
}

TEST_CASE("checksums") {
  const Struct data = Struct().Int(1, 1).Int(2, 0).Int(3, 3).Int(4, 3);
  const auto page = [&](uint32_t crc) {
    return FileBuilder::PageHeader(0, 4, 4).Int(4, static_cast<int32_t>(crc)).Inner(5, data).text() + kSeven;
  };
  CHECK(Read(page(Crc32(kSeven)), 1) == R"({"a":7})");
  CHECK(Read(page(Crc32(kEight)), 1) == "a page that does not have the checksum that its header says");
}

TEST_CASE("what all columns hold is bounded") {
  // Pages that unpack to 200 MiB each, of zeros: plain dictionaries and pages take three times that.
  std::string zeros;
  for (int i = 0; i < 1600; ++i)
    zeros += "\x28\xb5\x2f\xfd\xa0\x00\x00\x02\x00\x03\x00\x10\x00"s;  // 128 KiB in a frame
  const Struct data = Struct().Int(1, 1).Int(2, 0).Int(3, 3).Int(4, 3);
  const std::string page = FileBuilder::PageHeader(0, 1600 << 17, zeros.size()).Inner(5, data).text() + zeros;
  std::vector<ParquetColumn> columns;
  std::vector<FileBuilder::Chunk> chunks;
  for (const char* name : {"a", "b", "c"}) {
    columns.push_back({.name = name, .type = ParquetType::kInt32});
    chunks.push_back({.pages = page, .codec = 6});
  }
  FileBuilder file(columns);
  file.Group(1, chunks);
  CHECK(ReadAll(file.Finish(1)).error.ends_with("with this page, those of all columns have more than 512 MiB"));
  columns.pop_back();
  chunks.pop_back();
  FileBuilder smaller(columns);
  smaller.Group(1, chunks);
  CHECK(ReadAll(smaller.Finish(1)).items == std::vector<std::string>{R"({"a":0,"b":0})"});
}

}  // namespace
}  // namespace gait
