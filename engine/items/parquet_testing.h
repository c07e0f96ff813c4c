// For tests of the Parquet reader: files of a few bytes, written by hand, and what is found in them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/items/parquet_items.h"
#include "engine/items/parquet_metadata.h"

namespace gait::parquet_testing {

// Bytes in memory. The read number `fail_at` fails; or, if that is negative, gives a byte less than it should.
class FileBytes : public RandomBytes {
 public:
  explicit FileBytes(std::string text, int fail_at = 0) : text_(std::move(text)), fail_at_(fail_at) {}
  int64_t size() const override { return static_cast<int64_t>(text_.size()); }
  Result<std::string> ReadAt(int64_t offset, size_t count) override {
    ++reads;
    largest = std::max(largest, count);
    if (reads == fail_at_) return WorkflowError{"States.ItemReaderFailed", "torn"};
    return text_.substr(static_cast<size_t>(offset), reads == -fail_at_ ? count - 1 : count);
  }
  int reads = 0;
  size_t largest = 0;

 private:
  const std::string text_;
  const int fail_at_;
};

struct Rows {
  std::vector<std::string> items;
  std::string error;  // its cause
};

inline Rows ReadAll(const std::string& text, int fail_at = 0, int* reads = nullptr) {
  Rows rows;
  auto bytes = std::make_unique<FileBytes>(text, fail_at);
  FileBytes* counted = bytes.get();
  const auto source = OpenParquet(std::move(bytes));
  if (!source) {
    rows.error = *source.error().cause;
    return rows;
  }
  while (rows.items.size() < 10'000) {  // a file that lies may have rows without an end, for no bytes
    const Result<std::optional<Payload>> item = (*source)->Next();
    if (!item) rows.error = *item.error().cause;
    if (!item || !item->has_value()) break;
    rows.items.push_back((*item)->text());
  }
  if (reads != nullptr) *reads = counted->reads;
  return rows;
}

// Thrift's compact protocol.
class Struct {
 public:
  Struct& Int(int id, int64_t value) { return Field(id, 6).Varint(static_cast<uint64_t>(value << 1 ^ value >> 63)); }
  Struct& Bool(int id, bool value) { return Field(id, value ? 1 : 2); }
  Struct& Text(int id, const std::string& text) { return Field(id, 8).Varint(text.size()).Raw(text); }
  Struct& Inner(int id, const Struct& inner) { return Field(id, 12).Raw(inner.text()); }
  Struct& Structs(int id, const std::vector<Struct>& items) {
    Field(id, 9).Raw("\xfc").Varint(items.size());
    for (const Struct& item : items) Raw(item.text());
    return *this;
  }
  Struct& Texts(int id, const std::vector<std::string>& items) {
    Field(id, 9).Raw("\xf8").Varint(items.size());
    for (const std::string& item : items) Varint(item.size()).Raw(item);
    return *this;
  }
  std::string text() const { return text_ + '\0'; }

 private:
  Struct& Field(int id, int type) {
    const int step = id - last_;
    last_ = id;
    if (step < 16) {
      text_ += static_cast<char>(step << 4 | type);
      return *this;
    }
    text_ += static_cast<char>(type);
    return Varint(static_cast<uint64_t>(id) << 1);
  }
  Struct& Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(value | 0x80);
    text_ += static_cast<char>(value);
    return *this;
  }
  Struct& Raw(const std::string& bytes) {
    text_ += bytes;
    return *this;
  }

  std::string text_;
  int last_ = 0;
};

inline std::string LittleEndian(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}
// Behind its length, as PLAIN has it.
inline std::string Bytes32(const std::string& bytes) { return LittleEndian(bytes.size(), 4) + bytes; }

// Writes a file of columns without annotations.
class FileBuilder {
 public:
  struct Chunk {
    std::string pages;
    int64_t values = -1;  // -1: the group's rows
    int codec = 0;
    int64_t offset = 0;  // what is added to where it is
    int64_t size = 0;    // what is added to its size
  };

  explicit FileBuilder(std::vector<ParquetColumn> columns) : columns_(std::move(columns)) {}

  static Struct PageHeader(int type, size_t unpacked, size_t stored) {
    return Struct().Int(1, type).Int(2, static_cast<int64_t>(unpacked)).Int(3, static_cast<int64_t>(stored));
  }
  // A V1 page, of a required column; of an optional one, whose levels are at the beginning of `bytes`.
  static std::string Page(int64_t rows, const std::string& bytes, int encoding = 0, int level_encoding = 3) {
    const Struct data = Struct().Int(1, rows).Int(2, encoding).Int(3, level_encoding).Int(4, 3);
    return PageHeader(0, bytes.size(), bytes.size()).Inner(5, data).text() + bytes;
  }
  static Chunk PlainPage(int64_t rows, const std::string& bytes) { return {.pages = Page(rows, bytes)}; }
  static std::string DictionaryPage(int64_t count, const std::string& bytes) {
    return PageHeader(2, bytes.size(), bytes.size()).Inner(7, Struct().Int(1, count).Int(2, 0)).text() + bytes;
  }

  void Group(int64_t rows, const std::vector<Chunk>& chunks) {
    std::vector<Struct> list;
    for (size_t i = 0; i < chunks.size(); ++i) {
      const Chunk& chunk = chunks[i];
      const ParquetColumn& column = columns_[std::min(i, columns_.size() - 1)];
      const Struct data = Struct()
                              .Int(1, static_cast<int64_t>(column.type))
                              .Texts(3, {column.name})
                              .Int(4, chunk.codec)
                              .Int(5, chunk.values < 0 ? rows : chunk.values)
                              .Int(7, static_cast<int64_t>(chunk.pages.size()) + chunk.size)
                              .Int(9, static_cast<int64_t>(text_.size()) + chunk.offset);
      list.push_back(Struct().Int(2, 0).Inner(3, data));
      text_ += chunk.pages;
    }
    groups_.push_back(Struct().Structs(1, list).Int(2, 0).Int(3, rows));
  }

  std::string Finish(int64_t rows) const {
    std::vector<Struct> schema = {Struct().Text(4, "root").Int(5, static_cast<int64_t>(columns_.size()))};
    for (const ParquetColumn& column : columns_) {
      schema.push_back(Struct()
                           .Int(1, static_cast<int64_t>(column.type))
                           .Int(2, column.width)
                           .Int(3, column.optional ? 1 : 0)
                           .Text(4, column.name));
    }
    return WithFooter(text_, Struct().Int(1, 1).Structs(2, schema).Int(3, rows).Structs(4, groups_).text());
  }
  static std::string WithFooter(const std::string& data, const std::string& footer) {
    return data + footer + LittleEndian(footer.size(), 4) + "PAR1";
  }

 private:
  const std::vector<ParquetColumn> columns_;
  std::string text_ = "PAR1";
  std::vector<Struct> groups_;
};

}  // namespace gait::parquet_testing
