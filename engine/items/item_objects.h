// The objects that items are read from: what reading them needs of S3.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/items/item_source.h"

namespace gait {

struct ObjectName {
  std::string bucket, key;
  // "s3://bucket/key", as errors name it; what is no UTF-8 of it is replaced.
  std::string Uri() const;
};

struct ListedObject {
  std::string key;
  int64_t size = 0;  // bytes
  Timestamp last_modified;
  std::string etag;  // in quotes
};

struct ObjectPage {
  std::vector<ListedObject> objects;  // in the order of the keys' bytes
  std::string next;                   // what the next page is asked for with; "": there is none
};

// One thread at a time. Fails with States.ItemReaderFailed and S3's own message.
class ItemObjects {
 public:
  virtual ~ItemObjects() = default;
  // Its bytes as they are stored. `version` is a VersionId, or "". What is opened outlives this.
  virtual Result<std::unique_ptr<ByteSource>> Open(const ObjectName& object, const std::string& version) = 0;
  // The same, to be read anywhere in it.
  virtual Result<std::unique_ptr<RandomBytes>> OpenRandom(const ObjectName& object, const std::string& version) = 0;
  // Some of those whose keys begin with `prefix`: the first ones, or with the `next` of a page those behind it.
  virtual Result<ObjectPage> List(const std::string& bucket, const std::string& prefix, const std::string& next) = 0;
};

}  // namespace gait
