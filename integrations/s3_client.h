// Requests to a host that speaks S3's API: signed, sent, and sent again where that is safe.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAPI.html
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integrations/http_client.h"
#include "integrations/s3.h"

namespace gait {

// A host that has buckets.
struct S3EndpointTarget {
  std::string url;  // http or https; a bucket's name stands behind it, as a part of the path
  std::string region = "us-east-1";
  std::string bucket = {};   // what the bucket is called there; "" as here
  std::string profile = {};  // of the shared credentials file; "": the keys of the environment, if there are any

  bool operator==(const S3EndpointTarget&) const = default;
};

// For what brings or takes megabytes.
inline constexpr Duration kS3TransferTimeout = Duration::Seconds(60);

struct S3Request {
  std::string_view method;
  std::string_view bucket;
  std::string_view key = {};  // "" for the bucket itself
  std::vector<std::pair<std::string_view, std::string>> query = {};
  HttpHeaders headers = {};
  std::string body = {};
  size_t response_bytes_max = 0;  // of a success; errors have a bound of their own
  // Whether the request was acted upon need not be known to send it again: done twice, it leaves the same behind.
  bool repeatable = true;
  Duration timeout = Duration::Seconds(20);
};

// Any thread. Every call waits.
class S3Client {
 public:
  // `http` outlives the client. When it is stopped, requests are given up: they end with a refusal.
  S3Client(HttpClient& http, S3EndpointTarget target) : http_(http), target_(std::move(target)) {}

  const S3EndpointTarget& target() const { return target_; }

  // An answer with a status of success. Three attempts, with a pause before each but the first: where no answer came,
  // and where the host says that it is at fault or busy.
  S3Result<HttpResponse> Send(const S3Request& request) const;

  // Of a success that lacks what it should tell: `what`.
  S3Refusal Useless(const std::string& what) const;

 private:
  S3Result<HttpRequest> Signed(const S3Request& request) const;

  HttpClient& http_;
  const S3EndpointTarget target_;
};

}  // namespace gait
