#include "engine/items/parquet_values.h"

#include <array>
#include <cstring>
#include <utility>

#include "engine/items/parquet_deltas.h"
#include "engine/items/parquet_levels.h"

namespace gait {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they stand in the file");

constexpr size_t kLengthSize = 4;  // in front of a BYTE_ARRAY

template <typename Number>
Number NumberAt(const char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

void FixedValue(ParquetType type, std::string_view bytes, ParquetValue& value) {
  if (type == ParquetType::kInt32 || type == ParquetType::kFloat) {
    value.integer = NumberAt<int32_t>(bytes.data());
  } else if (type == ParquetType::kInt64 || type == ParquetType::kDouble) {
    value.integer = NumberAt<int64_t>(bytes.data());
  } else {
    value.bytes = bytes;
  }
}

// PLAIN, of values that are all of one size.
class PlainFixed : public ParquetValues {
 public:
  PlainFixed(const ParquetColumn& column, std::string_view bytes)
      : type_(column.type), width_(ParquetWidth(column)), bytes_(bytes) {}
  bool Next(ParquetValue& value) override {
    if (bytes_.size() < width_) return false;
    FixedValue(type_, bytes_.substr(0, width_), value);
    bytes_.remove_prefix(width_);
    return true;
  }

 private:
  const ParquetType type_;
  const size_t width_;
  std::string_view bytes_;
};

// PLAIN, of BYTE_ARRAY: a length and so many bytes.
class PlainBytes : public ParquetValues {
 public:
  explicit PlainBytes(std::string_view bytes) : bytes_(bytes) {}
  bool Next(ParquetValue& value) override {
    if (bytes_.size() < kLengthSize) return false;
    const size_t size = NumberAt<uint32_t>(bytes_.data());
    if (size > bytes_.size() - kLengthSize) return false;
    value.bytes = bytes_.substr(kLengthSize, size);
    bytes_.remove_prefix(kLengthSize + size);
    return true;
  }

 private:
  std::string_view bytes_;
};

// PLAIN, of BOOLEAN: a bit.
class PlainBooleans : public ParquetValues {
 public:
  explicit PlainBooleans(std::string_view bytes) : bits_(bytes) {}
  bool Next(ParquetValue& value) override {
    uint64_t bit = 0;
    if (!bits_.Next(1, bit)) return false;
    value.integer = static_cast<int64_t>(bit);
    return true;
  }

 private:
  BitReader bits_;
};

// RLE, of BOOLEAN: behind a length.
class RunBooleans : public ParquetValues {
 public:
  explicit RunBooleans(std::string_view bytes)
      : runs_(bytes.size() < kLengthSize ? "" : bytes.substr(kLengthSize, NumberAt<uint32_t>(bytes.data())), 1) {}
  bool Next(ParquetValue& value) override {
    uint32_t bit = 0;
    if (!runs_.Next(bit) || bit > 1) return false;
    value.integer = bit;
    return true;
  }

 private:
  RunReader runs_;
};

// RLE_DICTIONARY: a width, and indices into the dictionary.
class DictionaryValues : public ParquetValues {
 public:
  DictionaryValues(std::string_view bytes, int width, const ParquetDictionary& dictionary)
      : runs_(bytes, width), dictionary_(dictionary) {}
  bool Next(ParquetValue& value) override {
    uint32_t index = 0;
    if (!runs_.Next(index) || index >= dictionary_.size()) return false;
    dictionary_.Get(index, value);
    return true;
  }

 private:
  RunReader runs_;
  const ParquetDictionary& dictionary_;
};

// BYTE_STREAM_SPLIT: the first byte of each value, then the second of each, and so on.
class SplitValues : public ParquetValues {
 public:
  SplitValues(const ParquetColumn& column, std::string_view bytes)
      : type_(column.type), bytes_(bytes), value_(ParquetWidth(column), '\0'), count_(bytes.size() / value_.size()) {}
  bool Next(ParquetValue& value) override {
    if (next_ == count_) return false;
    for (size_t i = 0; i < value_.size(); ++i) value_[i] = bytes_[i * count_ + next_];
    ++next_;
    FixedValue(type_, value_, value);
    return true;
  }

 private:
  const ParquetType type_;
  const std::string_view bytes_;
  std::string value_;
  const size_t count_;
  size_t next_ = 0;
};

std::unique_ptr<ParquetValues> ReadPlain(const ParquetColumn& column, std::string_view bytes) {
  switch (column.type) {
    case ParquetType::kBoolean: return std::make_unique<PlainBooleans>(bytes);
    case ParquetType::kByteArray: return std::make_unique<PlainBytes>(bytes);
    default: return std::make_unique<PlainFixed>(column, bytes);
  }
}

std::unique_ptr<ParquetValues> ReadIndices(std::string_view bytes, const ParquetDictionary* dictionary,
                                           std::string& error) {
  if (dictionary == nullptr) {
    error = "its values are in a dictionary, and there is none";
    return nullptr;
  }
  // A page of rows that have no value may have no width either.
  const int width = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
  if (width > 32) {
    error = "its indices have " + std::to_string(width) + " bits, which is more than 32";
    return nullptr;
  }
  return std::make_unique<DictionaryValues>(bytes.substr(bytes.empty() ? 0 : 1), width, *dictionary);
}

// By the numbers of Encoding; 1 was never used.
constexpr std::array<std::string_view, kParquetEncodingMax + 1> kNames = {
    "PLAIN",          "GROUP_VAR_INT",       "PLAIN_DICTIONARY",        "RLE",
    "BIT_PACKED",     "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
    "RLE_DICTIONARY", "BYTE_STREAM_SPLIT"};

}  // namespace

std::string_view ParquetEncodingName(int64_t encoding) { return kNames[static_cast<size_t>(encoding)]; }

size_t ParquetWidth(const ParquetColumn& column) {
  switch (column.type) {
    case ParquetType::kInt32:
    case ParquetType::kFloat: return 4;
    case ParquetType::kInt64:
    case ParquetType::kDouble: return 8;
    case ParquetType::kInt96: return 12;
    case ParquetType::kFixedLenByteArray: return static_cast<size_t>(column.width);
    case ParquetType::kBoolean:
    case ParquetType::kByteArray: break;
  }
  return 0;
}

bool ParquetDictionary::Read(const ParquetColumn& column, std::string_view bytes, size_t count) {
  type_ = column.type;
  bytes_ = bytes;
  count_ = count;
  width_ = ParquetWidth(column);
  offsets_.clear();
  if (type_ == ParquetType::kBoolean) return false;
  if (width_ != 0) return count <= bytes.size() / width_;
  if (count > bytes.size() / kLengthSize) return false;
  offsets_.reserve(count);
  for (size_t at = 0; offsets_.size() < count;) {
    if (bytes.size() - at < kLengthSize) return false;
    const size_t size = NumberAt<uint32_t>(bytes.data() + at);
    if (size > bytes.size() - at - kLengthSize) return false;
    offsets_.push_back(static_cast<uint32_t>(at));
    at += kLengthSize + size;
  }
  return true;
}

void ParquetDictionary::Get(size_t index, ParquetValue& value) const {
  if (width_ != 0) return FixedValue(type_, bytes_.substr(index * width_, width_), value);
  const size_t at = offsets_[index];
  value.bytes = bytes_.substr(at + kLengthSize, NumberAt<uint32_t>(bytes_.data() + at));
}

std::unique_ptr<ParquetValues> ReadParquetValues(const ParquetColumn& column, ParquetEncoding encoding,
                                                 std::string_view bytes, size_t count,
                                                 const ParquetDictionary* dictionary, std::string& error) {
  const ParquetType type = column.type;
  const bool integer = type == ParquetType::kInt32 || type == ParquetType::kInt64;
  const bool fixed = type == ParquetType::kFixedLenByteArray;
  switch (encoding) {
    case ParquetEncoding::kPlain: return ReadPlain(column, bytes);
    case ParquetEncoding::kPlainDictionary:
    case ParquetEncoding::kRleDictionary: return ReadIndices(bytes, dictionary, error);
    case ParquetEncoding::kRle:
      if (type == ParquetType::kBoolean) return std::make_unique<RunBooleans>(bytes);
      break;
    case ParquetEncoding::kDeltaBinaryPacked:
      if (integer) return ReadDeltaIntegers(bytes, count, type == ParquetType::kInt32, error);
      break;
    case ParquetEncoding::kDeltaLengthByteArray:
      if (type == ParquetType::kByteArray) return ReadDeltaLengths(bytes, count, error);
      break;
    case ParquetEncoding::kDeltaByteArray:
      if (type == ParquetType::kByteArray || fixed) return ReadDeltaPrefixes(bytes, count, ParquetWidth(column), error);
      break;
    case ParquetEncoding::kByteStreamSplit:
      if (ParquetWidth(column) != 0 && type != ParquetType::kInt96) return std::make_unique<SplitValues>(column, bytes);
      break;
    case ParquetEncoding::kBitPacked: break;
  }
  error = "its values have the encoding " + std::string(ParquetEncodingName(static_cast<int64_t>(encoding))) +
          ", which is not supported for their type";
  return nullptr;
}

}  // namespace gait
