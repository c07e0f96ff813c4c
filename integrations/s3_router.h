// S3 as the targets file has it: each bucket in the home that it names.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "integrations/http_client.h"
#include "integrations/s3.h"
#include "integrations/s3_folders.h"
#include "integrations/targets.h"

namespace gait {

class S3Router : public S3 {
 public:
  explicit S3Router(const BucketTargets& targets);

  S3Result<std::unique_ptr<S3Object>> Open(std::string_view bucket, std::string_view key,
                                           std::string_view version_id = {}) const override;
  S3Result<S3Page> List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                        std::string_view continuation = {}) const override;
  S3Result<std::string> Put(std::string_view bucket, std::string_view key, std::string_view body) const override;
  S3Result<std::unique_ptr<S3Upload>> Upload(std::string_view bucket, std::string_view key) const override;
  S3Result<std::monostate> Delete(std::string_view bucket, std::string_view key) const override;

  // Gives up what is asked of hosts, now and later: it is refused.
  void Stop() { http_.Stop(); }

 private:
  const S3& HomeOf(std::string_view bucket) const;

  HttpClient http_;  // no thread starts before the first request
  const S3Folders folders_;
  // By bucket, or "*"; null for those that are folders.
  std::map<std::string, std::unique_ptr<const S3>, std::less<>> homes_;
};

}  // namespace gait
