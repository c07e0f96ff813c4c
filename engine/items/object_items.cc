#include "engine/items/object_items.h"

#include <optional>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/base/utf.h"
#include "engine/items/item_sequence.h"
#include "engine/items/manifest_items.h"
#include "engine/items/parquet_items.h"
#include "engine/items/text_items.h"
#include "engine/items/unpack.h"
#include "engine/json/members.h"

namespace gait {
namespace {

WorkflowError Failed(std::string cause) { return {std::string(error_names::kItemReaderFailed), std::move(cause)}; }

// The objects of a bucket, a page at a time.
class Listing {
 public:
  Listing(std::shared_ptr<ItemObjects> objects, std::string bucket, std::string prefix)
      : objects_(std::move(objects)), bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  // The next one, valid until the one behind it is asked for; null at the end.
  Result<const ListedObject*> Next() {
    while (next_ == page_.objects.size()) {
      if (begun_ && page_.next.empty()) return static_cast<const ListedObject*>(nullptr);
      Result<ObjectPage> page = objects_->List(bucket_, prefix_, page_.next);
      if (!page) return std::move(page).error();
      page_ = std::move(page).value();
      next_ = 0;
      begun_ = true;
    }
    return static_cast<const ListedObject*>(&page_.objects[next_++]);
  }

  ItemObjects& objects() { return *objects_; }
  const std::string& bucket() const { return bucket_; }

 private:
  const std::shared_ptr<ItemObjects> objects_;
  const std::string bucket_, prefix_;
  ObjectPage page_;
  size_t next_ = 0;
  bool begun_ = false;
};

class ListedItems : public ItemSource {
 public:
  explicit ListedItems(Listing listing) : listing_(std::move(listing)) {}

  Result<std::optional<Payload>> Next() override {
    const Result<const ListedObject*> next = listing_.Next();
    if (!next) return next.error();
    if (*next == nullptr) return std::optional<Payload>();
    const ListedObject& object = **next;
    // Recorded: another spelling of ETag, and seconds, written as a double.
    return std::optional<Payload>(
        Value::Object({{"Etag", Value::String(object.etag)},
                       {"Key", Value::String(ReplaceInvalidUtf8(object.key))},
                       {"LastModified", Value::Double(static_cast<double>(object.last_modified.ms / 1000))},
                       {"Size", Value::Int(object.size)},
                       {"StorageClass", Value::String("STANDARD")}}));
  }

  Result<int64_t> Skip(int64_t items) override {
    for (int64_t skipped = 0; skipped < items; ++skipped) {
      const Result<const ListedObject*> next = listing_.Next();
      if (!next) return next.error();
      if (*next == nullptr) return skipped;
    }
    return items;
  }

 private:
  Listing listing_;
};

// Items that know which object they are in.
class ItemsOfObject : public ItemSource {
 public:
  ItemsOfObject(std::unique_ptr<ItemSource> items, std::string uri) : items_(std::move(items)), uri_(std::move(uri)) {}
  Result<std::optional<Payload>> Next() override { return items_->Next(); }
  Result<int64_t> Skip(int64_t items) override { return items_->Skip(items); }
  std::string_view Source() const override { return uri_; }

 private:
  const std::unique_ptr<ItemSource> items_;
  const std::string uri_;
};

// Items whose errors do not say which object they are about.
class NamedItems : public ItemSource {
 public:
  NamedItems(std::unique_ptr<ItemSource> items, std::string uri) : items_(std::move(items)), uri_(std::move(uri)) {}
  Result<std::optional<Payload>> Next() override {
    Result<std::optional<Payload>> item = items_->Next();
    if (!item) return Failed(uri_ + ": " + *item.error().cause);
    return item;
  }
  Result<int64_t> Skip(int64_t items) override {
    const Result<int64_t> skipped = items_->Skip(items);
    if (!skipped) return Failed(uri_ + ": " + *skipped.error().cause);
    return skipped;
  }

 private:
  const std::unique_ptr<ItemSource> items_;
  const std::string uri_;
};

// LOAD_AND_FLATTEN: the items in one listed object after the other.
std::unique_ptr<ItemSource> ItemsInListed(Listing listing, ItemFormat format) {
  const auto all = std::make_shared<Listing>(std::move(listing));
  return ItemSequence([all, format = std::move(format)]() -> Result<std::unique_ptr<ItemSource>> {
    for (;;) {
      const Result<const ListedObject*> next = all->Next();
      if (!next) return next.error();
      if (*next == nullptr) return std::unique_ptr<ItemSource>();
      if ((*next)->size == 0 && (*next)->key.ends_with('/')) continue;  // what consoles show as a folder
      const ObjectName object{all->bucket(), (*next)->key};
      auto items = OpenObject(all->objects(), format, object, "");
      if (items) {
        return std::unique_ptr<ItemSource>(std::make_unique<ItemsOfObject>(std::move(items).value(), object.Uri()));
      }
      return Failed("The ItemReader cannot read " + object.Uri() + ", which was listed: " + *items.error().cause);
    }
  });
}

}  // namespace

std::string ObjectName::Uri() const { return "s3://" + ReplaceInvalidUtf8(bucket) + "/" + ReplaceInvalidUtf8(key); }

Result<std::unique_ptr<ItemSource>> OpenObject(ItemObjects& objects, const ItemFormat& format, const ObjectName& object,
                                               const std::string& version) {
  if (format.type == ItemFormat::InputType::kParquet) {
    auto file = objects.OpenRandom(object, version);
    if (!file) return std::move(file).error();
    auto items = OpenParquet(std::move(file).value());
    if (!items) return Failed(object.Uri() + ": " + *items.error().cause);
    return std::unique_ptr<ItemSource>(std::make_unique<NamedItems>(std::move(items).value(), object.Uri()));
  }
  auto bytes = objects.Open(object, version);
  if (!bytes) return std::move(bytes).error();
  return ItemsInObject(format, std::move(bytes).value(), object);
}

Result<std::unique_ptr<ItemSource>> ItemsInObject(const ItemFormat& format, std::unique_ptr<ByteSource> bytes,
                                                  const ObjectName& object) {
  auto unpacked = Unpacked(std::move(bytes), object.Uri());
  if (!unpacked) return std::move(unpacked).error();
  return ItemsIn(format, std::move(unpacked).value(), object.Uri());
}

Result<std::unique_ptr<ItemSource>> OpenItems(std::shared_ptr<ItemObjects> objects, const ItemReading& reading) {
  const std::string bucket(TextOf(reading.arguments, "Bucket"));
  if (reading.resource == "arn:aws:states:::s3:listObjectsV2") {
    Listing listing(std::move(objects), bucket, std::string(TextOf(reading.arguments, "Prefix")));
    if (reading.format.flatten) return ItemsInListed(std::move(listing), reading.format);
    return std::unique_ptr<ItemSource>(std::make_unique<ListedItems>(std::move(listing)));
  }
  if (reading.resource != "arn:aws:states:::s3:getObject") {
    return Failed(CauseText(Cause::kNoItemsFound, {reading.resource}));
  }
  const ObjectName object{bucket, std::string(TextOf(reading.arguments, "Key"))};
  const std::string version(TextOf(reading.arguments, "VersionId"));
  if (!reading.format.manifest) return OpenObject(*objects, reading.format, object, version);
  auto bytes = objects->Open(object, version);
  if (!bytes) return std::move(bytes).error();
  auto manifest = Unpacked(std::move(bytes).value(), object.Uri());
  if (!manifest) return std::move(manifest).error();
  return ItemsOfManifest(std::move(objects), reading.format, std::move(manifest).value(), object);
}

}  // namespace gait
