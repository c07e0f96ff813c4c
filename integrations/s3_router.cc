#include "integrations/s3_router.h"

#include "integrations/s3_endpoint.h"

namespace gait {
namespace {

S3Buckets FoldersOf(const BucketTargets& targets) {
  S3Buckets folders;
  for (const auto& [bucket, target] : targets) {
    if (const auto* folder = std::get_if<std::string>(&target)) folders.emplace(bucket, *folder);
  }
  return folders;
}

}  // namespace

S3Router::S3Router(const BucketTargets& targets) : folders_(FoldersOf(targets)) {
  for (const auto& [bucket, target] : targets) {
    auto& home = homes_.try_emplace(bucket).first->second;
    if (const auto* host = std::get_if<S3EndpointTarget>(&target)) home = std::make_unique<S3Endpoint>(http_, *host);
  }
}

const S3& S3Router::HomeOf(std::string_view bucket) const {
  auto home = homes_.find(bucket);
  if (home == homes_.end()) home = homes_.find("*");
  // The folders know also what to say of a bucket that has no home.
  return home != homes_.end() && home->second != nullptr ? *home->second : folders_;
}

S3Result<std::unique_ptr<S3Object>> S3Router::Open(std::string_view bucket, std::string_view key,
                                                   std::string_view version_id) const {
  return HomeOf(bucket).Open(bucket, key, version_id);
}

S3Result<S3Page> S3Router::List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                                std::string_view continuation) const {
  return HomeOf(bucket).List(bucket, prefix, after, most, continuation);
}

S3Result<std::string> S3Router::Put(std::string_view bucket, std::string_view key, std::string_view body) const {
  return HomeOf(bucket).Put(bucket, key, body);
}

S3Result<std::unique_ptr<S3Upload>> S3Router::Upload(std::string_view bucket, std::string_view key) const {
  return HomeOf(bucket).Upload(bucket, key);
}

S3Result<std::monostate> S3Router::Delete(std::string_view bucket, std::string_view key) const {
  return HomeOf(bucket).Delete(bucket, key);
}

}  // namespace gait
