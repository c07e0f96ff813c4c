#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace gait {
namespace {

int Listen(int& port, int backlog) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd, backlog) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port = ntohs(address.sin_port);
  return fd;
}

// Reads until `text` has `size` bytes; false if the connection ends before that.
bool ReadUpTo(int fd, size_t size, std::string& text) {
  char buffer[65'536];
  while (text.size() < size) {
    const ssize_t n = recv(fd, buffer, std::min(sizeof buffer, size - text.size()), 0);
    if (n <= 0) return false;
    text.append(buffer, static_cast<size_t>(n));
  }
  return true;
}

bool ReadRequest(int fd, TestHttpServer::Request& request) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    if (!ReadUpTo(fd, head.size() + 1, head)) return false;
  }
  size_t line = head.find("\r\n");
  const size_t method = head.find(' '), target = head.find(' ', method + 1);
  request.method = head.substr(0, method);
  request.target = head.substr(method + 1, target - method - 1);
  for (size_t from = line + 2; head.compare(from, 2, "\r\n") != 0; from = line + 2) {
    line = head.find("\r\n", from);
    const size_t colon = head.find(':', from);
    const size_t value = std::min(head.find_first_not_of(' ', colon + 1), line);
    request.headers.emplace_back(head.substr(from, colon - from), head.substr(value, line - value));
  }
  const std::string length = request.Header("Content-Length");
  return length.empty() || ReadUpTo(fd, std::stoul(length), request.body);
}

std::string Text(const TestHttpServer::Reply& reply) {
  if (reply.raw) return reply.body;
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " " + reply.reason + "\r\n";
  for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
  return text + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
}

}  // namespace

std::string TestHttpServer::Request::Header(std::string_view name) const {
  for (const auto& [n, value] : headers) {
    if (n.size() == name.size() && strncasecmp(n.data(), name.data(), n.size()) == 0) return value;
  }
  return "";
}

TestHttpServer::TestHttpServer(Handler handler, int backlog)
    : handler_(std::move(handler)), listener_(Listen(port_, backlog)), accepting_([this] { Accept(); }) {}

TestHttpServer::~TestHttpServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    for (int fd : sockets_) shutdown(fd, SHUT_RDWR);
    changed_.notify_all();
  }
  accepting_.join();
  for (std::thread& t : threads_) t.join();
  close(listener_);
}

std::vector<TestHttpServer::Request> TestHttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void TestHttpServer::AwaitRequests(size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return requests_.size() >= count; });
}

void TestHttpServer::Hold() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || released_; });
}

void TestHttpServer::Release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

void TestHttpServer::Accept() {
  for (int connection = 1;; ++connection) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (fd < 0 || stopping_) {
      if (fd >= 0) close(fd);
      return;
    }
    sockets_.push_back(fd);
    threads_.emplace_back([this, fd, connection] { Serve(fd, connection); });
  }
}

void TestHttpServer::Serve(int socket, int connection) {
  for (bool open = true; open;) {
    Request request;
    request.connection = connection;
    if (!ReadRequest(socket, request)) break;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      changed_.notify_all();
    }
    const Reply reply = handler_(request);
    const std::string text = Text(reply);
    open = send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()) && !reply.close;
  }
  const std::lock_guard lock(mutex_);
  std::erase(sockets_, socket);
  close(socket);
}

int UnusedPort() {
  int port = 0;
  close(Listen(port, 1));
  return port;
}

}  // namespace gait
