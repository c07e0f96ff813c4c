// Parquet's encodings of differences: of integers, of the lengths of bytes, and of what bytes share with those before.
// https://github.com/apache/parquet-format/blob/master/Encodings.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/items/parquet_levels.h"
#include "engine/items/parquet_values.h"

namespace gait {

// DELTA_BINARY_PACKED: blocks of differences, each as packed bits. Borrows the bytes, and holds none of the values.
class DeltaReader {
 public:
  // What is wrong with its head, or "". `count_max`: more values than that are refused.
  std::string Begin(std::string_view bytes, size_t count_max);
  // False if there are no more, or they are broken.
  bool Next(int64_t& value);
  // Goes to the end without looking at the values, and gives what follows it; false if it is not there.
  bool SkipToEnd(std::string_view& rest);

 private:
  bool NextBlock();
  bool NextMiniblock();

  std::string_view bytes_;   // behind the block's head, or the miniblock, at hand
  std::string_view widths_;  // of the miniblocks that follow in the block at hand
  uint64_t in_miniblock_ = 0, miniblocks_ = 0;
  uint64_t left_ = 0;            // values
  uint64_t miniblock_left_ = 0;  // of the one at hand
  bool first_ = true;
  uint64_t last_ = 0, least_ = 0;
  int width_ = 0;
  BitReader bits_;
};

// Null, and `error`, if the bytes begin with none of it.
std::unique_ptr<ParquetValues> ReadDeltaIntegers(std::string_view bytes, size_t count_max, bool is_int32,
                                                 std::string& error);
// DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
std::unique_ptr<ParquetValues> ReadDeltaLengths(std::string_view bytes, size_t count_max, std::string& error);
// DELTA_BYTE_ARRAY: how much of the value before each begins with, then what follows that. `width`: of each, if not 0.
std::unique_ptr<ParquetValues> ReadDeltaPrefixes(std::string_view bytes, size_t count_max, size_t width,
                                                 std::string& error);

}  // namespace gait
