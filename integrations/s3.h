// S3: buckets of objects, wherever they are kept. Two homes: folders (s3_folders.h) and hosts that speak S3's API
// (s3_endpoint.h); s3_router.h has both, by the name of the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/timestamp.h"

namespace gait {

// Can it be the name of a bucket? 3 to 63 letters, digits, dots, hyphens and underscores, for that is what the oldest
// buckets may have; no dot in front, so that it is never the name of another folder.
bool IsBucketName(std::string_view name);

// What S3 answers instead of doing it. "SdkClient" is the code where no answer came, as AWS's SDK calls it.
struct S3Refusal {
  std::string code;  // "NoSuchKey"
  std::string message;
  int status = 400;  // of HTTP; 0 where no answer came
};
template <typename T>
using S3Result = std::variant<T, S3Refusal>;

// The refusal, if it is one.
template <typename T>
const S3Refusal* RefusalOf(const S3Result<T>& result) {
  return std::get_if<S3Refusal>(&result);
}

// An object that is being read, as it was when it was opened: whoever puts it anew meanwhile does not change what is
// read here, or else reading goes on with a refusal. One thread at a time; every call may wait.
class S3Object {
 public:
  virtual ~S3Object() = default;

  virtual int64_t size() const = 0;  // bytes
  virtual Timestamp last_modified() const = 0;
  // That of an object which was uploaded without one: a folder keeps none.
  virtual std::string_view content_type() const { return "binary/octet-stream"; }

  // The next bytes of it, at most `most`; "" at its end.
  virtual S3Result<std::string> Read(size_t most) = 0;
  // `count` bytes from `offset` on; fewer at the end alone. Does not move where Read goes on.
  virtual S3Result<std::string> ReadAt(int64_t offset, size_t count) = 0;
  // In quotes, as S3 has them. May read the whole object; does not move where Read goes on.
  virtual S3Result<std::string> ETag() = 0;
};

// An object that is being written. One thread at a time; every call may wait. One that is destroyed before it is
// finished leaves nothing behind.
class S3Upload {
 public:
  virtual ~S3Upload() = default;

  // Nothing more is written after a refusal.
  virtual std::optional<S3Refusal> Write(std::string_view bytes) = 0;
  // All of it is there now, in the place of the object that had the key, also after a crash. Gives the ETag. Once.
  virtual S3Result<std::string> Finish() = 0;
};

struct S3ObjectInfo {
  std::string key;
  int64_t size = 0;  // bytes
  Timestamp last_modified;
  std::string etag;  // in quotes
};

struct S3Page {
  std::vector<S3ObjectInfo> objects;  // in the order of the keys' bytes
  bool truncated = false;             // there are more
  std::string next;                   // of a truncated page: the next one's `continuation`
};

// Immutable, as far as its users see. Any thread. Every call may wait for a disk or a host. Outlives what it opens.
class S3 {
 public:
  virtual ~S3() = default;

  // NoSuchBucket, NoSuchKey, NoSuchVersion. `version_id` "": the latest.
  virtual S3Result<std::unique_ptr<S3Object>> Open(std::string_view bucket, std::string_view key,
                                                   std::string_view version_id = {}) const = 0;

  // At most `most` (up to 1000) of the objects whose keys begin with `prefix`: those after the key `after`, or, with
  // `continuation`, those that follow the page which gave it. InvalidArgument for one that no page gave.
  virtual S3Result<S3Page> List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                                std::string_view continuation = {}) const = 0;

  // Gives the ETag. Whoever reads the object sees the old one or the new one, whole, also after a crash.
  virtual S3Result<std::string> Put(std::string_view bucket, std::string_view key, std::string_view body) const = 0;

  // The same in pieces.
  virtual S3Result<std::unique_ptr<S3Upload>> Upload(std::string_view bucket, std::string_view key) const = 0;

  // Of an object that is not there, too.
  virtual S3Result<std::monostate> Delete(std::string_view bucket, std::string_view key) const = 0;
};

}  // namespace gait
