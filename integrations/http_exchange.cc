#include "integrations/http_exchange.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/utf.h"
#include "integrations/curl_library.h"

namespace gait {
namespace {

constexpr long kConnectTimeoutMs = 10'000;
// A peer that is gone without a word is noticed after about two minutes, however long the answer may take.
constexpr long kKeepAliveIdleSeconds = 60, kKeepAliveIntervalSeconds = 10;
// libcurl 7.88 bounds a header line, not their number (CVE-2023-38039).
constexpr size_t kHeaderBytesMax = 262'144;

// Does it have a length although there is no body? RFC 9110, 8.6.
bool AnticipatesBody(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// `begun`: the request was sent, or part of it.
HttpFailure FailureOf(CURLcode code, bool begun) {
  switch (code) {
    case CURLE_OK: return HttpFailure::kNone;
    case CURLE_OPERATION_TIMEDOUT: return begun ? HttpFailure::kTimeout : HttpFailure::kNotConnected;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:  // also what is said of an answer that is no HTTP
      return begun ? HttpFailure::kBroken : HttpFailure::kBadUrl;
    default: return begun ? HttpFailure::kBroken : HttpFailure::kNotConnected;
  }
}

HttpExchange& Self(void* self) { return *static_cast<HttpExchange*>(self); }

}  // namespace

HttpExchange::~HttpExchange() {
  if (easy_ != nullptr) Curl().curl_easy_cleanup(easy_);
  Curl().curl_slist_free_all(headers_);
}

HttpExchange& HttpExchange::Of(CURL* easy) {
  void* self = nullptr;
  Curl().curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
  return Self(self);
}

void HttpExchange::Prepare(const std::string& no_proxy) {
  easy_ = Curl().curl_easy_init();
  GAIT_CHECK(easy_ != nullptr, "libcurl gives no easy handle");
  Curl().curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  Curl().curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  Curl().curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  Curl().curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // giving up does not wait for a slow name server
  Curl().curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  Curl().curl_easy_setopt(easy_, CURLOPT_NOPROXY, no_proxy.c_str());
  Curl().curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  Curl().curl_easy_setopt(easy_, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  Curl().curl_easy_setopt(easy_, CURLOPT_TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  Curl().curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  if (request_.timeout) Curl().curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, std::max<long>(request_.timeout->ms, 1));
  Curl().curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &HttpExchange::BeforeSending);
  Curl().curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  Curl().curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &HttpExchange::WriteBody);
  Curl().curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  Curl().curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &HttpExchange::ReadHeader);
  Curl().curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  Curl().curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  SetBody();
  SetHeaders();
  Curl().curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void HttpExchange::SetBody() {
  if (request_.method == "HEAD") {
    Curl().curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  } else if (!request_.body.empty() || AnticipatesBody(request_.method)) {
    Curl().curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    Curl().curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    Curl().curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &HttpExchange::ReadBody);
    Curl().curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  }
}

void HttpExchange::SetHeaders() {
  for (const HttpHeader& h : request_.headers) {
    AppendHeader(h.value.empty() ? h.name + ";" : h.name + ": " + h.value);  // libcurl's way to write an empty one
  }
  // Not set by libcurl, then: no second of waiting for a 100 before a long body, and no Content-Type of a form.
  AppendHeader("Expect:");
  if (FindHeader(request_.headers, "Content-Type") == nullptr) AppendHeader("Content-Type:");
  Curl().curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

void HttpExchange::AppendHeader(const std::string& line) {
  curl_slist* list = Curl().curl_slist_append(headers_, line.c_str());
  GAIT_CHECK(list != nullptr, "out of memory");
  headers_ = list;
}

void HttpExchange::Reset() {
  response_ = {};
  body_sent_ = header_bytes_ = 0;
  begun_ = too_large_ = false;
  error_[0] = '\0';
}

// libcurl sends a request again by itself where a kept connection turns out to be dead. That is harmless if the method
// is safe, or if the server cannot have begun because it lacks the body.
int HttpExchange::BeforeSending(void* self, char*, char*, int, int) {
  HttpExchange& x = Self(self);
  const bool harmless = IsSafeMethod(x.request_.method) || (!x.request_.body.empty() && x.body_sent_ == 0);
  return std::exchange(x.begun_, true) && !harmless ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

size_t HttpExchange::ReadBody(char* to, size_t size, size_t count, void* self) {
  HttpExchange& x = Self(self);
  const size_t n = std::min(size * count, x.request_.body.size() - x.body_sent_);
  std::memcpy(to, x.request_.body.data() + x.body_sent_, n);
  x.body_sent_ += n;
  return n;
}

// Is there room for `bytes` more? Otherwise the exchange has failed.
bool HttpExchange::Take(size_t bytes, size_t had, size_t bytes_max) {
  too_large_ = bytes > bytes_max - had;
  return !too_large_;
}

size_t HttpExchange::WriteBody(char* data, size_t size, size_t count, void* self) {
  HttpExchange& x = Self(self);
  const size_t n = size * count;
  if (!x.Take(n, x.response_.body.size(), x.request_.response_bytes_max)) return 0;
  x.response_.body.append(data, n);
  return n;
}

size_t HttpExchange::ReadHeader(char* data, size_t size, size_t count, void* self) {
  HttpExchange& x = Self(self);
  const size_t n = size * count;
  if (!x.Take(n, x.header_bytes_, kHeaderBytesMax)) return 0;
  x.header_bytes_ += n;
  const std::string_view line = Trim({data, n});
  if (line.starts_with("HTTP/")) {  // also of a 100, or a proxy's answer, before the one that counts
    x.response_.headers.clear();
    const size_t status = std::min(line.find(' '), line.size());
    const size_t text = line.find(' ', status + 1);
    x.response_.status_text = text == std::string_view::npos ? "" : line.substr(text + 1);
  } else if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
    x.response_.headers.push_back({std::string(line.substr(0, colon)), std::string(Trim(line.substr(colon + 1)))});
  }
  return n;
}

std::string HttpExchange::Message(CURLcode code) const {
  if (too_large_) return "The answer is too large";
  // What libcurl says where it would have sent the request again, and must not.
  const bool kept_from_it = code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_SEND_FAIL_REWIND;
  if (kept_from_it) return "The connection was closed before an answer came";
  return ReplaceInvalidUtf8(error_[0] != '\0' ? error_ : Curl().curl_easy_strerror(code));
}

void HttpExchange::End(CURLcode code) {
  response_.failure = too_large_ ? HttpFailure::kTooLarge : FailureOf(code, begun_);
  if (response_.failure == HttpFailure::kNone) {
    long status = 0;
    Curl().curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
  } else {
    response_.message = Message(code);
  }
  done_(std::move(response_));
}

}  // namespace gait
