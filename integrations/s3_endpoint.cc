#include "integrations/s3_endpoint.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "integrations/s3_endpoint_upload.h"
#include "integrations/s3_xml.h"

namespace gait {
namespace {

constexpr size_t kFirstBytes = 65'536;      // are read when an object is opened
constexpr size_t kRangeBytes = 8'388'608;   // at a time after that
constexpr size_t kListingMax = 16'777'216;  // 1,000 keys of 1,024 bytes, encoded, and what is said of each
constexpr size_t kAnswerMax = 65'536;       // of what has nothing to tell

std::optional<S3Refusal> CheckAddress(std::string_view bucket, std::string_view key) {
  if (!IsBucketName(bucket)) return S3Refusal{"NoSuchBucket", "The specified bucket does not exist", 404};
  // Without a key it would be the bucket that is put or deleted.
  if (key.empty()) return S3Refusal{"InvalidArgument", "The key is empty", 400};
  for (size_t from = 0; from <= key.size();) {
    const size_t end = std::min(key.find('/', from), key.size());
    const std::string_view part = key.substr(from, end - from);
    if (part == "." || part == "..") return S3Refusal{"InvalidArgument", "A part of the key is '.' or '..'", 400};
    from = end + 1;
  }
  return std::nullopt;
}

S3Refusal Changed() { return {"PreconditionFailed", "The object was changed while it was read", 412}; }

std::string ETagIn(const HttpResponse& response) {
  const std::string* etag = FindHeader(response.headers, "ETag");
  return etag == nullptr ? "" : *etag;
}

// The size in "bytes 0-9/1234"; empty if it is not there.
std::optional<int64_t> SizeIn(const HttpResponse& response) {
  const std::string* range = FindHeader(response.headers, "Content-Range");
  if (range == nullptr) return std::nullopt;
  const size_t slash = range->find('/');
  if (slash == std::string::npos) return std::nullopt;
  int64_t size = 0;
  const auto [end, error] = std::from_chars(range->data() + slash + 1, range->data() + range->size(), size);
  if (error != std::errc() || end != range->data() + range->size() || size < 0) return std::nullopt;
  return size;
}

struct ObjectAddress {
  std::string bucket, key, version_id;
};

S3Request ReadingOf(const ObjectAddress& address, size_t count) {
  S3Request request = {"GET", address.bucket, address.key};
  if (!address.version_id.empty()) request.query = {{"versionId", address.version_id}};
  request.response_bytes_max = count;
  return request;
}

HttpHeader RangeOf(int64_t offset, size_t count) {
  const int64_t last = offset + static_cast<int64_t>(count) - 1;
  return {"Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(last)};
}

class EndpointObject : public S3Object {
 public:
  // `first`: the answer to the reading of the first bytes.
  EndpointObject(const S3Client& client, ObjectAddress address, int64_t size, HttpResponse first)
      : client_(client),
        address_(std::move(address)),
        size_(size),
        etag_(ETagIn(first)),
        window_(std::move(first.body)) {
    if (const std::string* date = FindHeader(first.headers, "Last-Modified")) {
      last_modified_ = ParseHttpDate(*date).value_or(Timestamp());
    }
    if (const std::string* type = FindHeader(first.headers, "Content-Type")) content_type_ = *type;
  }

  int64_t size() const override { return size_; }
  Timestamp last_modified() const override { return last_modified_; }
  std::string_view content_type() const override { return content_type_; }
  S3Result<std::string> ETag() override { return etag_; }

  S3Result<std::string> Read(size_t most) override {
    if (at_ >= size_ || most == 0) return std::string();
    const auto window_end = window_at_ + static_cast<int64_t>(window_.size());
    if (at_ < window_at_ || at_ >= window_end) {
      auto bytes = Range(at_, kRangeBytes);
      if (const auto* refusal = RefusalOf(bytes)) return *refusal;
      window_ = std::get<std::string>(std::move(bytes));
      window_at_ = at_;
    }
    std::string bytes = window_.substr(static_cast<size_t>(at_ - window_at_), most);
    at_ += static_cast<int64_t>(bytes.size());
    return bytes;
  }

  S3Result<std::string> ReadAt(int64_t offset, size_t count) override {
    std::string all;
    while (all.size() < count && offset < size_) {
      auto bytes = Range(offset, std::min(count - all.size(), kRangeBytes));
      if (const auto* refusal = RefusalOf(bytes)) return *refusal;
      all += std::get<std::string>(bytes);
      offset += static_cast<int64_t>(std::get<std::string>(bytes).size());
    }
    return all;
  }

 private:
  // All `count` bytes, or those up to the end. REQUIRES: there is at least one.
  S3Result<std::string> Range(int64_t offset, size_t count) const {
    count = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(count), size_ - offset));
    const int64_t in_window = offset - window_at_;
    if (in_window >= 0 && in_window + static_cast<int64_t>(count) <= static_cast<int64_t>(window_.size())) {
      return window_.substr(static_cast<size_t>(in_window), count);
    }
    S3Request request = ReadingOf(address_, count);
    request.headers.push_back(RangeOf(offset, count));
    request.timeout = kS3TransferTimeout;
    if (!etag_.empty()) request.headers.push_back({"If-Match", etag_});
    auto answer = client_.Send(request);
    if (const auto* refusal = RefusalOf(answer)) return refusal->status == 412 ? Changed() : *refusal;
    auto& response = std::get<HttpResponse>(answer);
    // Not every host looks at If-Match.
    if (ETagIn(response) != etag_) return Changed();
    if (response.status != 206) return client_.Useless("it does not give parts of objects");
    if (SizeIn(response) != size_) return Changed();
    if (response.body.size() != count) return client_.Useless("it gives less than was asked for");
    return std::move(response.body);
  }

  const S3Client& client_;
  const ObjectAddress address_;
  const int64_t size_;
  const std::string etag_;
  Timestamp last_modified_;
  std::string content_type_;
  std::string window_;  // what was read last
  int64_t window_at_ = 0;
  int64_t at_ = 0;  // where Read goes on
};

}  // namespace

std::string_view S3Endpoint::NameOf(std::string_view bucket) const {
  const std::string& own = client_.target().bucket;
  return own.empty() ? bucket : own;
}

S3Result<std::unique_ptr<S3Object>> S3Endpoint::Open(std::string_view bucket, std::string_view key,
                                                     std::string_view version_id) const {
  if (auto wrong = CheckAddress(NameOf(bucket), key)) return *std::move(wrong);
  ObjectAddress address = {std::string(NameOf(bucket)), std::string(key), std::string(version_id)};
  S3Request request = ReadingOf(address, kFirstBytes);
  request.headers.push_back(RangeOf(0, kFirstBytes));
  auto answer = client_.Send(request);
  if (const auto* refusal = RefusalOf(answer); refusal != nullptr && refusal->status == 416) {
    request.headers.clear();  // an empty object has no range
    answer = client_.Send(request);
  }
  if (const auto* refusal = RefusalOf(answer)) return *refusal;
  auto& response = std::get<HttpResponse>(answer);
  // A host that knows no ranges, or an empty object: this is all of it.
  const auto whole = static_cast<int64_t>(response.body.size());
  const std::optional<int64_t> size = response.status == 206 ? SizeIn(response) : whole;
  if (!size || *size < whole || (*size > whole && response.body.size() != kFirstBytes)) {
    return client_.Useless("the object's size is not in it");
  }
  return std::unique_ptr<S3Object>(
      std::make_unique<EndpointObject>(client_, std::move(address), *size, std::move(response)));
}

S3Result<S3Page> S3Endpoint::List(std::string_view bucket, std::string_view prefix, std::string_view after, size_t most,
                                  std::string_view continuation) const {
  if (auto wrong = CheckAddress(NameOf(bucket), "-")) return *std::move(wrong);
  S3Request request = {"GET", NameOf(bucket)};
  if (!continuation.empty()) request.query.emplace_back("continuation-token", continuation);
  request.query.emplace_back("encoding-type", "url");  // XML cannot have every character of a key
  request.query.emplace_back("list-type", "2");
  request.query.emplace_back("max-keys", std::to_string(most));
  if (!prefix.empty()) request.query.emplace_back("prefix", prefix);
  if (continuation.empty() && !after.empty()) request.query.emplace_back("start-after", after);
  request.response_bytes_max = kListingMax;
  const auto answer = client_.Send(request);
  if (const auto* refusal = RefusalOf(answer)) return *refusal;
  auto page = ParseListing(std::get<HttpResponse>(answer).body);
  if (!page) return client_.Useless("it is no listing");
  return *std::move(page);
}

S3Result<std::string> S3Endpoint::Put(std::string_view bucket, std::string_view key, std::string_view body) const {
  if (auto wrong = CheckAddress(NameOf(bucket), key)) return *std::move(wrong);
  S3Request request = {"PUT", NameOf(bucket), key};
  request.body = body;
  request.timeout = kS3TransferTimeout;
  request.response_bytes_max = kAnswerMax;
  const auto answer = client_.Send(request);
  if (const auto* refusal = RefusalOf(answer)) return *refusal;
  return ETagIn(std::get<HttpResponse>(answer));
}

S3Result<std::unique_ptr<S3Upload>> S3Endpoint::Upload(std::string_view bucket, std::string_view key) const {
  if (auto wrong = CheckAddress(NameOf(bucket), key)) return *std::move(wrong);
  return MakeEndpointUpload(client_, *this, std::string(NameOf(bucket)), std::string(key));
}

S3Result<std::monostate> S3Endpoint::Delete(std::string_view bucket, std::string_view key) const {
  if (auto wrong = CheckAddress(NameOf(bucket), key)) return *std::move(wrong);
  S3Request request = {"DELETE", NameOf(bucket), key};
  request.response_bytes_max = kAnswerMax;
  const auto answer = client_.Send(request);
  if (const auto* refusal = RefusalOf(answer)) return *refusal;
  return std::monostate();
}

}  // namespace gait
