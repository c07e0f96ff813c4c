#include "engine/items/unpack.h"

#include <zlib.h>

#include <utility>

#include "engine/base/check.h"
#include "engine/items/byte_reader.h"

namespace gait {
namespace {

constexpr size_t kPieceBytes = 65'536;
constexpr std::string_view kGzip = "\x1f\x8b";

class WithFirst : public ByteSource {
 public:
  WithFirst(std::string first, std::unique_ptr<ByteSource> rest) : first_(std::move(first)), rest_(std::move(rest)) {}
  Result<std::string> Read() override { return first_.empty() ? rest_->Read() : std::exchange(first_, ""); }

 private:
  std::string first_;  // has been read already
  std::unique_ptr<ByteSource> rest_;
};

class Unzipped : public ByteSource {
 public:
  Unzipped(std::unique_ptr<ByteSource> packed, std::string name) : packed_(std::move(packed)), name_(std::move(name)) {
    constexpr int kOfGzip = 16 + MAX_WBITS;
    GAIT_CHECK(inflateInit2(&stream_, kOfGzip) == Z_OK, "zlib cannot begin");
  }
  ~Unzipped() override { inflateEnd(&stream_); }
  Unzipped(const Unzipped&) = delete;
  Unzipped& operator=(const Unzipped&) = delete;

  Result<std::string> Read() override {
    std::string out(kPieceBytes, '\0');
    for (;;) {
      if (stream_.avail_in == 0) {
        Result<std::string> more = packed_->Read();
        if (!more) return more;
        if (more->empty()) {
          if (within_) return ReadingFailed("gzip data that ends too early", name_);
          return std::string();
        }
        in_ = std::move(more).value();
        stream_.next_in = reinterpret_cast<Bytef*>(in_.data());
        stream_.avail_in = static_cast<uInt>(in_.size());
      }
      within_ = true;
      stream_.next_out = reinterpret_cast<Bytef*>(out.data());
      stream_.avail_out = static_cast<uInt>(out.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) {
        within_ = false;
        inflateReset(&stream_);
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return ReadingFailed("gzip data that is damaged", name_);
      }
      out.resize(out.size() - stream_.avail_out);
      if (!out.empty()) return out;
      out.resize(kPieceBytes);
    }
  }

 private:
  std::unique_ptr<ByteSource> packed_;
  const std::string name_;
  std::string in_;
  z_stream stream_ = {};
  bool within_ = false;  // a file that gzip packed
};

}  // namespace

Result<std::unique_ptr<ByteSource>> Unpacked(std::unique_ptr<ByteSource> bytes, std::string name) {
  std::string first;
  while (first.size() < kGzip.size()) {
    Result<std::string> more = bytes->Read();
    if (!more) return std::move(more).error();
    if (more->empty()) break;
    first += *more;
  }
  const bool packed = first.starts_with(kGzip);
  std::unique_ptr<ByteSource> all = std::make_unique<WithFirst>(std::move(first), std::move(bytes));
  if (!packed) return all;
  return std::unique_ptr<ByteSource>(std::make_unique<Unzipped>(std::move(all), std::move(name)));
}

}  // namespace gait
