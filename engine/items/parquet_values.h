// The values of a Parquet column, out of the bytes of a page, in each of the encodings.
// https://github.com/apache/parquet-format/blob/master/Encodings.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/items/parquet_metadata.h"

namespace gait {

// The numbers are the file's.
enum class ParquetEncoding : uint8_t {
  kPlain = 0,
  kPlainDictionary = 2,
  kRle = 3,
  kBitPacked = 4,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kByteStreamSplit = 9,
};
constexpr int kParquetEncodingMax = 9;

// "DELTA_BINARY_PACKED".
std::string_view ParquetEncodingName(int64_t encoding);

struct ParquetValue {
  int64_t integer = 0;     // BOOLEAN, INT32, INT64; the bits of a FLOAT, of a DOUBLE
  std::string_view bytes;  // INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY: valid until the next value is read
};

// One after the other. Borrows the page's bytes.
class ParquetValues {
 public:
  virtual ~ParquetValues() = default;
  // False if there are no more, or those that follow are broken. Not called again then.
  virtual bool Next(ParquetValue& value) = 0;
};

// A dictionary page's values, by their numbers. Borrows the page's bytes.
class ParquetDictionary {
 public:
  // False if there are not `count` values in the bytes. It takes no more memory beside these than they do.
  bool Read(const ParquetColumn& column, std::string_view bytes, size_t count);

  size_t size() const { return count_; }
  // REQUIRES: index < size().
  void Get(size_t index, ParquetValue& value) const;

 private:
  ParquetType type_ = ParquetType::kBoolean;
  std::string_view bytes_;
  size_t count_ = 0, width_ = 0;
  std::vector<uint32_t> offsets_;  // BYTE_ARRAY: of the values' lengths
};

// How the values of a page are read. `count` is that of the page's rows, of which some may have none. `dictionary` may
// be null. Null if this reader does not know the encoding, or the type cannot have it; `error` says so then.
std::unique_ptr<ParquetValues> ReadParquetValues(const ParquetColumn& column, ParquetEncoding encoding,
                                                 std::string_view bytes, size_t count,
                                                 const ParquetDictionary* dictionary, std::string& error);

// The bytes of a value of such a column; 0 if they differ, or are less than one.
size_t ParquetWidth(const ParquetColumn& column);

}  // namespace gait
