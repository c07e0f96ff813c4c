#include "engine/items/parquet_items.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "engine/items/parquet_testing.h"
#include "engine/json/parse.h"

namespace gait {
namespace {

namespace fs = std::filesystem;
using parquet_testing::FileBytes;
using parquet_testing::ReadAll;
using parquet_testing::Rows;

const fs::path kSamples = fs::path(GAIT_SOURCE_DIR) / "tests/data/parquet";

std::string TextOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.is_open());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Sample(const std::string& name) { return TextOf(kSamples / (name + ".parquet")); }

TEST_CASE("what three writers wrote") {
  const std::set<std::string> refused = {"nested", "mixed.BROTLI.V1.plain", "mixed.LZ4_RAW.V1.plain"};
  int samples = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(kSamples)) {
    if (entry.path().extension() != ".parquet") continue;
    const std::string name = entry.path().stem().string();
    if (refused.contains(name)) continue;
    CAPTURE(name);
    std::istringstream expected(TextOf(kSamples / (name.substr(0, name.find('.')) + ".jsonl")));
    const Rows rows = ReadAll(Sample(name));
    CHECK(rows.error == "");
    size_t next = 0;
    for (std::string line; std::getline(expected, line); ++next) {
      REQUIRE(next < rows.items.size());
      CHECK(rows.items[next] == line);
      CHECK(ParseJson(line).value.has_value());
    }
    CHECK(rows.items.size() == next);
    ++samples;
  }
  CHECK(samples >= 26);
}

TEST_CASE("what is not supported is said") {
  CHECK(
      ReadAll(Sample("nested")).error ==
      "The Parquet file's footer at byte 258: the column 'list' is a group, which is not supported: only flat columns "
      "are");
  CHECK(ReadAll(Sample("mixed.BROTLI.V1.plain"))
            .error.ends_with("the column 'id' is compressed with BROTLI, which is not supported: UNCOMPRESSED, SNAPPY, "
                             "GZIP and ZSTD are"));
  CHECK(ReadAll(Sample("mixed.LZ4_RAW.V1.plain"))
            .error.ends_with("the column 'id' is compressed with LZ4_RAW, which is not supported: UNCOMPRESSED, "
                             "SNAPPY, GZIP and ZSTD are"));
  std::string encrypted = Sample("small");
  encrypted.replace(encrypted.size() - 4, 4, "PARE");
  CHECK(ReadAll(encrypted).error == "The Parquet file's footer at byte 306: encrypted (PARE), which is not supported");
}

TEST_CASE("the file's ends") {
  const std::string small = Sample("small");
  CHECK(ReadAll("").error == "The Parquet file's end at byte 0: too short for one, which has 12 bytes at least");
  CHECK(ReadAll("{\"this\": \"is JSON\"}").error ==
        "The Parquet file's beginning at byte 0: not PAR1: this is no Parquet file");
  CHECK(ReadAll(small + "x").error ==
        "The Parquet file's end at byte 307: not PAR1: the file is cut off, or no Parquet file");
  std::string far = small;
  far.replace(far.size() - 8, 4, "\xff\xff\xff\x7f");
  CHECK(ReadAll(far).error ==
        "The Parquet file's footer at byte 302: its length of 2147483647 bytes is more than the file has");
  const std::string large = small.substr(0, 4) + std::string(6 << 20, '\0') + std::string("\0\0\x60\0PAR1", 8);
  CHECK(ReadAll(large).error.ends_with("its length of 6291456 bytes is more than 5 MiB"));
  const std::string empty = std::string("PAR1\0\0\0\0PAR1", 12);
  CHECK(ReadAll(empty).error == "The Parquet file's footer at byte 4: cut off");
}

// Whatever is done to a file, it has items or is broken; both within bounds, as the sanitizers see.
TEST_CASE("every beginning of a file") {
  for (const char* name : {"small", "no_rows", "mixed.SNAPPY.V1.dictionary"}) {
    const std::string text = Sample(name);
    for (size_t size = 0; size < text.size(); ++size) {
      const Rows rows = ReadAll(text.substr(0, size));
      REQUIRE(rows.items.empty());
      REQUIRE(rows.error.starts_with("The Parquet file's "));
    }
  }
}

TEST_CASE("every byte of a file, changed") {
  for (const char* name : {"small", "int96", "types_converted"}) {
    const std::string text = Sample(name);
    const Rows whole = ReadAll(text);
    size_t noticed = 0;
    for (size_t at = 0; at < text.size(); ++at) {
      for (const int change : {0x01, 0x80, 0xff}) {
        std::string changed = text;
        changed[at] = static_cast<char>(changed[at] ^ change);
        const Rows rows = ReadAll(changed);
        noticed += rows.items != whole.items || !rows.error.empty() ? 1 : 0;
        if (!rows.error.empty()) REQUIRE(rows.error.starts_with("The Parquet file's "));
        for (const std::string& item : rows.items) REQUIRE(ParseJson(item).value.has_value());
      }
    }
    CAPTURE(name);
    CHECK(noticed > text.size());  // of three times as many
  }
}

TEST_CASE("every beginning of a file's data, under its whole footer") {
  const std::string text = Sample("encodings.V2");
  const Rows whole = ReadAll(text);
  for (size_t from = 4; from + 600 < text.size(); from += 7) {
    std::string changed = text;
    for (size_t at = from; at < from + 5; ++at) changed[at] = '\0';
    const Rows rows = ReadAll(changed);
    CHECK((rows.items.size() == whole.items.size() || !rows.error.empty()));
  }
}

TEST_CASE("what the bytes come from may fail") {
  const std::string text = Sample("groups_and_pages");
  int reads = 0;
  const Rows whole = ReadAll(text, {}, &reads);
  CHECK(whole.error == "");
  CHECK(reads > 10);
  for (int fail_at = 1; fail_at <= reads; ++fail_at) {
    const Rows torn = ReadAll(text, fail_at);
    CHECK(torn.error == "torn");
    CHECK(torn.items.size() < whole.items.size());
    const Rows shorter = ReadAll(text, -fail_at);
    CHECK(shorter.error.ends_with("the file has become shorter"));
  }
}

TEST_CASE("a page of each column is held, not the file") {
  // 200 row groups of one page each, of 64 KiB: no read is larger than a page.
  parquet_testing::FileBuilder file({{.name = "a", .type = ParquetType::kByteArray}});
  const std::string value(65536, 'v');
  for (int i = 0; i < 200; ++i) file.Group(1, {file.PlainPage(1, parquet_testing::Bytes32(value))});
  auto bytes = std::make_unique<FileBytes>(file.Finish(1 + 199));
  FileBytes& counted = *bytes;
  const auto source = OpenParquet(std::move(bytes));
  REQUIRE(source.ok());
  for (int i = 0; i < 200; ++i) {
    const auto item = (*source)->Next();
    REQUIRE(item.ok());
    REQUIRE(item->has_value());
    CHECK((*item)->text().size() == 65536 * 4 / 3 + 3 + 8);
  }
  CHECK(counted.largest < 70'000);
}

}  // namespace
}  // namespace gait
