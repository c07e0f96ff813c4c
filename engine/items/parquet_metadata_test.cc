#include "engine/items/parquet_metadata.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/items/parquet_testing.h"

namespace gait {
namespace {

using parquet_testing::FileBuilder;
using parquet_testing::FileBytes;
using parquet_testing::LittleEndian;
using parquet_testing::Struct;
using Chunk = FileBuilder::Chunk;

const ParquetColumn kA = {.name = "a", .type = ParquetType::kInt32};
const ParquetColumn kB = {.name = "b", .type = ParquetType::kInt32};

// The cause without "The Parquet file's footer at byte 77: "; "" if there is none.
std::string Error(const std::string& text) {
  FileBytes bytes(text);
  const Result<ParquetMetadata> metadata = ReadParquetMetadata(bytes);
  if (metadata) return "";
  const std::string cause = *metadata.error().cause;
  CHECK(*metadata.error().error == "States.ItemReaderFailed");
  CHECK(cause.starts_with("The Parquet file's footer at byte "));
  return cause.substr(cause.find(": ") + 2);
}

// Of a file of the columns, with one row group.
std::string Error(const std::vector<ParquetColumn>& columns, const std::vector<Chunk>& chunks, int64_t rows = 1,
                  int64_t rows_in_file = 1) {
  FileBuilder file(columns);
  file.Group(rows, chunks);
  return Error(file.Finish(rows_in_file));
}

Chunk Page(int64_t rows = 1) { return FileBuilder::PlainPage(rows, std::string(4 * static_cast<size_t>(rows), '\1')); }

TEST_CASE("where the pieces are") {
  FileBuilder file({kA, kB});
  const Chunk one = Page(), two = Page(2);
  file.Group(1, {one, one});
  file.Group(2, {two, two});
  FileBytes bytes(file.Finish(3));
  const Result<ParquetMetadata> metadata = ReadParquetMetadata(bytes);
  REQUIRE(metadata.ok());
  CHECK(metadata->columns.size() == 2);
  CHECK(metadata->columns[1].name == "b");
  REQUIRE(metadata->groups.size() == 2);
  CHECK(metadata->groups[1].rows == 2);
  int64_t at = 4;
  for (const ParquetRowGroup& group : metadata->groups) {
    for (const ParquetChunk& chunk : group.chunks) {
      CHECK(chunk.begin == at);
      at = chunk.end;
    }
  }
  CHECK(bytes.reads == 3);  // both ends, and the footer
}

TEST_CASE("counts that do not match") {
  CHECK(Error({kA}, {Page()}) == "");
  CHECK(Error({kA}, {Page()}, 1, 2) == "the number of rows is 2, but those in the row groups are 1");
  CHECK(Error({kA, kB}, {Page()}) == "a row group that lacks columns");
  CHECK(Error({kA}, {Page(), Page()}) == "a row group with more columns than the schema has");
  Chunk chunk = Page();
  chunk.values = 7;
  CHECK(Error({kA}, {chunk}) == "the column 'a' has 7 values in a row group of 1 rows");
  FileBuilder many({kA});
  many.Group(INT64_MAX, {Page()});
  many.Group(1, {Page()});
  CHECK(Error(many.Finish(0)) == "more rows than can be counted");
}

TEST_CASE("places outside the file") {
  for (const int64_t offset : {int64_t{-1}, int64_t{1} << 40, int64_t{200}}) {
    Chunk chunk = Page();
    chunk.offset = offset;
    CHECK(Error({kA}, {chunk}).ends_with("where there are none of it"));
  }
  for (const int64_t size : {int64_t{1}, int64_t{1} << 40, INT64_MAX - 100}) {
    Chunk chunk = Page();
    chunk.size = size;
    CHECK(Error({kA}, {chunk}).ends_with("where there are none of it"));
  }
  Chunk chunk = Page();
  chunk.offset = -1000;
  CHECK(Error({kA}, {chunk}) == "field 9 is -996, which it cannot be");
}

// Of a file whose one chunk is described so.
std::string ChunkError(const Struct& column_chunk) {
  const Struct root = Struct().Text(4, "root").Int(5, 1);
  const Struct a = Struct().Int(1, 1).Text(4, "a");
  const Struct group = Struct().Structs(1, {column_chunk}).Int(2, 0).Int(3, 0);
  return Error(FileBuilder::WithFooter("PAR1data",
                                       Struct().Int(1, 1).Structs(2, {root, a}).Int(3, 0).Structs(4, {group}).text()));
}

Struct Described(int type, const std::vector<std::string>& path, int codec) {
  return Struct().Inner(3, Struct().Int(1, type).Texts(3, path).Int(4, codec).Int(5, 0).Int(7, 4).Int(9, 4));
}

TEST_CASE("what a row group says of its columns") {
  CHECK(ChunkError(Described(1, {"a"}, 0)) == "");
  CHECK(ChunkError(Described(2, {"a"}, 0)) == "the column 'a' has another type in a row group");
  CHECK(ChunkError(Described(1, {"x"}, 0)) == "the column 'a' has another name in a row group");
  CHECK(ChunkError(Described(1, {"a", "a"}, 0)) == "the column 'a' has another name in a row group");
  CHECK(ChunkError(Described(1, {"a"}, 3)) ==
        "the column 'a' is compressed with LZO, which is not supported: UNCOMPRESSED, SNAPPY, GZIP and ZSTD are");
  CHECK(ChunkError(Described(1, {"a"}, 8)) == "field 4 is 8, which it cannot be");
  CHECK(ChunkError(Struct()) == "the column 'a' is said nothing of in a row group");
  CHECK(ChunkError(Struct().Inner(3, Struct())).starts_with("the column 'a' has another name"));
  CHECK(ChunkError(Struct().Text(1, "other.parquet")) == "the column 'a' is in another file, which is not supported");
  CHECK(ChunkError(Described(1, {"a"}, 0).Inner(8, Struct())) == "the column 'a' is encrypted, which is not supported");
}

TEST_CASE("a footer that lacks what it needs") {
  const auto footer = [](const Struct& data) { return Error(FileBuilder::WithFooter("PAR1", data.text())); };
  CHECK(footer(Struct()) == "no schema");
  CHECK(footer(Struct().Int(2, 0)) == "field 2 has another type than it should");
  // A list of structs that take no byte each would be longer than the footer.
  CHECK(Error(FileBuilder::WithFooter("PAR1", "\x29\xfc\xff\xff\xff\xff\x07")) ==
        "a list that is longer than what there is");
}

// A file of which only the ends are there.
class Sparse : public RandomBytes {
 public:
  explicit Sparse(std::string tail) : tail_(std::move(tail)) {}
  int64_t size() const override { return kHole + static_cast<int64_t>(tail_.size()); }
  Result<std::string> ReadAt(int64_t offset, size_t count) override {
    return offset == 0 ? "PAR1" : tail_.substr(static_cast<size_t>(offset - kHole), count);
  }
  static constexpr int64_t kHole = int64_t{300} << 20;

 private:
  const std::string tail_;
};

TEST_CASE("row groups of more than 256 MiB are refused, as documented") {
  for (const int64_t size : {int64_t{256} << 20, (int64_t{256} << 20) + 1}) {
    const Struct root = Struct().Text(4, "root").Int(5, 1);
    const Struct a = Struct().Int(1, 1).Text(4, "a");
    const Struct chunk =
        Struct().Inner(3, Struct().Int(1, 1).Texts(3, {"a"}).Int(4, 0).Int(5, 9).Int(7, size).Int(9, 4));
    const Struct group = Struct().Structs(1, {chunk}).Int(3, 9);
    const std::string footer = Struct().Structs(2, {root, a}).Int(3, 9).Structs(4, {group}).text();
    Sparse bytes(FileBuilder::WithFooter("", footer));
    const Result<ParquetMetadata> metadata = ReadParquetMetadata(bytes);
    CHECK(metadata.ok() == (size == int64_t{256} << 20));
    if (!metadata) CHECK(metadata.error().cause->ends_with("a row group of more than 256 MiB"));
  }
}

}  // namespace
}  // namespace gait
