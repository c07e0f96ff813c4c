#include "integrations/http_client.h"

#include <curl/curl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

#include "engine/base/check.h"
#include "engine/base/utf.h"
#include "integrations/event_loop.h"

namespace gait {
namespace {

constexpr long kConnectTimeoutMs = 10'000;
// A peer that is gone without a word is noticed after about two minutes, however long the answer may take.
constexpr long kKeepAliveIdleSeconds = 60, kKeepAliveIntervalSeconds = 10;
// New connections: so many at once, then one a millisecond. A small server (Python's http.server, for one) lets five wait to
// be accepted and forgets the others, which costs each a second at the least.
constexpr double kConnectionBurst = 4;
// How often a request is sent again that provably never arrived.
constexpr int kDeliveriesMax = 4;
// libcurl 7.88 bounds a header line, not their number (CVE-2023-38039).
constexpr size_t kHeaderBytesMax = 262'144;

void InitializeCurl() {
  static std::once_flag once;
  std::call_once(once, [] { GAIT_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == 0, "libcurl cannot be initialised"); });
}

// Each request under way takes a descriptor: half of what the process may have, for the rest of it needs some too. More
// requests wait their turn.
size_t RequestsMax() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  return std::clamp<rlim_t>(limit.rlim_cur / 2, 16, 10'000);
}

// What is never sent through a proxy: what the environment says, and this machine.
std::string NoProxy() {
  const char* list = std::getenv("no_proxy");
  if (list == nullptr) list = std::getenv("NO_PROXY");
  return std::string(list == nullptr ? "" : list) + ",localhost,127.0.0.1,::1";
}

// Does it have a length although there is no body? RFC 9110, 8.6.
bool AnticipatesBody(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

// Did the peer's system never acknowledge a byte of what was sent? Then the peer has not seen it. So it is with a server
// whose queue of connections to accept was full: the connection looks made, and is reset later.
bool NothingDelivered(curl_socket_t socket) {
  tcp_info info = {};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  const bool known = size >= offsetof(tcp_info, tcpi_bytes_sent) + sizeof info.tcpi_bytes_sent;
  return known && info.tcpi_bytes_sent > 0 && info.tcpi_bytes_acked <= 1;  // 1: the connection's own first message
}

struct Exchange;

// The sockets that libcurl has open, and what is known of those that it closed.
struct Sockets {
  std::map<curl_socket_t, HttpClient::Id> opened_by;
  std::set<HttpClient::Id> undelivered;  // their connections were closed before anything arrived
  size_t awaited = 0;                    // requests that may open one and have not yet

  static curl_socket_t Open(void* exchange, curlsocktype, curl_sockaddr* address);
  static int Close(void* self, curl_socket_t socket);
};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// `begun`: the request was sent, or part of it.
HttpFailure FailureOf(CURLcode code, bool begun) {
  switch (code) {
    case CURLE_OK:
      return HttpFailure::kNone;
    case CURLE_OPERATION_TIMEDOUT:
      return begun ? HttpFailure::kTimeout : HttpFailure::kNotConnected;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:  // also what is said of an answer that is no HTTP
      return begun ? HttpFailure::kBroken : HttpFailure::kBadUrl;
    default:
      return begun ? HttpFailure::kBroken : HttpFailure::kNotConnected;
  }
}

// One request and what has come back of it.
struct Exchange {
  HttpClient::Id id = 0;
  HttpRequest request;
  HttpClient::Done done;
  Sockets* sockets = nullptr;
  int deliveries = 0;
  HttpResponse response;
  size_t body_sent = 0;  // bytes
  bool begun = false;    // something was sent, or tried to be
  bool awaits_socket = false;
  size_t header_bytes = 0;
  bool too_large = false;
  CURL* easy = nullptr;
  curl_slist* header_list = nullptr;
  char error[CURL_ERROR_SIZE] = "";

  ~Exchange() { Reset(); }

  // To what it was before it began.
  void Reset() {
    curl_slist_free_all(std::exchange(header_list, nullptr));
    if (easy != nullptr) curl_easy_cleanup(std::exchange(easy, nullptr));
    response = {};
    body_sent = header_bytes = 0;
    begun = too_large = false;
    error[0] = '\0';
  }
  void SocketIsThere() {
    if (std::exchange(awaits_socket, false)) --sockets->awaited;
  }

  // Called before the request is sent. libcurl sends it again by itself where a kept connection turns out to be dead;
  // that is harmless if the method is safe, or if the server cannot have begun because it lacks the body.
  static int BeforeSending(void* self, char*, char*, int, int) {
    auto& x = *static_cast<Exchange*>(self);
    const bool harmless = IsSafeMethod(x.request.method) || (!x.request.body.empty() && x.body_sent == 0);
    return std::exchange(x.begun, true) && !harmless ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
  }

  static size_t ReadBody(char* to, size_t size, size_t count, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    const size_t n = std::min(size * count, x.request.body.size() - x.body_sent);
    std::memcpy(to, x.request.body.data() + x.body_sent, n);
    x.body_sent += n;
    return n;
  }

  static size_t WriteBody(char* data, size_t size, size_t count, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    const size_t n = size * count;
    if (n > x.request.response_bytes_max - x.response.body.size()) {
      x.too_large = true;
      return 0;
    }
    x.response.body.append(data, n);
    return n;
  }

  static size_t ReadHeader(char* data, size_t size, size_t count, void* self) {
    auto& x = *static_cast<Exchange*>(self);
    const size_t n = size * count;
    x.header_bytes += n;
    if (x.header_bytes > kHeaderBytesMax) {
      x.too_large = true;
      return 0;
    }
    const std::string_view line = Trim({data, n});
    if (line.starts_with("HTTP/")) {  // also of a 100, or a proxy's answer, before the one that counts
      x.response.headers.clear();
      const size_t status = std::min(line.find(' '), line.size());
      const size_t text = line.find(' ', status + 1);
      x.response.status_text = text == std::string_view::npos ? "" : line.substr(text + 1);
    } else if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
      x.response.headers.push_back({std::string(line.substr(0, colon)), std::string(Trim(line.substr(colon + 1)))});
    }
    return n;
  }
};

// libcurl opens its sockets without SOCK_CLOEXEC; a child process would inherit them.
curl_socket_t Sockets::Open(void* exchange, curlsocktype, curl_sockaddr* address) {
  auto& x = *static_cast<Exchange*>(exchange);
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd >= 0) x.sockets->opened_by[fd] = x.id;
  x.SocketIsThere();
  return fd;
}

int Sockets::Close(void* self, curl_socket_t socket) {
  auto& sockets = *static_cast<Sockets*>(self);
  if (const auto it = sockets.opened_by.find(socket); it != sockets.opened_by.end()) {
    if (NothingDelivered(socket)) sockets.undelivered.insert(it->second);
    sockets.opened_by.erase(it);
  }
  return close(socket);
}

}  // namespace

const std::string* FindHeader(const HttpHeaders& headers, std::string_view name) {
  for (const HttpHeader& h : headers) {
    if (h.name.size() == name.size() && strncasecmp(h.name.data(), name.data(), name.size()) == 0) return &h.value;
  }
  return nullptr;
}

bool IsSafeMethod(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

bool IsHeaderValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

// Drives libcurl's multi interface by its socket and timer callbacks, so that what is ready costs, not what is under
// way.
class HttpClient::Core {
 public:
  Id Send(HttpRequest request, Done done) {
    auto exchange = std::make_shared<Exchange>();
    exchange->id = next_id_.fetch_add(1, std::memory_order_relaxed);
    exchange->request = std::move(request);
    exchange->done = std::move(done);
    exchange->sockets = &sockets_;
    const Id id = exchange->id;
    loop_.Post([this, id, exchange = std::move(exchange)]() mutable {
      if (multi_ == nullptr) Open();
      waiting_.emplace(id, std::move(exchange));
      BeginWaiting();
    });
    return id;
  }

  void Cancel(Id id) {
    loop_.Post([this, id] {
      waiting_.erase(id);
      if (const auto it = running_.find(id); it != running_.end()) Take(it);
      sockets_.undelivered.erase(id);
      BeginWaiting();
    });
  }

  void Stop() {
    loop_.Stop();
    waiting_.clear();
    while (!running_.empty()) Take(running_.begin());
    if (multi_ != nullptr) curl_multi_cleanup(std::exchange(multi_, nullptr));
  }

 private:
  // By id: in the order in which they were sent.
  using Exchanges = std::map<Id, std::shared_ptr<Exchange>>;

  void Open() {
    InitializeCurl();
    multi_ = curl_multi_init();
    GAIT_CHECK(multi_ != nullptr, "libcurl gives no multi handle");
    no_proxy_ = NoProxy();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Core::OnSocket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Core::OnTimer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    requests_max_ = RequestsMax();
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(requests_max_));
  }

  void BeginWaiting() {
    while (!waiting_.empty() && running_.size() < requests_max_) {
      if (!MayBegin(*waiting_.begin()->second)) {
        loop_.Cancel(pace_);
        pace_ = loop_.CallAfter(EventLoop::Milliseconds(1), [this] { BeginWaiting(); });
        return;
      }
      auto node = waiting_.extract(waiting_.begin());
      Begin(*node.mapped());
      running_.insert(std::move(node));
    }
  }

  // Is there a connection for it, or may it open one?
  bool MayBegin(Exchange& x) {
    if (running_.size() < sockets_.opened_by.size() + sockets_.awaited) return true;
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double, std::milli> since = now - paced_at_;
    paced_at_ = now;
    connections_ = std::min(kConnectionBurst, connections_ + since.count());
    if (connections_ < 1) return false;
    connections_ -= 1;
    x.awaits_socket = true;
    ++sockets_.awaited;
    return true;
  }

  void Begin(Exchange& x) {
    ++x.deliveries;
    x.easy = curl_easy_init();
    GAIT_CHECK(x.easy != nullptr, "libcurl gives no easy handle");
    Set(x);
    curl_multi_add_handle(multi_, x.easy);  // sets a timer for at once
  }

  void Set(Exchange& x) {
    const HttpRequest& request = x.request;
    CURL* easy = x.easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &x);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x.error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // giving up does not wait for a slow name server
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, no_proxy_.c_str());
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Sockets::Open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &x);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Sockets::Close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &sockets_);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
    if (request.timeout) curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max<long>(request.timeout->ms, 1));
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Exchange::BeforeSending);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, &x);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Exchange::WriteBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &x);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Exchange::ReadHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &x);

    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    if (request.method == "HEAD") {
      curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (!request.body.empty() || AnticipatesBody(request.method)) {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Exchange::ReadBody);
      curl_easy_setopt(easy, CURLOPT_READDATA, &x);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());

    for (const HttpHeader& h : request.headers) {
      Append(x, h.value.empty() ? h.name + ";" : h.name + ": " + h.value);  // libcurl's way to write an empty one
    }
    // Not set by libcurl, then: no second of waiting for a 100 before a long body, and no Content-Type of a form.
    Append(x, "Expect:");
    if (FindHeader(request.headers, "Content-Type") == nullptr) Append(x, "Content-Type:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, x.header_list);
  }

  static void Append(Exchange& x, const std::string& line) {
    curl_slist* list = curl_slist_append(x.header_list, line.c_str());
    GAIT_CHECK(list != nullptr, "out of memory");
    x.header_list = list;
  }

  // The exchange, ended for libcurl.
  std::shared_ptr<Exchange> Take(Exchanges::iterator it) {
    std::shared_ptr<Exchange> exchange = std::move(it->second);
    running_.erase(it);
    curl_multi_remove_handle(multi_, exchange->easy);
    exchange->SocketIsThere();
    return exchange;
  }

  void Act(curl_socket_t socket, int what) {
    int running = 0;
    curl_multi_socket_action(multi_, socket, what, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Exchange* x = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &x);
      std::shared_ptr<Exchange> taken = Take(running_.find(x->id));
      const bool undelivered = sockets_.undelivered.erase(taken->id) > 0 && code != CURLE_OK && taken->header_bytes == 0;
      if (undelivered && !taken->too_large && taken->deliveries < kDeliveriesMax) {
        taken->Reset();
        waiting_.emplace(taken->id, std::move(taken));
      } else {
        End(*taken, code);
      }
    }
    BeginWaiting();
  }

  static std::string MessageOf(const Exchange& x, CURLcode code) {
    if (x.too_large) return "The answer is too large";
    // What libcurl says where it would have sent the request again, and must not.
    const bool kept_from_it = code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_SEND_FAIL_REWIND;
    if (kept_from_it) return "The connection was closed before an answer came";
    return ReplaceInvalidUtf8(x.error[0] != '\0' ? x.error : curl_easy_strerror(code));
  }

  static void End(Exchange& x, CURLcode code) {
    HttpResponse& response = x.response;
    response.failure = x.too_large ? HttpFailure::kTooLarge : FailureOf(code, x.begun);
    if (response.failure == HttpFailure::kNone) {
      long status = 0;
      curl_easy_getinfo(x.easy, CURLINFO_RESPONSE_CODE, &status);
      response.status = static_cast<int>(status);
    } else {
      response.message = MessageOf(x, code);
    }
    x.done(std::move(response));
  }

  static int OnSocket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    auto& core = *static_cast<Core*>(self);
    if (what == CURL_POLL_REMOVE) {
      core.loop_.Unwatch(socket);
      return 0;
    }
    const uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    core.loop_.Watch(socket, events, [&core, socket](uint32_t ready) {
      core.Act(socket, (ready & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
                           (ready & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (ready & EPOLLERR ? CURL_CSELECT_ERR : 0));
    });
    return 0;
  }

  static int OnTimer(CURLM*, long delay_ms, void* self) {
    auto& core = *static_cast<Core*>(self);
    core.loop_.Cancel(core.timer_);
    if (delay_ms < 0) return 0;
    core.timer_ =
        core.loop_.CallAfter(EventLoop::Milliseconds(delay_ms), [&core] { core.Act(CURL_SOCKET_TIMEOUT, 0); });
    return 0;
  }

  std::atomic<Id> next_id_{1};
  EventLoop loop_;

  // The loop's thread alone; whoever stops it, after that.
  CURLM* multi_ = nullptr;
  std::string no_proxy_;
  size_t requests_max_ = 0;
  Sockets sockets_;
  Exchanges waiting_, running_;
  EventLoop::Timer timer_, pace_;
  double connections_ = kConnectionBurst;  // that may be opened now
  std::chrono::steady_clock::time_point paced_at_ = std::chrono::steady_clock::now();
};

HttpClient::HttpClient() : core_(std::make_unique<Core>()) {}
HttpClient::~HttpClient() { Stop(); }
HttpClient::Id HttpClient::Send(HttpRequest request, Done done) {
  return core_->Send(std::move(request), std::move(done));
}
void HttpClient::Cancel(Id id) { core_->Cancel(id); }
void HttpClient::Stop() { core_->Stop(); }

}  // namespace gait
