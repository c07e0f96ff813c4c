// Small integers in runs: a Parquet column's definition levels, its indices into a dictionary, its booleans.
// https://github.com/apache/parquet-format/blob/master/Encodings.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gait {

// Bits, the lowest of a byte first. Borrows the bytes.
class BitReader {
 public:
  BitReader() = default;
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  // The next `width` bits, 64 at the most; false if there are no more.
  bool Next(int width, uint64_t& value) {
    if (width == 0) {
      value = 0;
      return true;
    }
    if (at_ + static_cast<size_t>(width) > bytes_.size() * 8) return false;
    size_t byte = at_ >> 3;
    const int skipped = static_cast<int>(at_ & 7);
    value = static_cast<unsigned char>(bytes_[byte]) >> skipped;
    for (int have = 8 - skipped; have < width; have += 8) {
      value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes_[++byte])) << have;
    }
    if (width < 64) value &= (uint64_t{1} << width) - 1;
    at_ += static_cast<size_t>(width);
    return true;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;  // in bits
};

// A varint at the front of `bytes`, which is taken away; false if there is none of 64 bits.
bool TakeVarint(std::string_view& bytes, uint64_t& value);

// The hybrid of runs of one value and of packed bits. Borrows the bytes, and reads no further than it is asked to.
class RunReader {
 public:
  RunReader() = default;
  // REQUIRES: width <= 32.
  RunReader(std::string_view bytes, int width) : bytes_(bytes), width_(width) {}

  // False if there are no more, or they are broken.
  bool Next(uint32_t& value) {
    if (left_ == 0 && !NextRun()) return false;
    --left_;
    if (!packed_) {
      value = repeated_;
      return true;
    }
    uint64_t bits = 0;
    if (!bits_.Next(width_, bits)) return false;
    value = static_cast<uint32_t>(bits);
    return true;
  }

 private:
  bool NextRun();

  std::string_view bytes_;  // behind the run at hand
  int width_ = 0;
  uint64_t left_ = 0;  // of the run at hand
  bool packed_ = false;
  uint32_t repeated_ = 0;
  BitReader bits_;
};

}  // namespace gait
