#include "integrations/s3_items.h"

#include <utility>

#include "engine/base/error_names.h"
#include "engine/items/object_items.h"

namespace gait {
namespace {

constexpr size_t kPieceBytes = 65'536;
constexpr size_t kPageObjects = 1'000;

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }
WorkflowError Failed(const S3Refusal& refusal) { return Failed(refusal.message); }

class ObjectBytes : public ByteSource {
 public:
  explicit ObjectBytes(S3Object object) : object_(std::move(object)) {}

  Result<std::string> Read() override {
    auto bytes = object_.Read(kPieceBytes);
    if (auto* refusal = std::get_if<S3Refusal>(&bytes)) return Failed(*refusal);
    return std::get<std::string>(std::move(bytes));
  }

 private:
  S3Object object_;
};

class Objects : public ItemObjects {
 public:
  explicit Objects(const S3Folders& folders) : folders_(folders) {}

  Result<std::unique_ptr<ByteSource>> Open(const ObjectName& object, const std::string& version) override {
    // "null" is the version of an object in a bucket that keeps none, as a folder does not.
    if (!version.empty() && version != "null") return Failed("The specified version does not exist.");
    auto opened = folders_.Open(object.bucket, object.key);
    if (auto* refusal = std::get_if<S3Refusal>(&opened)) return Failed(*refusal);
    return std::unique_ptr<ByteSource>(std::make_unique<ObjectBytes>(std::get<S3Object>(std::move(opened))));
  }

  Result<ObjectPage> List(const std::string& bucket, const std::string& prefix, const std::string& next) override {
    auto listed = folders_.List(bucket, prefix, next, kPageObjects);
    if (auto* refusal = std::get_if<S3Refusal>(&listed)) return Failed(*refusal);
    S3Page& found = std::get<S3Page>(listed);
    ObjectPage page;
    if (found.truncated && !found.objects.empty()) page.next = found.objects.back().key;
    for (S3ObjectInfo& o : found.objects) {
      page.objects.push_back({std::move(o.key), o.size, o.last_modified, std::move(o.etag)});
    }
    return page;
  }

 private:
  const S3Folders& folders_;
};

}  // namespace

Result<std::unique_ptr<ItemSource>> OpenS3Items(const S3Folders& folders, const ItemReading& reading) {
  return OpenItems(std::make_shared<Objects>(folders), reading);
}

}  // namespace gait
