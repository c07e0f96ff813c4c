#include "integrations/http_client.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_server.h"

namespace gait {
namespace {

using Request = TestHttpServer::Request;
using Reply = TestHttpServer::Reply;

std::future<HttpResponse> Begin(HttpClient& client, HttpRequest request, HttpClient::Id* id = nullptr) {
  auto promise = std::make_shared<std::promise<HttpResponse>>();
  std::future<HttpResponse> future = promise->get_future();
  const HttpClient::Id sent =
      client.Send(std::move(request), [promise](HttpResponse response) { promise->set_value(std::move(response)); });
  if (id != nullptr) *id = sent;
  return future;
}

HttpResponse Fetch(HttpClient& client, HttpRequest request) { return Begin(client, std::move(request)).get(); }

TEST_CASE("a request and its answer") {
  TestHttpServer server([](const Request& request) {
    return Reply{.status = 201,
                 .reason = "Very Much Created",
                 .headers = {{"X-One", "1"}, {"X-Two", "a, b"}, {"X-One", "again"}, {"X-Empty", ""}},
                 .body = request.method + " " + request.target + " " + request.body};
  });
  HttpClient client;
  const HttpResponse response = Fetch(client, {.method = "POST",
                                               .url = server.url() + "/a%20b?c=d#fragment",
                                               .headers = {{"Content-Type", "text/x"}, {"X-Empty", ""}},
                                               .body = "payload"});
  CHECK(response.failure == HttpFailure::kNone);
  CHECK(response.status == 201);
  CHECK(response.status_text == "Very Much Created");
  CHECK(response.headers ==
        HttpHeaders{{"X-One", "1"}, {"X-Two", "a, b"}, {"X-One", "again"}, {"X-Empty", ""}, {"Content-Length", "23"}});
  CHECK(response.body == "POST /a%20b?c=d payload");
  CHECK(*FindHeader(response.headers, "x-one") == "1");
  CHECK(FindHeader(response.headers, "X-Three") == nullptr);

  const Request seen = server.requests().at(0);
  CHECK(seen.Header("Content-Type") == "text/x");
  CHECK(seen.Header("Content-Length") == "7");
  CHECK(seen.Header("Host") == server.url().substr(7));
  CHECK(std::count_if(seen.headers.begin(), seen.headers.end(),
                      [](const auto& h) { return h == std::pair<std::string, std::string>("X-Empty", ""); }) == 1);
}

TEST_CASE("methods, with and without a body") {
  TestHttpServer server([](const Request&) { return Reply{}; });
  HttpClient client;
  struct Case {
    std::string method, body;
    std::string length;  // Content-Length
  };
  for (const Case& c : std::vector<Case>{{"GET", "", ""},
                                         {"GET", "x", "1"},
                                         {"HEAD", "", ""},
                                         {"POST", "", "0"},
                                         {"PUT", "", "0"},
                                         {"PUT", "xyz", "3"},
                                         {"PATCH", "x", "1"},
                                         {"DELETE", "", ""},
                                         {"DELETE", "x", "1"},
                                         {"OPTIONS", "", ""}}) {
    CAPTURE(c.method);
    CAPTURE(c.body);
    CHECK(Fetch(client, {.method = c.method, .url = server.url(), .body = c.body}).status == 200);
    const Request seen = server.requests().back();
    CHECK(seen.method == c.method);
    CHECK(seen.body == c.body);
    CHECK(seen.Header("Content-Length") == c.length);
    CHECK(seen.Header("Expect") == "");
    CHECK(seen.Header("Content-Type") == "");
  }
}

TEST_CASE("large bodies go both ways") {
  TestHttpServer server([](const Request& request) { return Reply{.body = request.body}; });
  HttpClient client;
  std::string body(3 << 20, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 3);
  const HttpResponse response = Fetch(client, {.method = "PUT", .url = server.url(), .body = body});
  CHECK(response.body == body);
}

TEST_CASE("connections are used again") {
  TestHttpServer server([](const Request&) { return Reply{}; });
  HttpClient client;
  for (int i = 0; i < 5; ++i) Fetch(client, {.method = "POST", .url = server.url(), .body = "x"});
  for (const Request& request : server.requests()) CHECK(request.connection == 1);
}

TEST_CASE("redirects are not followed") {
  TestHttpServer server([](const Request&) {
    return Reply{.status = 302, .reason = "Found", .headers = {{"Location", "/elsewhere"}}};
  });
  HttpClient client;
  CHECK(Fetch(client, {.url = server.url()}).status == 302);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("what fails") {
  TestHttpServer server([&](const Request& request) {
    if (request.target == "/large") return Reply{.body = std::string(1001, 'x')};
    if (request.target == "/fits") return Reply{.body = std::string(1000, 'x')};
    if (request.target == "/headers") {
      return Reply{.headers = std::vector<std::pair<std::string, std::string>>(40, {"X", std::string(10'000, 'x')})};
    }
    if (request.target == "/short") {
      return Reply{.body = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", .raw = true, .close = true};
    }
    if (request.target == "/nothing") return Reply{.raw = true, .close = true};
    return Reply{.body = "SSH-2.0-OpenSSH_9.2\r\n", .raw = true, .close = true};
  });
  const std::string closed = "http://127.0.0.1:" + std::to_string(UnusedPort());
  HttpClient client;
  struct Case {
    std::string url;
    HttpFailure failure;
  };
  for (const Case& c : std::vector<Case>{{server.url() + "/fits", HttpFailure::kNone},
                                         {server.url() + "/large", HttpFailure::kTooLarge},
                                         {server.url() + "/headers", HttpFailure::kTooLarge},
                                         {server.url() + "/short", HttpFailure::kBroken},
                                         {server.url() + "/nothing", HttpFailure::kBroken},
                                         {server.url() + "/ssh", HttpFailure::kBroken},
                                         {closed, HttpFailure::kNotConnected},
                                         {"http://name.invalid", HttpFailure::kNotConnected},
                                         {"file:///etc/passwd", HttpFailure::kBadUrl},
                                         {"gopher://127.0.0.1/", HttpFailure::kBadUrl},
                                         {"http://", HttpFailure::kBadUrl},
                                         {"", HttpFailure::kBadUrl},
                                         {"http://127.0.0.1/a b", HttpFailure::kBadUrl}}) {
    CAPTURE(c.url);
    const HttpResponse response = Fetch(client, {.url = c.url, .response_bytes_max = 1000});
    CHECK(response.failure == c.failure);
    CHECK(response.message.empty() == (c.failure == HttpFailure::kNone));
  }
}

TEST_CASE("a request has its time") {
  TestHttpServer server([&](const Request&) {
    server.Hold();
    return Reply{};
  });
  HttpClient client;
  const HttpResponse response = Fetch(client, {.url = server.url(), .timeout = Duration::Milliseconds(50)});
  CHECK(response.failure == HttpFailure::kTimeout);
}

TEST_CASE("what may have been acted upon is not sent again") {
  // The first request leaves the connection open; the second is read, and its connection closed without an answer.
  TestHttpServer server([](const Request& request) {
    if (request.target == "/first") return Reply{};
    return Reply{.raw = true, .close = true};
  });
  struct Case {
    std::string method, body;
    size_t sent;
  };
  for (const Case& c : std::vector<Case>{{"POST", "{}", 1},
                                         {"POST", "", 1},
                                         {"PUT", std::string(1 << 20, 'x'), 1},
                                         {"DELETE", "", 1},
                                         {"GET", "", 2}}) {
    CAPTURE(c.method);
    const size_t before = server.requests().size();
    HttpClient client;
    Fetch(client, {.url = server.url() + "/first"});
    CHECK(Fetch(client, {.method = c.method, .url = server.url() + "/second", .body = c.body}).failure ==
          HttpFailure::kBroken);
    CHECK(server.requests().size() - before - 1 == c.sent);
  }
}

TEST_CASE("a request that is given up is not answered") {
  std::atomic<int> answered = 0;
  TestHttpServer server([&](const Request& request) {
    if (request.target == "/held") server.Hold();
    return Reply{};
  });
  HttpClient client;
  const HttpClient::Id id = client.Send({.url = server.url() + "/held"}, [&](HttpResponse) { ++answered; });
  server.AwaitRequests(1);
  client.Cancel(id);
  client.Cancel(id);
  client.Cancel(12345);
  // Sent after the cancellation, and on another connection, for that of the first is closed.
  CHECK(Fetch(client, {.url = server.url()}).status == 200);
  CHECK(server.requests().back().connection == 2);
  server.Release();
  client.Stop();
  CHECK(answered == 0);
}

TEST_CASE("hundreds are under way at a time") {
  constexpr size_t kRequests = 300;
  TestHttpServer server([&](const Request& request) {
    server.Hold();
    return Reply{.body = request.body};
  });
  HttpClient client;
  std::vector<std::future<HttpResponse>> responses;
  for (size_t i = 0; i < kRequests; ++i) {
    responses.push_back(Begin(client, {.method = "POST", .url = server.url(), .body = std::to_string(i)}));
  }
  server.AwaitRequests(kRequests);
  server.Release();
  for (size_t i = 0; i < kRequests; ++i) CHECK(responses[i].get().body == std::to_string(i));
}

// A host that resets its first connection as soon as it is made, which is what a client sees of one whose queue of
// connections is full, and answers on the second.
class ResettingHost {
 public:
  ResettingHost() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(listener_, 16) == 0);
    REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~ResettingHost() {
    stopping_ = true;
    thread_.join();
    close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void Serve() {
    while (!stopping_) {  // does not sleep: it has to be quicker than the client
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      if (++connections_ == 1) {
        const linger reset = {1, 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      } else {
        char request[4096];
        constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        if (read(fd, request, sizeof request) > 0) send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
      }
      close(fd);
    }
  }

  const int listener_;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

TEST_CASE("a host that is too busy to take a connection is asked again") {
  // Which of the two is quicker is not for a test to decide: if something of the request has arrived before the reset,
  // it must not be sent again; if nothing has, it must.
  bool answered = false;
  for (int i = 0; i < 500 && !answered; ++i) {
    ResettingHost host;
    HttpClient client;
    const HttpResponse response = Fetch(client, {.method = "POST", .url = host.url(), .body = "x"});
    answered = response.failure == HttpFailure::kNone;
    CHECK(host.connections() == (answered ? 2 : 1));
    CHECK((answered || response.failure == HttpFailure::kBroken));
  }
}

TEST_CASE("a server that lets few connections wait is not run over") {
  TestHttpServer server([](const Request& request) { return Reply{.body = request.body}; }, /*backlog=*/5);
  HttpClient client;
  std::vector<std::future<HttpResponse>> responses;
  for (int i = 0; i < 200; ++i) {
    responses.push_back(Begin(client, {.method = "POST", .url = server.url(), .body = std::to_string(i)}));
  }
  for (int i = 0; i < 200; ++i) CHECK(responses[static_cast<size_t>(i)].get().body == std::to_string(i));
}

TEST_CASE("more than the descriptors allow wait their turn") {
  TestHttpServer server([&](const Request& request) {
    if (request.target != "/first") server.Hold();
    return Reply{.body = request.body};
  });
  HttpClient client;
  // The client looks at the limit when it begins; the server's ends of the connections are descriptors of this
  // process, too.
  rlimit before = {};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = 100;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
  Fetch(client, {.url = server.url() + "/first"});
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);

  std::vector<std::future<HttpResponse>> responses;
  for (size_t i = 0; i < 200; ++i) {
    responses.push_back(Begin(client, {.method = "POST", .url = server.url(), .body = std::to_string(i)}));
  }
  std::atomic<int> answered = 0;
  client.Cancel(client.Send({.url = server.url()}, [&](HttpResponse) { ++answered; }));
  server.AwaitRequests(1 + 50);
  CHECK(server.requests().size() == 1 + 50);
  server.Release();
  for (size_t i = 0; i < 200; ++i) CHECK(responses[i].get().body == std::to_string(i));
  CHECK(answered == 0);
}

TEST_CASE("stopping gives up what is under way, and what is sent later") {
  std::atomic<int> answered = 0;
  TestHttpServer server([&](const Request&) {
    server.Hold();
    return Reply{};
  });
  HttpClient client;
  client.Send({.url = server.url()}, [&](HttpResponse) { ++answered; });
  server.AwaitRequests(1);
  client.Stop();
  client.Stop();
  client.Send({.url = server.url()}, [&](HttpResponse) { ++answered; });
  client.Cancel(1);
  CHECK(answered == 0);
  CHECK(server.requests().size() == 1);
}

}  // namespace
}  // namespace gait
