// An HTTP/1.1 server on the loopback interface, for tests: a thread accepts, and each connection has one.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace gait {

class TestHttpServer {
 public:
  struct Request {
    std::string method, target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    int connection = 0;  // 1 for the first

    std::string Header(std::string_view name) const;  // letter case ignored; "" if there is none
  };
  struct Reply {
    int status = 200;
    std::string reason = "OK";
    std::vector<std::pair<std::string, std::string>> headers = {};  // Content-Length is added
    std::string body = "";
    bool raw = false;    // `body` is all that is sent
    bool close = false;  // the connection ends after it
  };
  // Called on the connection's thread.
  using Handler = std::function<Reply(const Request&)>;

  // `backlog`: connections that the system lets wait to be accepted.
  explicit TestHttpServer(Handler handler, int backlog = 4096);
  ~TestHttpServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Request> requests() const;
  // Waits until so many requests have come.
  void AwaitRequests(size_t count) const;
  // For a handler that does not answer: waits until Release, or until the server is destroyed.
  void Hold() const;
  void Release();

 private:
  void Accept();
  void Serve(int socket, int connection);

  const Handler handler_;
  int port_ = 0;  // set by what opens the listener
  int listener_ = -1;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false, released_ = false;
  std::vector<Request> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

// A port of the loopback interface on which nobody listens.
int UnusedPort();

}  // namespace gait
