#include "integrations/s3_items.h"

#include <zlib.h>

#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/check.h"
#include "engine/base/error_names.h"
#include "engine/base/utf.h"
#include "engine/items/text_items.h"

namespace gait {
namespace {

constexpr size_t kChunkBytes = 65'536;
constexpr size_t kPageObjects = 1'000;
constexpr std::string_view kGzip = "\x1f\x8b";

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }
WorkflowError Failed(const S3Refusal& refusal) { return Failed(refusal.message); }

class ObjectBytes : public ByteSource {
 public:
  ObjectBytes(std::unique_ptr<S3Object> object, std::string first)
      : object_(std::move(object)), first_(std::move(first)) {}

  Result<std::string> Read() override {
    if (!first_.empty()) return std::exchange(first_, "");
    auto bytes = object_->Read(kChunkBytes);
    if (auto* refusal = std::get_if<S3Refusal>(&bytes)) return Failed(*refusal);
    return std::get<std::string>(std::move(bytes));
  }

 private:
  std::unique_ptr<S3Object> object_;
  std::string first_;  // has been read already
};

class UnzippedBytes : public ByteSource {
 public:
  explicit UnzippedBytes(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)) {
    constexpr int kOfGzip = 16 + MAX_WBITS;
    GAIT_CHECK(inflateInit2(&stream_, kOfGzip) == Z_OK, "zlib cannot begin");
  }
  ~UnzippedBytes() override { inflateEnd(&stream_); }
  UnzippedBytes(const UnzippedBytes&) = delete;
  UnzippedBytes& operator=(const UnzippedBytes&) = delete;

  Result<std::string> Read() override {
    std::string out(kChunkBytes, '\0');
    for (;;) {
      if (stream_.avail_in == 0) {
        Result<std::string> more = packed_->Read();
        if (!more) return more;
        if (more->empty()) {
          if (within_) return Failed("The ItemReader found gzip data that ends too early");
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
        return Failed("The ItemReader found gzip data that is damaged");
      }
      out.resize(out.size() - stream_.avail_out);
      if (!out.empty()) return out;
      out.resize(kChunkBytes);
    }
  }

 private:
  std::unique_ptr<ByteSource> packed_;
  std::string in_;
  z_stream stream_ = {};
  bool within_ = false;  // a file that gzip packed
};

class ObjectItems : public ItemSource {
 public:
  ObjectItems(const S3& folders, std::string bucket, std::string prefix)
      : folders_(folders), bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  // Of the page at hand, or the first page.
  Result<std::optional<Payload>> Next() override {
    if (next_ == page_.objects.size()) {
      if (begun_ && !page_.truncated) return std::optional<Payload>();
      auto listed = folders_.List(bucket_, prefix_, "", kPageObjects, page_.next);
      if (auto* refusal = std::get_if<S3Refusal>(&listed)) return Failed(*refusal);
      page_ = std::get<S3Page>(std::move(listed));
      next_ = 0;
      begun_ = true;
      if (page_.objects.empty()) return std::optional<Payload>();
    }
    const S3ObjectInfo& object = page_.objects[next_++];
    // As AWS's manual shows them: another spelling of ETag, and seconds.
    return std::optional<Payload>(Value::Object({{"Etag", Value::String(object.etag)},
                                                 {"Key", Value::String(ReplaceInvalidUtf8(object.key))},
                                                 {"LastModified", Value::Int(object.last_modified.ms / 1000)},
                                                 {"Size", Value::Int(object.size)},
                                                 {"StorageClass", Value::String("STANDARD")}}));
  }

 private:
  const S3& folders_;
  const std::string bucket_, prefix_;
  S3Page page_;
  size_t next_ = 0;
  bool begun_ = false;
};

std::string TextOf(const Value& object, std::string_view member) {
  const Value* value = object.Find(member);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

std::unique_ptr<ByteSource> Unzipped(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<UnzippedBytes>(std::move(packed));
}

Result<std::unique_ptr<ItemSource>> OpenS3Items(const S3& folders, const ItemReading& reading) {
  const std::string bucket = TextOf(reading.arguments, "Bucket");
  if (reading.resource == "arn:aws:states:::s3:listObjectsV2") {
    return std::unique_ptr<ItemSource>(
        std::make_unique<ObjectItems>(folders, bucket, TextOf(reading.arguments, "Prefix")));
  }
  if (reading.resource != "arn:aws:states:::s3:getObject") {
    return Failed(CauseText(Cause::kNoItemsFound, {reading.resource}));
  }
  auto opened = folders.Open(bucket, TextOf(reading.arguments, "Key"));
  if (auto* refusal = std::get_if<S3Refusal>(&opened)) return Failed(*refusal);
  auto object = std::get<std::unique_ptr<S3Object>>(std::move(opened));
  auto first = object->Read(kChunkBytes);
  if (auto* refusal = std::get_if<S3Refusal>(&first)) return Failed(*refusal);
  const bool packed = std::get<std::string>(first).starts_with(kGzip);
  std::unique_ptr<ByteSource> bytes =
      std::make_unique<ObjectBytes>(std::move(object), std::get<std::string>(std::move(first)));
  return ItemsIn(reading.format, packed ? Unzipped(std::move(bytes)) : std::move(bytes));
}

}  // namespace gait
