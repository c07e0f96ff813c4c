// S3 buckets of a host that speaks S3's API: AWS, or a server of one's own (MinIO, Ceph, Garage). URLs are in path
// style: the bucket's name is part of the path.
// https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "integrations/s3.h"
#include "integrations/s3_client.h"

namespace gait {

// Whatever bucket is asked for, it is the target's, if that names one. A key with a part that is `.` or `..` is an
// InvalidArgument: what stands between would make another path of it.
class S3Endpoint : public S3 {
 public:
  // `http` outlives it.
  S3Endpoint(HttpClient& http, S3EndpointTarget target) : client_(http, std::move(target)) {}

  // What is read is read in ranges, each of the same object by its ETag; one that was put anew meanwhile is refused
  // (PreconditionFailed).
  S3Result<std::unique_ptr<S3Object>> Open(std::string_view bucket, std::string_view key,
                                           std::string_view version_id = {}) const override;
  S3Result<S3Page> List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                        std::string_view continuation = {}) const override;
  S3Result<std::string> Put(std::string_view bucket, std::string_view key, std::string_view body) const override;
  // One request if it is small, a multipart upload otherwise, which is aborted if it is not finished. Up to 80 GB.
  S3Result<std::unique_ptr<S3Upload>> Upload(std::string_view bucket, std::string_view key) const override;
  S3Result<std::monostate> Delete(std::string_view bucket, std::string_view key) const override;

 private:
  // What the bucket is called there.
  std::string_view NameOf(std::string_view bucket) const;

  const S3Client client_;
};

}  // namespace gait
