// What a Parquet file says of itself in its footer: the columns, and where the pieces of each are. Only flat schemas: a
// column has a value, or none, in each row.
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/items/item_source.h"

namespace gait {

// The numbers are the file's.
enum class ParquetType : uint8_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};

// How a value becomes JSON (parquet_text.h): what its annotations, ConvertedType or LogicalType, say of it.
enum class ParquetMeaning : uint8_t {
  kBoolean,
  kSigned,      // INT32, INT64
  kUnsigned32,  // INT32
  kUnsigned64,  // INT64
  kFloat,
  kDouble,
  kFloat16,    // FIXED_LEN_BYTE_ARRAY of 2
  kDecimal,    // INT32, INT64, or the bytes of an integer, the highest first; `scale` digits stand behind the point
  kDate,       // INT32: days since 1970-01-01
  kTime,       // INT32 or INT64: since midnight, of which there are 10^scale in a second
  kTimestamp,  // INT64: since 1970-01-01T00:00:00, of which there are 10^scale in a second
  kInt96,      // nanoseconds of the day (8 bytes) and the Julian day (4 bytes): a timestamp of old
  kText,
  kUuid,   // FIXED_LEN_BYTE_ARRAY of 16
  kBytes,  // no annotation, or one that this reader does not know
};

struct ParquetColumn {
  std::string name;
  ParquetType type = ParquetType::kBoolean;
  ParquetMeaning meaning = ParquetMeaning::kBoolean;
  bool optional = false;
  int width = 0;  // bytes of a FIXED_LEN_BYTE_ARRAY
  int scale = 0;  // kDecimal, kTime, kTimestamp
};

enum class ParquetCodec : uint8_t { kUncompressed = 0, kSnappy = 1, kGzip = 2, kZstd = 6 };

// The pages of a column in a row group, one after the other.
struct ParquetChunk {
  ParquetCodec codec = ParquetCodec::kUncompressed;
  int64_t begin = 0, end = 0;  // in the file
};

struct ParquetRowGroup {
  int64_t rows = 0;
  std::vector<ParquetChunk> chunks;  // of each column
};

struct ParquetMetadata {
  std::vector<ParquetColumn> columns;
  std::vector<ParquetRowGroup> groups;
};

constexpr int64_t kParquetFooterBytesMax = 5 << 20;      // as documented for the ItemReader
constexpr int64_t kParquetRowGroupBytesMax = 256 << 20;  // the same, of the bytes in the file
constexpr size_t kParquetColumnsMax = 10'000;

// Reads the end of the file. All that it gives has been checked against the file's size and against each other.
Result<ParquetMetadata> ReadParquetMetadata(RandomBytes& bytes);

// "The Parquet file's footer at byte 77: cut off".
WorkflowError ParquetError(std::string_view where, int64_t offset, std::string_view what);

// `count` bytes, neither more nor fewer.
Result<std::string> ReadParquetBytes(RandomBytes& bytes, std::string_view where, int64_t offset, size_t count);

}  // namespace gait
