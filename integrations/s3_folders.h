// S3 buckets as folders: an object is a file, its key the file's path in the folder. What S3 keeps besides (metadata,
// versions, storage classes) a folder has not.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/timestamp.h"
#include "integrations/unique_fd.h"

namespace gait {

// The folder of each bucket, absolute; "*" is the folder whose sub-folders are the buckets that have no entry.
using S3Buckets = std::map<std::string, std::string, std::less<>>;

// Can it be the name of a bucket? 3 to 63 letters, digits, dots, hyphens and underscores, for that is what the oldest
// buckets may have; no dot in front, so that it is never the name of another folder.
bool IsBucketName(std::string_view name);

// What S3 answers instead of doing it.
struct S3Refusal {
  std::string code;  // "NoSuchKey"
  std::string message;
  int status = 400;  // of HTTP
};
template <typename T>
using S3Result = std::variant<T, S3Refusal>;

// An object that is being read, as it was when it was opened: one that is written meanwhile is another file.
class S3Object {
 public:
  S3Object(UniqueFd file, int64_t size, Timestamp last_modified)
      : size_(size), last_modified_(last_modified), file_(std::move(file)) {}

  int64_t size() const { return size_; }
  Timestamp last_modified() const { return last_modified_; }

  // The next bytes of it, at most `most`; "" at its end.
  S3Result<std::string> Read(size_t most);
  // MD5 in hexadecimal, in quotes: that of an object which was written in one part. Reads the whole file, in pieces,
  // and does not move where Read goes on.
  S3Result<std::string> ETag() const;

 private:
  int64_t size_;
  Timestamp last_modified_;
  UniqueFd file_;
};

struct S3ObjectInfo {
  std::string key;
  int64_t size = 0;  // bytes
  Timestamp last_modified;
  std::string etag;
};

struct S3Page {
  std::vector<S3ObjectInfo> objects;  // in the order of the keys' bytes
  bool truncated = false;             // there are more
};

// Immutable. Any thread. Every call may wait for the disk. No symbolic link within a bucket is followed, and no part of
// a key may be empty, `.` or `..`: there is no object outside the folder, and none that two keys name.
class S3Folders {
 public:
  explicit S3Folders(S3Buckets buckets) : buckets_(std::move(buckets)) {}

  // NoSuchBucket, NoSuchKey.
  S3Result<S3Object> Open(std::string_view bucket, std::string_view key) const;

  // Gives the ETag. Whoever reads the object sees the old one or the new one, whole, also after a crash. A key that no
  // file can have is an InvalidArgument.
  S3Result<std::string> Put(std::string_view bucket, std::string_view key, std::string_view body) const;

  // Of an object that is not there, too. The folders that were made for it stay while they hold others.
  S3Result<std::monostate> Delete(std::string_view bucket, std::string_view key) const;

  // At most `most` of the objects whose keys begin with `prefix` and come after `after`. Reads each of them, for its
  // ETag.
  S3Result<S3Page> List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most) const;

 private:
  UniqueFd OpenBucket(std::string_view bucket) const;

  const S3Buckets buckets_;
};

}  // namespace gait
