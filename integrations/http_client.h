// HTTP requests, thousands at a time, from one thread (an EventLoop that starts with the first request). As many are
// under way as half of the process's descriptors; the others wait in the order of Send.
//
// Connections are kept and used again. A request whose connection breaks before an answer is sent a second time only if
// that is harmless: its method is safe, or nothing of it can have reached the server's program. Otherwise whether it
// was acted upon is not known, and only a workflow's Retry may decide to do it again. Redirects are not followed.
// `http_proxy`, `https_proxy` and `no_proxy` are obeyed, though never for this machine itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"

namespace gait {

struct HttpHeader {
  std::string name, value;

  bool operator==(const HttpHeader&) const = default;
};
using HttpHeaders = std::vector<HttpHeader>;

// The value of the first header of this name, letter case ignored; null if there is none.
const std::string* FindHeader(const HttpHeaders& headers, std::string_view name);

// Of a method that changes nothing, so that a request may be sent twice (RFC 9110, 9.2.1).
bool IsSafeMethod(std::string_view method);

// A date as headers have it: "Sun, 06 Nov 1994 08:49:37 GMT", or in one of the older forms (RFC 9110, 5.6.7). Empty if
// it is none.
std::optional<Timestamp> ParseHttpDate(const std::string& text);

// May it stand behind the name of a header? It has no line breaks nor other control characters.
bool IsHeaderValue(std::string_view text);

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};  // http or https
  // REQUIRES: IsHeaderValue of each value, and names without spaces and colons. The client adds Host, unless
  // it is there, Accept, and Content-Length where there is a body.
  HttpHeaders headers = {};
  std::string body = {};
  // From the moment the request is begun to the last byte of the answer; absent: as long as the peer is there.
  std::optional<Duration> timeout = {};
  size_t response_bytes_max = SIZE_MAX;
};

enum class HttpFailure {
  kNone,
  kBadUrl,
  kNotConnected,  // no address, no connection: the request was not sent
  kTimeout,
  kTooLarge,  // the answer has more than response_bytes_max
  kBroken,    // the connection ended before the answer did, or what came is no HTTP
};

struct HttpResponse {
  HttpFailure failure = HttpFailure::kNone;
  std::string message;  // of a failure, for people; UTF-8

  // Of an answer, and in no encoding that is known.
  int status = 0;
  std::string status_text;  // "OK"; "" over HTTP/2
  HttpHeaders headers;      // in their order
  std::string body;
};

class HttpClient {
 public:
  using Id = uint64_t;
  using Done = std::function<void(HttpResponse)>;

  HttpClient();
  ~HttpClient();

  // Any thread, and so is Cancel. `done` is called once, on the client's thread; never from within Send, nor after
  // Stop.
  Id Send(HttpRequest request, Done done);
  // Gives the request up: its connection is closed, and `done` is not called, unless that has begun. Does nothing for
  // one that has ended.
  void Cancel(Id id);
  // Gives up all requests and drops what is sent later. On return no `done` is running.
  void Stop();

 private:
  class Core;
  const std::unique_ptr<Core> core_;
};

}  // namespace gait
