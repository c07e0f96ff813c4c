#include "integrations/s3_client.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "engine/base/cause_table.h"
#include "engine/base/sha256.h"
#include "engine/base/sigv4.h"
#include "integrations/aws_keys.h"
#include "integrations/form_encoding.h"
#include "integrations/s3_xml.h"

namespace gait {
namespace {

constexpr int kAttemptsMax = 3;
constexpr std::chrono::milliseconds kFirstPause(100);  // at least, at most twice as long; then four times as long
constexpr size_t kErrorBytesMax = 65'536;

// What a request is answered, for the thread that waits for it.
class Answer {
 public:
  void End(std::optional<HttpResponse> response) {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    response_ = std::move(response);
    over_ = true;
    changed_.notify_all();
  }
  // Empty if the request was given up.
  std::optional<HttpResponse> Await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return over_; });
    return std::move(response_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;                     // guarded by mutex_
  std::optional<HttpResponse> response_;  // guarded by mutex_
};

// Is destroyed with the request: a client that is stopped drops it, and tells nobody.
class DropNotice {
 public:
  explicit DropNotice(std::shared_ptr<Answer> answer) : answer_(std::move(answer)) {}
  DropNotice(const DropNotice&) = delete;
  DropNotice& operator=(const DropNotice&) = delete;
  ~DropNotice() { answer_->End(std::nullopt); }

 private:
  const std::shared_ptr<Answer> answer_;
};

std::optional<HttpResponse> Exchange(HttpClient& http, HttpRequest request) {
  const auto answer = std::make_shared<Answer>();
  auto dropped = std::make_shared<const DropNotice>(answer);
  http.Send(std::move(request),
            [answer, dropped = std::move(dropped)](HttpResponse response) { answer->End(std::move(response)); });
  return answer->Await();
}

S3Refusal NotExecuted(const std::string& url, std::string_view why) {
  return {"SdkClient", CauseText(Cause::kRequestNotExecuted, {std::string(why) + " (" + url + ")"}), 0};
}

std::string_view CodeOf(int status) {
  return status == 403   ? "AccessDenied"
         : status == 404 ? "NoSuchKey"
         : status == 412 ? "PreconditionFailed"
         : status == 416 ? "InvalidRange"
         : status < 400  ? "PermanentRedirect"
         : status == 503 ? "ServiceUnavailable"
                         : "InternalError";
}

S3Refusal RefusalIn(const HttpResponse& response) {
  const auto said = ParseS3Error(response.body, response.status);
  S3Refusal refusal = said ? *said
                           : S3Refusal{std::string(CodeOf(response.status)),
                                       "The endpoint answered " + std::to_string(response.status), response.status};
  const std::string* region = FindHeader(response.headers, "x-amz-bucket-region");
  const bool elsewhere = response.status < 400 || refusal.code == "AuthorizationHeaderMalformed";
  if (elsewhere && region != nullptr) refusal.message += " (The bucket is in the region " + *region + ")";
  return refusal;
}

// May what was answered so be answered otherwise the next time?
bool IsPassing(int status) { return status == 429 || (status >= 500 && status != 501); }

void Pause(int attempts) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto least = kFirstPause * (1 << (2 * (attempts - 1)));
  std::this_thread::sleep_for(least +
                              std::chrono::milliseconds(std::uniform_int_distribution<long>(0, least.count())(random)));
}

std::string PathOf(std::string_view bucket, std::string_view key) {
  std::string path = "/" + PercentEncode(bucket);
  while (!key.empty()) {
    const size_t end = std::min(key.find('/'), key.size());
    path += "/" + PercentEncode(key.substr(0, end));
    if (end + 1 == key.size()) path += "/";
    key.remove_prefix(std::min(end + 1, key.size()));
  }
  return path;
}

std::string QueryOf(const S3Request& request) {
  std::string query;
  for (const auto& [name, value] : request.query) {
    query += (query.empty() ? "?" : "&") + PercentEncode(name) + "=" + PercentEncode(value);
  }
  return query;
}

}  // namespace

S3Result<HttpRequest> S3Client::Signed(const S3Request& request) const {
  std::string_view base = target_.url;
  while (base.ends_with('/')) base.remove_suffix(1);
  const size_t host = base.find("://") + 3, path = std::min(base.find('/', host), base.size());
  const std::string target = std::string(base.substr(path)) + PathOf(request.bucket, request.key) + QueryOf(request);

  HttpRequest signed_request;
  signed_request.method = request.method;
  signed_request.url = std::string(base.substr(0, path)) + target;
  signed_request.headers = request.headers;
  signed_request.headers.push_back({"Host", std::string(base.substr(host, path - host))});
  signed_request.body = request.body;
  signed_request.timeout = request.timeout;
  signed_request.response_bytes_max = std::max(request.response_bytes_max, kErrorBytesMax);

  const auto found = FindAwsKeys(target_.profile);
  if (const auto* wrong = std::get_if<std::string>(&found)) return S3Refusal{"SdkClient", *wrong, 0};
  const auto& keys = std::get<std::optional<AwsKeys>>(found);
  if (!keys) return signed_request;
  HttpHeaders& headers = signed_request.headers;
  const auto now = std::chrono::system_clock::now().time_since_epoch();  // the host's clock, not an execution's
  headers.push_back(
      {"X-Amz-Date", FormatAmzDate({std::chrono::duration_cast<std::chrono::milliseconds>(now).count()})});
  headers.push_back({"X-Amz-Content-Sha256", Sha256Hex(request.body)});
  if (!keys->session_token.empty()) headers.push_back({"X-Amz-Security-Token", keys->session_token});
  if (!std::all_of(headers.begin(), headers.end(), [](const HttpHeader& h) { return IsHeaderValue(h.value); }) ||
      !IsHeaderValue(keys->access_key_id)) {
    return S3Refusal{"SdkClient", "An access key or a session token has characters that no header may have", 0};
  }
  std::vector<HeaderField> fields;
  for (const HttpHeader& h : headers) fields.push_back({h.name, h.value});
  headers.push_back({"Authorization", AuthorizationOf({request.method, target, fields, request.body},
                                                      keys->access_key_id, keys->secret, target_.region, "s3")});
  return signed_request;
}

S3Result<HttpResponse> S3Client::Send(const S3Request& request) const {
  for (int attempts = 1;; ++attempts) {
    auto signed_request = Signed(request);  // anew each time: a signature has its time
    if (const auto* refusal = RefusalOf(signed_request)) return *refusal;
    std::optional<HttpResponse> response = Exchange(http_, std::get<HttpRequest>(std::move(signed_request)));
    if (!response) return NotExecuted(target_.url, "gait is stopping");
    bool again = false;
    S3Refusal refusal;
    if (response->failure != HttpFailure::kNone) {
      refusal = NotExecuted(target_.url, response->message);
      const bool passing = response->failure == HttpFailure::kNotConnected ||
                           response->failure == HttpFailure::kTimeout || response->failure == HttpFailure::kBroken;
      again = passing && (request.repeatable || response->failure == HttpFailure::kNotConnected);
    } else if (response->status >= 300) {
      refusal = RefusalIn(*response);
      // Busy: it was not begun.
      again = IsPassing(response->status) && (request.repeatable || response->status == 503 || response->status == 429);
    } else {
      return *std::move(response);
    }
    if (!again || attempts == kAttemptsMax) return refusal;
    Pause(attempts);
  }
}

S3Refusal S3Client::Useless(const std::string& what) const {
  return {"SdkClient", "The endpoint's answer is of no use: " + what + " (" + target_.url + ")", 0};
}

}  // namespace gait
