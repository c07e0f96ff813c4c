#include "engine/items/parquet_levels.h"

#include <algorithm>

namespace gait {

bool TakeVarint(std::string_view& bytes, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes.empty()) return false;
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

bool RunReader::NextRun() {
  do {
    uint64_t head = 0;
    if (!TakeVarint(bytes_, head)) return false;
    packed_ = (head & 1) != 0;
    head >>= 1;
    if (packed_) {
      // Groups of eight values. The last run may lack what nobody asks for.
      const uint64_t groups = std::min<uint64_t>(head, UINT32_MAX);
      const uint64_t size = std::min<uint64_t>(groups * static_cast<uint64_t>(width_), bytes_.size());
      bits_ = BitReader(bytes_.substr(0, static_cast<size_t>(size)));
      bytes_.remove_prefix(static_cast<size_t>(size));
      left_ = groups * 8;
    } else {
      const size_t size = static_cast<size_t>(width_ + 7) / 8;
      if (bytes_.size() < size) return false;
      repeated_ = 0;
      for (size_t i = 0; i < size; ++i) {
        repeated_ |= static_cast<uint32_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
      }
      bytes_.remove_prefix(size);
      left_ = head;
    }
  } while (left_ == 0);
  return true;
}

}  // namespace gait
