#include "engine/items/parquet_compression.h"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

namespace gait {
namespace {

// The best that the formats can do: deflate's 258 bytes take two bits; Snappy's copies of 64 take three bytes.
constexpr size_t kDeflateRatioMax = 1032, kSnappyRatioMax = 22;

std::string WrongSize(size_t size) {
  return "its bytes do not unpack to the " + std::to_string(size) + " that it says";
}

bool Reaches(std::string_view packed, size_t ratio, size_t size) { return size / ratio <= packed.size(); }

void Allocate(ParquetBuffer& buffer, size_t size) { buffer.reset(new char[size]); }  // not zeroed

std::string Snappy(std::string_view packed, size_t size, ParquetBuffer& out) {
  size_t found = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &found)) return "its SNAPPY bytes are broken";
  if (found != size || !Reaches(packed, kSnappyRatioMax, size)) return WrongSize(size);
  Allocate(out, size);
  return snappy::RawUncompress(packed.data(), packed.size(), out.get()) ? "" : "its SNAPPY bytes are broken";
}

struct Inflater {
  Inflater() { ready = inflateInit2(&stream, 15 + 32) == Z_OK; }  // gzip, or zlib's own, as it comes
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
  z_stream stream{};
  bool ready = false;
};

std::string Gzip(std::string_view packed, size_t size, ParquetBuffer& out) {
  if (!Reaches(packed, kDeflateRatioMax, size)) return WrongSize(size);
  Inflater inflater;
  if (!inflater.ready) return "zlib has no memory";
  Allocate(out, size);
  z_stream& stream = inflater.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib does not write there
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.get());
  stream.avail_out = static_cast<uInt>(size);
  for (;;) {  // one member of a gzip file after the other
    const int result = inflate(&stream, Z_FINISH);
    if (result == Z_BUF_ERROR && stream.avail_out == 0) return WrongSize(size);
    if (result != Z_STREAM_END) return "its GZIP bytes are broken";
    if (stream.avail_in == 0) break;
    if (inflateReset(&stream) != Z_OK) return "its GZIP bytes are broken";
  }
  return stream.avail_out == 0 ? "" : WrongSize(size);
}

std::string Zstd(std::string_view packed, size_t size, ParquetBuffer& out) {
  const unsigned long long found = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (found == ZSTD_CONTENTSIZE_ERROR) return "its ZSTD bytes are broken";
  if (found != ZSTD_CONTENTSIZE_UNKNOWN && found > size) return WrongSize(size);
  Allocate(out, size);
  const size_t unpacked = ZSTD_decompress(out.get(), size, packed.data(), packed.size());
  if (ZSTD_isError(unpacked)) return std::string("its ZSTD bytes are broken: ") + ZSTD_getErrorName(unpacked);
  return unpacked == size ? "" : WrongSize(size);
}

}  // namespace

std::string ParquetDecompress(ParquetCodec codec, std::string_view packed, size_t size, ParquetBuffer& unpacked) {
  switch (codec) {
    case ParquetCodec::kSnappy: return Snappy(packed, size, unpacked);
    case ParquetCodec::kGzip: return Gzip(packed, size, unpacked);
    case ParquetCodec::kZstd: return Zstd(packed, size, unpacked);
    case ParquetCodec::kUncompressed: break;
  }
  return "not compressed";
}

}  // namespace gait
