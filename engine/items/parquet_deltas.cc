#include "engine/items/parquet_deltas.h"

#include <algorithm>
#include <utility>

namespace gait {
namespace {

constexpr uint64_t kBlockMax = 1 << 20;  // values; writers take 128

bool TakeZigzag(std::string_view& bytes, uint64_t& value) {
  if (!TakeVarint(bytes, value)) return false;
  value = value >> 1 ^ (~(value & 1) + 1);
  return true;
}

class DeltaIntegers : public ParquetValues {
 public:
  DeltaIntegers(DeltaReader deltas, bool is_int32) : deltas_(deltas), is_int32_(is_int32) {}
  bool Next(ParquetValue& value) override {
    if (!deltas_.Next(value.integer)) return false;
    if (is_int32_) value.integer = static_cast<int32_t>(value.integer);  // the sum may have gone around
    return true;
  }

 private:
  DeltaReader deltas_;
  const bool is_int32_;
};

class DeltaLengths : public ParquetValues {
 public:
  DeltaLengths(DeltaReader lengths, std::string_view bytes) : lengths_(lengths), bytes_(bytes) {}
  bool Next(ParquetValue& value) override {
    int64_t length = 0;
    if (!lengths_.Next(length) || length < 0 || static_cast<uint64_t>(length) > bytes_.size()) return false;
    value.bytes = bytes_.substr(0, static_cast<size_t>(length));
    bytes_.remove_prefix(static_cast<size_t>(length));
    return true;
  }

 private:
  DeltaReader lengths_;
  std::string_view bytes_;
};

class DeltaPrefixes : public ParquetValues {
 public:
  DeltaPrefixes(DeltaReader prefixes, std::unique_ptr<ParquetValues> suffixes, size_t width)
      : prefixes_(prefixes), suffixes_(std::move(suffixes)), width_(width) {}
  bool Next(ParquetValue& value) override {
    int64_t prefix = 0;
    ParquetValue suffix;
    if (!prefixes_.Next(prefix) || !suffixes_->Next(suffix)) return false;
    if (prefix < 0 || static_cast<uint64_t>(prefix) > last_.size()) return false;
    last_.resize(static_cast<size_t>(prefix));
    last_ += suffix.bytes;
    value.bytes = last_;
    return width_ == 0 || last_.size() == width_;
  }

 private:
  DeltaReader prefixes_;
  std::unique_ptr<ParquetValues> suffixes_;
  const size_t width_;
  std::string last_;
};

// The reader of what begins here; what follows it, in `rest`.
std::string BeginAndSkip(std::string_view bytes, size_t count_max, DeltaReader& reader, std::string_view& rest) {
  std::string error = reader.Begin(bytes, count_max);
  if (!error.empty()) return error;
  DeltaReader ahead = reader;
  return ahead.SkipToEnd(rest) ? "" : "its lengths are cut off";
}

}  // namespace

std::string DeltaReader::Begin(std::string_view bytes, size_t count_max) {
  bytes_ = bytes;
  uint64_t block = 0;
  if (bytes.empty()) return "";  // no values: Next says so
  if (!TakeVarint(bytes_, block) || !TakeVarint(bytes_, miniblocks_) || !TakeVarint(bytes_, left_) ||
      !TakeZigzag(bytes_, last_)) {
    return "its differences are cut off";
  }
  if (block == 0 || block > kBlockMax || block % 128 != 0 || miniblocks_ == 0 || block % miniblocks_ != 0 ||
      block / miniblocks_ % 32 != 0) {
    return "its differences are in blocks of " + std::to_string(block) + " in " + std::to_string(miniblocks_) +
           " parts, which there cannot be";
  }
  if (left_ > count_max) {
    return "its differences are " + std::to_string(left_) + " for " + std::to_string(count_max) + " rows";
  }
  in_miniblock_ = block / miniblocks_;
  return "";
}

bool DeltaReader::NextBlock() {
  if (!TakeZigzag(bytes_, least_) || bytes_.size() < miniblocks_) return false;
  widths_ = bytes_.substr(0, static_cast<size_t>(miniblocks_));
  bytes_.remove_prefix(static_cast<size_t>(miniblocks_));
  return true;
}

bool DeltaReader::NextMiniblock() {
  if (widths_.empty() && !NextBlock()) return false;
  width_ = static_cast<unsigned char>(widths_.front());
  widths_.remove_prefix(1);
  if (width_ > 64) return false;
  const uint64_t size = in_miniblock_ / 8 * static_cast<uint64_t>(width_);
  if (size > bytes_.size()) return false;
  bits_ = BitReader(bytes_.substr(0, static_cast<size_t>(size)));
  bytes_.remove_prefix(static_cast<size_t>(size));
  miniblock_left_ = in_miniblock_;
  return true;
}

bool DeltaReader::Next(int64_t& value) {
  if (left_ == 0) return false;
  if (first_) {
    first_ = false;
  } else {
    if (miniblock_left_ == 0 && !NextMiniblock()) return false;
    uint64_t difference = 0;
    if (!bits_.Next(width_, difference)) return false;
    --miniblock_left_;
    last_ += least_ + difference;  // around, as the writer did
  }
  --left_;
  value = static_cast<int64_t>(last_);
  return true;
}

bool DeltaReader::SkipToEnd(std::string_view& rest) {
  // Each miniblock takes a byte at least, so this is no longer than the bytes are.
  for (uint64_t differences = left_ == 0 ? 0 : left_ - 1; differences > 0;) {
    if (!NextMiniblock()) return false;
    differences -= std::min(differences, in_miniblock_);
  }
  rest = bytes_;
  return true;
}

std::unique_ptr<ParquetValues> ReadDeltaIntegers(std::string_view bytes, size_t count_max, bool is_int32,
                                                 std::string& error) {
  DeltaReader reader;
  error = reader.Begin(bytes, count_max);
  return error.empty() ? std::make_unique<DeltaIntegers>(reader, is_int32) : nullptr;
}

std::unique_ptr<ParquetValues> ReadDeltaLengths(std::string_view bytes, size_t count_max, std::string& error) {
  DeltaReader lengths;
  std::string_view rest;
  error = BeginAndSkip(bytes, count_max, lengths, rest);
  return error.empty() ? std::make_unique<DeltaLengths>(lengths, rest) : nullptr;
}

std::unique_ptr<ParquetValues> ReadDeltaPrefixes(std::string_view bytes, size_t count_max, size_t width,
                                                 std::string& error) {
  DeltaReader prefixes;
  std::string_view rest;
  error = BeginAndSkip(bytes, count_max, prefixes, rest);
  if (!error.empty()) return nullptr;
  auto suffixes = ReadDeltaLengths(rest, count_max, error);
  return suffixes ? std::make_unique<DeltaPrefixes>(prefixes, std::move(suffixes), width) : nullptr;
}

}  // namespace gait
