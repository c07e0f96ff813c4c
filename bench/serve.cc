// StartExecution over HTTP: gait_bench_serve [EXECUTIONS]. Starts `gait serve` on a database of its own and keeps 64
// connections busy; then looks at what the executions cost on the disk.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kConnections = 64;
constexpr const char* kMachineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
constexpr const char* kDefinition =
    R"({\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}, \"B\": {\"Type\": \"Choice\", )"
    R"(\"Choices\": [{\"Variable\": \"$.order\", \"IsPresent\": true, \"Next\": \"C\"}]}, )"
    R"(\"C\": {\"Type\": \"Succeed\"}}})";

void Need(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

// One connection that is kept.
class Client {
 public:
  explicit Client(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Need(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "cannot connect");
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The answer's body. Throws unless the status is 200.
  std::string Call(const std::string& operation, const std::string& body) {
    const std::string request =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "X-Amz-Target: AWSStepFunctions." +
        operation + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    Need(send(socket_, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()), "cannot send");
    std::string answer;
    size_t head = std::string::npos, length = 0;
    while (head == std::string::npos || answer.size() < head + 4 + length) {
      char buffer[65536];
      const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
      Need(got > 0, "the server is gone");
      answer.append(buffer, static_cast<size_t>(got));
      if (head != std::string::npos) continue;
      head = answer.find("\r\n\r\n");
      const size_t at = answer.find("Content-Length: ");
      if (head != std::string::npos && at < head) length = std::strtoul(answer.c_str() + at + 16, nullptr, 10);
    }
    Need(answer.starts_with("HTTP/1.1 200"), answer.c_str());
    return answer.substr(head + 4, length);
  }

 private:
  const int socket_;
};

// `gait serve`, with its port.
struct Server {
  explicit Server(const std::string& database) {
    int pipe_ends[2];
    Need(pipe(pipe_ends) == 0, "no pipe");
    pid = fork();
    if (pid == 0) {
      dup2(pipe_ends[1], STDERR_FILENO);
      const std::string gait = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "gait";
      execl(gait.c_str(), "gait", "serve", "--port", "0", "--db", database.c_str(), nullptr);
      std::_Exit(127);
    }
    close(pipe_ends[1]);
    std::string line;
    for (char c = 0; c != '\n' && read(pipe_ends[0], &c, 1) == 1;) line += c;
    const size_t colon = line.find(':', line.find("//") + 2);
    Need(colon != std::string::npos, line.c_str());
    port = std::atoi(line.c_str() + colon + 1);
  }
  void Stop() const {
    kill(pid, SIGTERM);
    int status = 0;
    waitpid(pid, &status, 0);
  }

  pid_t pid = 0;
  int port = 0;
};

int Main(int executions) {
  TempFolder folder;
  const std::string database = folder.File("serve.db");
  const Server server(database);
  Client(server.port)
      .Call("CreateStateMachine",
            std::string(R"({"name": "m", "roleArn": "arn:aws:iam::123456789012:role/r", "definition": ")") +
                kDefinition + "\"}");
  const std::string start = std::string(R"({"stateMachineArn": ")") + kMachineArn +
                            R"(", "input": "{\"order\": 17, \"customer\": \"0b7c8f0e\", \"items\": [1, 2, 3]}"})";
  std::atomic<int> left{executions};
  std::vector<std::vector<double>> latencies(kConnections);
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (auto& own : latencies) {
    threads.emplace_back([&] {
      Client client(server.port);
      while (left.fetch_sub(1) > 0) {
        const auto sent = Clock::now();
        client.Call("StartExecution", start);
        own.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
      }
    });
  }
  for (std::thread& t : threads) t.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::vector<double> all;
  for (const auto& own : latencies) all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end());
  std::printf("StartExecution, acknowledged  %8.0f /s over %d connections\n", executions / seconds, kConnections);
  std::printf("  p50 %.2f ms, p99 %.2f ms, longest %.2f ms\n", all[all.size() / 2], all[all.size() * 99 / 100],
              all.back());

  Client client(server.port);
  const std::string list =
      client.Call("ListExecutions", std::string(R"({"stateMachineArn": ")") + kMachineArn + R"(", "maxResults": 1})");
  const size_t at = list.find("executionArn\":\"") + 15;
  const std::string arn = list.substr(at, list.find('"', at) - at);
  const std::string history = client.Call("GetExecutionHistory", R"({"executionArn": ")" + arn + "\"}");
  size_t events = 0;
  for (size_t i = 0; (i = history.find("\"previousEventId\"", i)) != std::string::npos; ++i) ++events;
  server.Stop();
  const double bytes =
      static_cast<double>(std::filesystem::file_size(database)) / executions / static_cast<double>(events);
  std::printf("on the disk                   %8.0f bytes an event, all tables and indexes; %.0f as the API's JSON\n",
              bytes, static_cast<double>(history.size()) / static_cast<double>(events));
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int argc, char** argv) {
  try {
    return gait::bench::Main(argc > 1 ? std::atoi(argv[1]) : 100'000);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gait_bench_serve: %s\n", e.what());
    return 1;
  }
}
