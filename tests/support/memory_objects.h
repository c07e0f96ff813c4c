// Objects in memory, for tests of what reads items from S3.
#pragma once

#include <zlib.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "engine/base/error_names.h"
#include "engine/items/item_objects.h"

namespace gait::testing {

// As gzip packs it.
inline std::string Packed(const std::string& text) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib cannot begin");
  }
  std::string in = text, out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class MemoryObjects : public ItemObjects {
 public:
  // By "bucket/key".
  std::map<std::string, std::string> objects;
  size_t piece_bytes = 7, page_objects = 2;
  std::string version;  // that was asked for last

  Result<std::unique_ptr<ByteSource>> Open(const ObjectName& object, const std::string& wanted) override {
    version = wanted;
    const auto found = objects.find(object.bucket + "/" + object.key);
    if (found == objects.end()) return Failed("The specified key does not exist.");
    return std::unique_ptr<ByteSource>(std::make_unique<Bytes>(found->second, piece_bytes));
  }

  Result<std::unique_ptr<RandomBytes>> OpenRandom(const ObjectName& object, const std::string& wanted) override {
    version = wanted;
    const auto found = objects.find(object.bucket + "/" + object.key);
    if (found == objects.end()) return Failed("The specified key does not exist.");
    return std::unique_ptr<RandomBytes>(std::make_unique<File>(found->second));
  }

  Result<ObjectPage> List(const std::string& bucket, const std::string& prefix, const std::string& next) override {
    ObjectPage page;
    for (const auto& [name, text] : objects) {
      if (!name.starts_with(bucket + "/" + prefix)) continue;
      const std::string key = name.substr(bucket.size() + 1);
      if (key <= next) continue;
      if (page.objects.size() == page_objects) {
        page.next = page.objects.back().key;
        break;
      }
      page.objects.push_back({key, static_cast<int64_t>(text.size()), Timestamp{5'000}, "\"e\""});
    }
    return page;
  }

 private:
  class Bytes : public ByteSource {
   public:
    Bytes(std::string text, size_t piece) : text_(std::move(text)), piece_(piece) {}
    Result<std::string> Read() override {
      std::string piece = text_.substr(at_, piece_);
      at_ += piece.size();
      return piece;
    }

   private:
    const std::string text_;
    const size_t piece_;
    size_t at_ = 0;
  };

  class File : public RandomBytes {
   public:
    explicit File(std::string text) : text_(std::move(text)) {}
    int64_t size() const override { return static_cast<int64_t>(text_.size()); }
    Result<std::string> ReadAt(int64_t offset, size_t count) override {
      return text_.substr(static_cast<size_t>(offset), count);
    }

   private:
    const std::string text_;
  };

  static WorkflowError Failed(std::string cause) {
    return {std::string(error_names::kItemReaderFailed), std::move(cause)};
  }
};

}  // namespace gait::testing
