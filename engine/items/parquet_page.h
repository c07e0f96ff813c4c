// The pages of a Parquet column in a row group: read one at a time, checked, unpacked.
// https://github.com/apache/parquet-format/blob/master/README.md#data-pages
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/items/parquet_compression.h"
#include "engine/items/parquet_metadata.h"
#include "engine/items/parquet_values.h"

namespace gait {

constexpr int64_t kParquetPageBytesMax = 256 << 20;  // in the file, and unpacked
constexpr int64_t kParquetHeldBytesMax = 512 << 20;  // of all columns' pages and dictionaries, at one time

// What may still be held. One for the columns of a row group.
struct ParquetBudget {
  int64_t left = kParquetHeldBytesMax;
};

// A data page.
struct ParquetPage {
  int64_t offset = 0;  // in the file
  size_t rows = 0;
  ParquetEncoding encoding = ParquetEncoding::kPlain;
  std::string_view levels, values;
  bool levels_bit_packed = false;  // in the old way, without runs
};

class ParquetPages {
 public:
  // Borrows all of it.
  ParquetPages(RandomBytes& bytes, const ParquetColumn& column, const ParquetChunk& chunk, ParquetBudget& budget);
  ParquetPages(const ParquetPages&) = delete;
  ParquetPages& operator=(const ParquetPages&) = delete;

  // Goes to the next data page, past what else there is: empty at the end of the chunk.
  // The page before it, and all that was read from it, is gone then; the dictionary stays.
  Result<std::optional<ParquetPage>> Next();
  // Null if the chunk has none, or none yet.
  const ParquetDictionary* dictionary() const { return has_dictionary_ ? &dictionary_ : nullptr; }

  // "column 'name'": what is broken.
  const std::string& where() const { return where_; }
  // Where the next page is, or would be.
  int64_t position() const { return at_; }

 private:
  struct Header;
  // The bytes of a page: as they are in the file, or unpacked.
  struct Body {
    std::string stored;
    ParquetBuffer unpacked;
    int64_t held = 0;
  };

  Result<Header> ReadHeader();
  std::optional<WorkflowError> ReadBody(const Header& header, Body& body);
  Result<std::string> Take(size_t count);
  // What of the body's bytes is behind `skipped`, which is never compressed.
  Result<std::string_view> Unpack(const Header& header, size_t skipped, Body& body);
  std::optional<WorkflowError> ReadDictionary(const Header& header);
  Result<ParquetPage> ReadPage(const Header& header);
  std::optional<WorkflowError> Hold(const Header& header, int64_t bytes, Body& body);
  void Release(Body& body);

  RandomBytes& bytes_;
  const ParquetColumn& column_;
  const ParquetChunk& chunk_;
  ParquetBudget& budget_;
  const std::string where_;
  int64_t at_;          // what is next, in the file
  std::string window_;  // some bytes from there on
  Body page_, dictionary_body_;
  ParquetDictionary dictionary_;
  bool has_dictionary_ = false;
};

}  // namespace gait
