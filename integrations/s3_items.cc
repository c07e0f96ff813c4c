#include "integrations/s3_items.h"

#include <utility>

#include "engine/base/error_names.h"
#include "engine/items/object_items.h"
#include "integrations/s3_bytes.h"

namespace gait {
namespace {

constexpr size_t kPieceBytes = 65'536;
constexpr size_t kPageObjects = 1'000;

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }

// That there is no such bucket or object is recorded to be said in AWS's words alone.
WorkflowError Failed(const std::string& name, const S3Refusal& refusal) {
  return Failed(refusal.status == 404 ? refusal.message : name + ": " + refusal.message);
}

class ObjectBytes : public ByteSource {
 public:
  ObjectBytes(std::unique_ptr<S3Object> object, std::string name)
      : object_(std::move(object)), name_(std::move(name)) {}

  Result<std::string> Read() override {
    auto bytes = object_->Read(kPieceBytes);
    if (auto* refusal = std::get_if<S3Refusal>(&bytes)) return Failed(name_, *refusal);
    return std::get<std::string>(std::move(bytes));
  }

 private:
  const std::unique_ptr<S3Object> object_;
  const std::string name_;
};

class Objects : public ItemObjects {
 public:
  explicit Objects(const S3& s3) : s3_(s3) {}

  Result<std::unique_ptr<ByteSource>> Open(const ObjectName& object, const std::string& version) override {
    auto opened = s3_.Open(object.bucket, object.key, version);
    if (auto* refusal = std::get_if<S3Refusal>(&opened)) return Failed(object.Uri(), *refusal);
    return std::unique_ptr<ByteSource>(std::make_unique<ObjectBytes>(ObjectIn(std::move(opened)), object.Uri()));
  }

  Result<std::unique_ptr<RandomBytes>> OpenRandom(const ObjectName& object, const std::string& version) override {
    auto opened = s3_.Open(object.bucket, object.key, version);
    if (auto* refusal = std::get_if<S3Refusal>(&opened)) return Failed(object.Uri(), *refusal);
    return RandomBytesOf(ObjectIn(std::move(opened)));
  }

  Result<ObjectPage> List(const std::string& bucket, const std::string& prefix, const std::string& next) override {
    auto listed = s3_.List(bucket, prefix, /*after=*/"", kPageObjects, next);
    if (auto* refusal = std::get_if<S3Refusal>(&listed)) return Failed(ObjectName{bucket, prefix}.Uri(), *refusal);
    S3Page& found = std::get<S3Page>(listed);
    ObjectPage page;
    if (found.truncated) page.next = std::move(found.next);
    for (S3ObjectInfo& o : found.objects) {
      page.objects.push_back({std::move(o.key), o.size, o.last_modified, std::move(o.etag)});
    }
    return page;
  }

 private:
  static std::unique_ptr<S3Object> ObjectIn(S3Result<std::unique_ptr<S3Object>> opened) {
    return std::get<std::unique_ptr<S3Object>>(std::move(opened));
  }

  const S3& s3_;
};

}  // namespace

Result<std::unique_ptr<ItemSource>> OpenS3Items(const S3& s3, const ItemReading& reading) {
  return OpenItems(std::make_shared<Objects>(s3), reading);
}

}  // namespace gait
