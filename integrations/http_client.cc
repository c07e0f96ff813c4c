#include "integrations/http_client.h"
#include "integrations/curl_library.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <utility>

#include "engine/base/check.h"
#include "integrations/curl_library.h"
#include "integrations/event_loop.h"
#include "integrations/http_exchange.h"

namespace gait {
namespace {

// New connections are made one a millisecond: a burst of them overflows the queue of a simple server (Python's takes
// five), and what overflows costs a second until the system tries again. Connections are kept, so it is paid once.
constexpr EventLoop::Milliseconds kConnectionInterval(1);

// A request of which nothing has arrived is begun again at a random moment of the next 50 ms, then of the next 100 ms,
// and so on eight times: the more requests compete for a host's attention, the further they spread.
constexpr int kBeginningsMax = 9;
constexpr int kFirstSpreadMs = 50;

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

// Has the other side's system acknowledged nothing but the connection? Then its program has seen nothing of the
// request. A host whose queue of connections is full (five, for the server in Python's library) resets those that are
// too many, though they seemed to be made.
bool NothingArrived(curl_socket_t socket) {
  tcp_info info = {};
  socklen_t size = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
  if (size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return false;  // an old system
  return info.tcpi_bytes_acked <= 1;  // the beginning of the connection counts as a byte
}

}  // namespace

const std::string* FindHeader(const HttpHeaders& headers, std::string_view name) {
  for (const HttpHeader& h : headers) {
    if (h.name.size() == name.size() && strncasecmp(h.name.data(), name.data(), name.size()) == 0) return &h.value;
  }
  return nullptr;
}

bool IsSafeMethod(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

std::optional<Timestamp> ParseHttpDate(const std::string& text) {
  const time_t seconds = Curl().curl_getdate(text.c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return Timestamp{static_cast<int64_t>(seconds) * 1000};
}

bool IsHeaderValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

// Drives libcurl's multi interface by its socket and timer callbacks, so that what is ready costs, not what is under
// way.
class HttpClient::Core {
 public:
  Id Send(HttpRequest request, Done done) {
    const Id id = next_id_.fetch_add(1, std::memory_order_relaxed);
    auto exchange = std::make_shared<HttpExchange>(id, std::move(request), std::move(done));
    loop_.Post([this, id, exchange = std::move(exchange)]() mutable {
      if (multi_ == nullptr) Open();
      waiting_.emplace(id, Entry{std::move(exchange)});
      BeginWaiting();
    });
    return id;
  }

  void Cancel(Id id) {
    loop_.Post([this, id] {
      waiting_.erase(id);
      if (const auto it = running_.find(id); it != running_.end()) Take(it);
      BeginWaiting();
    });
  }

  void Stop() {
    loop_.Stop();
    waiting_.clear();
    while (!running_.empty()) Take(running_.begin());
    if (multi_ != nullptr) Curl().curl_multi_cleanup(std::exchange(multi_, nullptr));
  }

 private:
  struct Entry {
    std::shared_ptr<HttpExchange> exchange;
    int beginnings = 0;
  };
  // By id: in the order in which they were sent.
  using Entries = std::map<Id, Entry>;

  void Open() {
    multi_ = Curl().curl_multi_init();
    GAIT_CHECK(multi_ != nullptr, "libcurl gives no multi handle");
    no_proxy_ = NoProxy();
    Curl().curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Core::OnSocket);
    Curl().curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    Curl().curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Core::OnTimer);
    Curl().curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    requests_max_ = RequestsMax();
    Curl().curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(requests_max_));
  }

  void BeginWaiting() {
    while (!waiting_.empty() && running_.size() < requests_max_) {
      // Otherwise one of the connections is free, though perhaps not to this host.
      const bool needs_connection = running_.size() >= sockets_;
      if (needs_connection && !MayConnect()) return;
      auto node = waiting_.extract(waiting_.begin());
      Begin(node.mapped());
      running_.insert(std::move(node));
    }
  }

  bool MayConnect() {
    if (resting_) return false;
    resting_ = true;
    loop_.CallAfter(kConnectionInterval, [this] {
      resting_ = false;
      BeginWaiting();
    });
    return true;
  }

  void Begin(Entry& entry) {
    entry.exchange->Prepare(no_proxy_);
    CURL* easy = entry.exchange->easy();
    Curl().curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Core::OpenSocket);
    Curl().curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
    Curl().curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Core::CloseSocket);
    Curl().curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
    entry.beginnings = 1;
    Curl().curl_multi_add_handle(multi_, easy);  // sets a timer for at once
  }

  void BeginAgain(Entry& entry) {
    Curl().curl_multi_remove_handle(multi_, entry.exchange->easy());
    entry.exchange->Reset();
    std::uniform_int_distribution<int> moment(0, kFirstSpreadMs << (entry.beginnings++ - 1));
    loop_.CallAfter(EventLoop::Milliseconds(moment(jitter_)), [this, id = entry.exchange->id()] {
      if (const auto it = running_.find(id); it != running_.end()) {
        Curl().curl_multi_add_handle(multi_, it->second.exchange->easy());
      }
    });
  }

  // The exchange, ended for libcurl.
  std::shared_ptr<HttpExchange> Take(Entries::iterator it) {
    std::shared_ptr<HttpExchange> exchange = std::move(it->second.exchange);
    running_.erase(it);
    Curl().curl_multi_remove_handle(multi_, exchange->easy());
    return exchange;
  }

  void Act(curl_socket_t socket, int what) {
    // Asked before libcurl closes the socket. A connection to which this happens has come to no HTTP/2: one request has
    // it.
    const bool nothing_arrived = (what & CURL_CSELECT_ERR) != 0 && NothingArrived(socket);
    int running = 0;
    Curl().curl_multi_socket_action(multi_, socket, what, &running);
    int left = 0;
    while (const CURLMsg* message = Curl().curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      const HttpExchange& exchange = HttpExchange::Of(message->easy_handle);
      const auto it = running_.find(exchange.id());
      long error = 0;
      Curl().curl_easy_getinfo(message->easy_handle, CURLINFO_OS_ERRNO, &error);
      const bool refused = code != CURLE_OK && error == ECONNRESET && (nothing_arrived || !exchange.begun());
      if (refused && it->second.beginnings < kBeginningsMax) {
        BeginAgain(it->second);
      } else {
        Take(it)->End(code);
      }
    }
    BeginWaiting();
  }

  // libcurl would open it without SOCK_CLOEXEC; a child process would inherit it.
  static curl_socket_t OpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
    const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0) ++static_cast<Core*>(self)->sockets_;
    return fd;
  }
  static int CloseSocket(void* self, curl_socket_t socket) {
    --static_cast<Core*>(self)->sockets_;
    return close(socket);
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
  Entries waiting_, running_;
  size_t sockets_ = 0;    // that are open
  bool resting_ = false;  // a connection was made within the interval
  EventLoop::Timer timer_;
  std::minstd_rand jitter_;
};

HttpClient::HttpClient() : core_(std::make_unique<Core>()) {}
HttpClient::~HttpClient() { Stop(); }
HttpClient::Id HttpClient::Send(HttpRequest request, Done done) {
  return core_->Send(std::move(request), std::move(done));
}
void HttpClient::Cancel(Id id) { core_->Cancel(id); }
void HttpClient::Stop() { core_->Stop(); }

}  // namespace gait
