#include "engine/items/parquet_compression.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace gait {
namespace {

using namespace std::string_literals;
using Codec = ParquetCodec;

struct Packed {
  Codec codec;
  std::string bytes;  // `size` bytes "a"
  size_t size;
};

// As Python's gzip, `zstd -19` and Snappy write them.
const std::vector<Packed> kPacked = {
    {Codec::kGzip, "\x1f\x8b\x08\0\0\0\0\0\x02\xff\x4b\x4c\xa4\x3d\0\0\x64\x7a\x70\xaf\x64\0\0\0"s, 100},
    {Codec::kZstd, "\x28\xb5\x2f\xfd\x20\x64\x3d\0\0\x08\x61\x01\0\x20\x05\x42"s, 100},
    {Codec::kSnappy, "\x64\0\x61\xfe\1\0\x8a\1\0"s, 100},
};

std::string Unpack(const Packed& packed, size_t size) {
  ParquetBuffer out;
  std::string error = ParquetDecompress(packed.codec, packed.bytes, size, out);
  return error.empty() ? std::string(out.get(), size) : error;
}

TEST_CASE("what was packed comes back") {
  for (const Packed& packed : kPacked) {
    CAPTURE(static_cast<int>(packed.codec));
    CHECK(Unpack(packed, packed.size) == std::string(packed.size, 'a'));
    if (packed.codec == Codec::kSnappy) continue;
    // One behind the other is what their tools make of two files.
    CHECK(Unpack({packed.codec, packed.bytes + packed.bytes, 0}, 2 * packed.size) == std::string(2 * packed.size, 'a'));
  }
}

TEST_CASE("a size that is not so") {
  for (const Packed& packed : kPacked) {
    CAPTURE(static_cast<int>(packed.codec));
    for (const size_t size : {packed.size - 1, packed.size + 1, size_t{1}, size_t{255} << 20}) {
      CHECK(Unpack(packed, size).starts_with("its "));
    }
  }
}

TEST_CASE("bytes that are broken") {
  for (const Packed& packed : kPacked) {
    for (size_t size = 0; size < packed.bytes.size(); ++size) {
      CAPTURE(size);
      CHECK(Unpack({packed.codec, packed.bytes.substr(0, size), 0}, packed.size).starts_with("its "));
    }
    CHECK(Unpack({packed.codec, packed.bytes + "x", 0}, packed.size).starts_with("its "));
  }
}

}  // namespace
}  // namespace gait
