// S3 buckets as folders: an object is a file, its key the file's path in the folder. What S3 keeps besides (metadata,
// versions, storage classes) a folder has not.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "integrations/s3.h"
#include "integrations/s3_folder_memory.h"
#include "integrations/unique_fd.h"

namespace gait {

// The folder of each bucket, absolute; "*" is the folder whose sub-folders are the buckets that have no entry.
using S3Buckets = std::map<std::string, std::string, std::less<>>;

// No symbolic link within a bucket is followed, and no part of a key may be empty, `.` or `..`: there is no object
// outside the folder, and none that two keys name.
class S3Folders : public S3 {
 public:
  explicit S3Folders(S3Buckets buckets) : buckets_(std::move(buckets)) {}

  // The only version of an object is "null".
  S3Result<std::unique_ptr<S3Object>> Open(std::string_view bucket, std::string_view key,
                                           std::string_view version_id = {}) const override;
  // Reads each of the objects for its ETag, unless that is remembered.
  S3Result<S3Page> List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                        std::string_view continuation = {}) const override;
  // A key that no file can have is an InvalidArgument. Folders are made for the object as needed, and stay if it is not
  // finished: they are no objects.
  S3Result<std::string> Put(std::string_view bucket, std::string_view key, std::string_view body) const override;
  S3Result<std::unique_ptr<S3Upload>> Upload(std::string_view bucket, std::string_view key) const override;
  // The folders that were made for the object stay while they hold others.
  S3Result<std::monostate> Delete(std::string_view bucket, std::string_view key) const override;

 private:
  UniqueFd OpenBucket(std::string_view bucket) const;

  const S3Buckets buckets_;
  mutable S3FolderMemory memory_;
};

}  // namespace gait
