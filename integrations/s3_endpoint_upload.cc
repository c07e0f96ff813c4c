#include "integrations/s3_endpoint_upload.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "integrations/s3_xml.h"

namespace gait {
namespace {

constexpr size_t kPartBytes = 8'388'608;  // AWS takes 5 MiB and more
constexpr size_t kPartsMax = 10'000;      // AWS's
constexpr size_t kAnswerMax = 65'536;
constexpr int kCompletionsMax = 3;
// AWS may need minutes to put many parts together.
constexpr Duration kCompletionTimeout = Duration::Seconds(600);

// Holds up to a part of the object; an upload is begun when that is full.
class EndpointUpload : public S3Upload {
 public:
  EndpointUpload(const S3Client& client, const S3& s3, std::string bucket, std::string key)
      : client_(client), s3_(s3), bucket_(std::move(bucket)), key_(std::move(key)) {}

  ~EndpointUpload() override {
    if (upload_id_.empty() || completed_) return;
    S3Request abort = {"DELETE", bucket_, key_, {{"uploadId", upload_id_}}};
    abort.response_bytes_max = kAnswerMax;
    // One that cannot be aborted stays there until the bucket's own rules remove it: nobody could be told.
    (void)client_.Send(abort);
  }

  std::optional<S3Refusal> Write(std::string_view bytes) override {
    while (!bytes.empty() && !refusal_) {
      const size_t taken = std::min(bytes.size(), kPartBytes - part_.size());
      part_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      if (part_.size() == kPartBytes) refusal_ = SendPart();
    }
    return refusal_;
  }

  S3Result<std::string> Finish() override {
    if (refusal_) return *refusal_;
    if (upload_id_.empty()) return s3_.Put(bucket_, key_, part_);
    if (!part_.empty()) refusal_ = SendPart();
    if (refusal_) return *refusal_;
    return Complete();
  }

 private:
  std::optional<S3Refusal> SendPart() {
    if (etags_.size() == kPartsMax) return S3Refusal{"EntityTooLarge", "The object is larger than 80 GB", 400};
    if (upload_id_.empty()) {
      if (auto refusal = Create()) return refusal;
    }
    S3Request request = {"PUT", bucket_, key_};
    request.query = {{"partNumber", std::to_string(etags_.size() + 1)}, {"uploadId", upload_id_}};
    request.body = std::exchange(part_, {});
    request.timeout = kS3TransferTimeout;
    request.response_bytes_max = kAnswerMax;
    const auto answer = client_.Send(request);
    if (const auto* refusal = RefusalOf(answer)) return *refusal;
    const std::string* etag = FindHeader(std::get<HttpResponse>(answer).headers, "ETag");
    if (etag == nullptr) return client_.Useless("a part has no ETag");
    etags_.push_back(*etag);
    size_ += static_cast<int64_t>(request.body.size());
    return std::nullopt;
  }

  std::optional<S3Refusal> Create() {
    S3Request request = {"POST", bucket_, key_, {{"uploads", ""}}};
    request.response_bytes_max = kAnswerMax;
    request.repeatable = false;  // the first would stay for ever
    const auto answer = client_.Send(request);
    if (const auto* refusal = RefusalOf(answer)) return *refusal;
    upload_id_ = ParseUploadId(std::get<HttpResponse>(answer).body);
    if (upload_id_.empty()) return client_.Useless("an upload has no id");
    return std::nullopt;
  }

  // Again and again: done twice, the second time finds no upload any more, and the object there.
  S3Result<std::string> Complete() {
    for (int attempt = 1;; ++attempt) {
      auto etag = CompleteOnce();
      const auto* refusal = RefusalOf(etag);
      if (refusal == nullptr) {
        completed_ = true;
        return etag;
      }
      if (refusal->code == "NoSuchUpload" && attempt > 1) return WhatIsThere(*refusal);
      const bool passing = refusal->status == 0 || refusal->status >= 500;
      if (!passing || attempt == kCompletionsMax) return etag;
    }
  }

  S3Result<std::string> CompleteOnce() {
    S3Request request = {"POST", bucket_, key_, {{"uploadId", upload_id_}}};
    request.headers = {{"Content-Type", "application/xml"}};
    request.body = CompletionOf(etags_);
    request.response_bytes_max = kAnswerMax;
    request.repeatable = false;
    request.timeout = kCompletionTimeout;
    const auto answer = client_.Send(request);
    if (const auto* refusal = RefusalOf(answer)) return *refusal;
    // A success that took long may turn out to be none.
    const std::string& body = std::get<HttpResponse>(answer).body;
    if (auto etag = ParseCompleted(body)) return *std::move(etag);
    if (auto refusal = ParseS3Error(body, 500)) return *std::move(refusal);
    return client_.Useless("it does not say whether the upload is complete");
  }

  // The object, if it is the one that was uploaded.
  S3Result<std::string> WhatIsThere(const S3Refusal& otherwise) {
    auto opened = s3_.Open(bucket_, key_);
    if (RefusalOf(opened) != nullptr) return otherwise;
    S3Object& object = *std::get<std::unique_ptr<S3Object>>(opened);
    const auto etag = object.ETag();
    const auto* text = std::get_if<std::string>(&etag);
    // Of an object in parts the ETag ends with their number.
    const bool same = text != nullptr && object.size() == size_ &&
                      text->find("-" + std::to_string(etags_.size())) != std::string::npos;
    if (!same) return otherwise;
    completed_ = true;
    return *text;
  }

  const S3Client& client_;
  const S3& s3_;
  const std::string bucket_, key_;
  std::string part_;
  std::string upload_id_;  // "" until a part is full
  std::vector<std::string> etags_;
  int64_t size_ = 0;  // of the parts that were sent
  bool completed_ = false;
  std::optional<S3Refusal> refusal_;
};

}  // namespace

std::unique_ptr<S3Upload> MakeEndpointUpload(const S3Client& client, const S3& s3, std::string bucket,
                                             std::string key) {
  return std::make_unique<EndpointUpload>(client, s3, std::move(bucket), std::move(key));
}

}  // namespace gait
