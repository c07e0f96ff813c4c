#include "engine/items/unpack.h"

#include <zlib.h>
#include <zstd.h>

#include <utility>

#include "engine/base/check.h"
#include "engine/items/byte_reader.h"

namespace gait {
namespace {

constexpr size_t kPieceBytes = 65'536;
constexpr std::string_view kGzip = "\x1f\x8b", kZstandard = "\x28\xb5\x2f\xfd";

class WithFirst : public ByteSource {
 public:
  WithFirst(std::string first, std::unique_ptr<ByteSource> rest) : first_(std::move(first)), rest_(std::move(rest)) {}
  Result<std::string> Read() override { return first_.empty() ? rest_->Read() : std::exchange(first_, ""); }

 private:
  std::string first_;  // has been read already
  std::unique_ptr<ByteSource> rest_;
};

// Takes from the front of `in`, and writes to `out`.
class Decoder {
 public:
  enum class State : uint8_t { kWithin, kEnded, kDamaged };

  virtual ~Decoder() = default;
  // How many bytes it took, how many it wrote, and whether a file that was packed ended with the last one it took,
  // where it stops.
  virtual State Decode(std::string_view in, std::string& out, size_t& taken, size_t& written) = 0;
  virtual const char* name() const = 0;
};

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() {
    constexpr int kOfGzip = 16 + MAX_WBITS;
    GAIT_CHECK(inflateInit2(&stream_, kOfGzip) == Z_OK, "zlib cannot begin");
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  State Decode(std::string_view in, std::string& out, size_t& taken, size_t& written) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib's older signature; not written to
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    taken = in.size() - stream_.avail_in;
    written = out.size() - stream_.avail_out;
    if (code == Z_STREAM_END) inflateReset(&stream_);
    return code == Z_STREAM_END                  ? State::kEnded
           : code == Z_OK || code == Z_BUF_ERROR ? State::kWithin
                                                 : State::kDamaged;
  }
  const char* name() const override { return "gzip"; }

 private:
  z_stream stream_ = {};
};

class ZstandardDecoder : public Decoder {
 public:
  ZstandardDecoder() { GAIT_CHECK(context_ != nullptr, "zstd cannot begin"); }
  ~ZstandardDecoder() override { ZSTD_freeDCtx(context_); }
  ZstandardDecoder(const ZstandardDecoder&) = delete;
  ZstandardDecoder& operator=(const ZstandardDecoder&) = delete;

  State Decode(std::string_view in, std::string& out, size_t& taken, size_t& written) override {
    ZSTD_inBuffer from = {in.data(), in.size(), 0};
    ZSTD_outBuffer to = {out.data(), out.size(), 0};
    const size_t code = ZSTD_decompressStream(context_, &to, &from);
    taken = from.pos;
    written = to.pos;
    return ZSTD_isError(code) != 0 ? State::kDamaged : code == 0 ? State::kEnded : State::kWithin;
  }
  const char* name() const override { return "Zstandard"; }

 private:
  ZSTD_DCtx* const context_ = ZSTD_createDCtx();
};

class UnpackedBytes : public ByteSource {
 public:
  UnpackedBytes(std::unique_ptr<ByteSource> packed, std::unique_ptr<Decoder> decoder, std::string name)
      : packed_(std::move(packed)), decoder_(std::move(decoder)), name_(std::move(name)) {}

  Result<std::string> Read() override {
    std::string out(kPieceBytes, '\0');
    for (size_t written = 0; written == 0;) {
      // What was good before it has been given.
      if (damaged_) return Failed("data that is damaged");
      if (at_ == in_.size() && !full_) {
        Result<std::string> more = packed_->Read();
        if (!more) return more;
        if (more->empty()) return within_ ? Result<std::string>(Failed("data that ends too early")) : std::string();
        in_ = std::move(more).value();
        at_ = 0;
      }
      size_t taken = 0;
      const Decoder::State state = decoder_->Decode(std::string_view(in_).substr(at_), out, taken, written);
      at_ += taken;
      within_ = state == Decoder::State::kWithin;
      damaged_ = state == Decoder::State::kDamaged;
      full_ = within_ && written == out.size();
      if (written > 0) out.resize(written);
    }
    return out;
  }

 private:
  WorkflowError Failed(const char* what) const {
    return ReadingFailed(std::string(decoder_->name()) + " " + what, name_);
  }

  std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<Decoder> decoder_;
  const std::string name_;
  std::string in_;
  size_t at_ = 0;
  bool within_ = false;  // a file that was packed
  bool full_ = false;    // the decoder may have more of what it took already
  bool damaged_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> Unpacked(std::unique_ptr<ByteSource> bytes, std::string name) {
  std::string first;
  while (first.size() < kZstandard.size()) {
    Result<std::string> more = bytes->Read();
    if (!more) return std::move(more).error();
    if (more->empty()) break;
    first += *more;
  }
  std::unique_ptr<Decoder> decoder;
  if (first.starts_with(kGzip)) decoder = std::make_unique<GzipDecoder>();
  if (first.starts_with(kZstandard)) decoder = std::make_unique<ZstandardDecoder>();
  std::unique_ptr<ByteSource> all = std::make_unique<WithFirst>(std::move(first), std::move(bytes));
  if (decoder == nullptr) return all;
  return std::unique_ptr<ByteSource>(
      std::make_unique<UnpackedBytes>(std::move(all), std::move(decoder), std::move(name)));
}

}  // namespace gait
