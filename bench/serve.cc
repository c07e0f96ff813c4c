// The API over HTTP: gait_bench_serve [--requests N] [--program GAIT] [NAME...]. Starts `gait serve` on a database of
// its own, and asks it over connections that are kept, from one thread that waits for all of them, as wrk does. Client
// and server share the machine.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kConnections = 64;
constexpr int kPolls = 1000;
constexpr const char* kArn = "arn:aws:states:us-east-1:123456789012:";
constexpr const char* kThreeStates =
    R"({\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}, \"B\": {\"Type\": \"Choice\", )"
    R"(\"Choices\": [{\"Variable\": \"$.order\", \"IsPresent\": true, \"Next\": \"C\"}]}, )"
    R"(\"C\": {\"Type\": \"Succeed\"}}})";
constexpr const char* kInput = R"("{\"order\": 17, \"customer\": \"0b7c8f0e\", \"items\": [1, 2, 3]}")";

void Need(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

double SecondsOf(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; }

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

  static std::string Request(const std::string& operation, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n"
           "X-Amz-Target: AWSStepFunctions." +
           operation + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  void Send(const std::string& request) {
    answer_.clear();
    length_ = 0;
    Need(send(socket_, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()), "cannot send");
  }
  // Takes what has come; is the answer complete? Throws unless its status is 200.
  bool Receive() {
    char buffer[65536];
    const ssize_t got = recv(socket_, buffer, sizeof buffer, 0);
    Need(got > 0, "the server is gone");
    answer_.append(buffer, static_cast<size_t>(got));
    if (length_ == 0) {
      const size_t head = answer_.find("\r\n\r\n"), at = answer_.find("Content-Length: ");
      if (head == std::string::npos) return false;
      Need(at < head && answer_.starts_with("HTTP/1.1 200"), answer_);
      head_ = head + 4;
      length_ = head_ + std::strtoul(answer_.c_str() + at + 16, nullptr, 10);
    }
    return answer_.size() >= length_;
  }
  std::string body() const { return answer_.substr(head_); }

  // Waits for the answer's body.
  std::string Call(const std::string& operation, const std::string& body) {
    Send(Request(operation, body));
    while (!Receive()) continue;
    return this->body();
  }
  int fd() const { return socket_; }

 private:
  const int socket_;
  std::string answer_;
  size_t head_ = 0, length_ = 0;  // the latter 0 until the head is there
};

// `gait serve`, with its port.
class Server {
 public:
  Server(const std::string& program, const std::string& database) {
    int pipe_ends[2];
    Need(pipe(pipe_ends) == 0, "no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(pipe_ends[1], STDERR_FILENO);
      execl(program.c_str(), "gait", "serve", "--port", "0", "--db", database.c_str(), nullptr);
      std::_Exit(127);
    }
    close(pipe_ends[1]);
    std::string line;
    for (char c = 0; c != '\n' && read(pipe_ends[0], &c, 1) == 1;) line += c;
    const size_t colon = line.find(':', line.find("//") + 2);
    Need(colon != std::string::npos, line);
    port_ = std::atoi(line.c_str() + colon + 1);
    stderr_ = pipe_ends[0];
  }
  ~Server() {
    kill(pid_, SIGTERM);
    int status = 0;
    waitpid(pid_, &status, 0);
    close(stderr_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }
  // Of all its threads.
  double cpu_seconds() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
    std::string text;
    std::getline(file, text);
    text = text.substr(text.rfind(')') + 2);
    std::vector<std::string> fields;
    for (size_t at = 0; at < text.size(); at = text.find(' ', at) + 1) {
      fields.push_back(text.substr(at, text.find(' ', at) - at));
      if (text.find(' ', at) == std::string::npos) break;
    }
    return (std::stod(fields[11]) + std::stod(fields[12])) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  // "VmRSS": kB; "Threads".
  long Status(const std::string& name) const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with(name + ":")) return std::atol(line.c_str() + name.size() + 1);
    }
    return 0;
  }

  void CreateStateMachine(const std::string& name, const std::string& type, const std::string& definition) const {
    Client(port_).Call("CreateStateMachine",
                       R"({"name": ")" + name + R"(", "type": ")" + type +
                           R"(", "roleArn": "arn:aws:iam::123456789012:role/r", "definition": ")" + definition + "\"}");
  }
  std::string StartBody(const std::string& machine) const {
    return std::string(R"({"stateMachineArn": ")") + kArn + "stateMachine:" + machine + R"(", "input": )" + kInput +
           "}";
  }

 private:
  pid_t pid_ = 0;
  int port_ = 0, stderr_ = -1;
};

// Keeps `kConnections` busy with the request until it was answered so often.
void Load(const Server& server, const char* what, const std::string& request, int requests) {
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<Clock::time_point> sent(kConnections);
  const int epoll = epoll_create1(0);
  for (int i = 0; i < kConnections; ++i) {
    clients.push_back(std::make_unique<Client>(server.port()));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<uint32_t>(i);
    epoll_ctl(epoll, EPOLL_CTL_ADD, clients.back()->fd(), &event);
  }
  const auto run = [&](int count, std::vector<double>* latencies) {
    int started = 0, ended = 0;
    const auto next = [&](size_t i) {
      if (started == count) return;
      ++started;
      sent[i] = Clock::now();
      clients[i]->Send(request);
    };
    for (size_t i = 0; i < clients.size(); ++i) next(i);
    while (ended < count) {
      epoll_event events[kConnections];
      const int ready = epoll_wait(epoll, events, kConnections, 10'000);
      Need(ready > 0, "the server does not answer");
      for (int e = 0; e < ready; ++e) {
        const size_t i = events[e].data.u32;
        if (!clients[i]->Receive()) continue;
        ++ended;
        if (latencies != nullptr) {
          latencies->push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent[i]).count());
        }
        next(i);
      }
    }
  };
  run(std::max(kConnections, requests / 20), nullptr);  // warms caches
  std::vector<double> latencies;
  latencies.reserve(static_cast<size_t>(requests));
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const double server_before = server.cpu_seconds();
  const auto begin = Clock::now();
  run(requests, &latencies);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const double server_cpu = server.cpu_seconds() - server_before;
  getrusage(RUSAGE_SELF, &after);
  const double client_cpu =
      SecondsOf(after.ru_utime) + SecondsOf(after.ru_stime) - SecondsOf(before.ru_utime) - SecondsOf(before.ru_stime);
  std::sort(latencies.begin(), latencies.end());
  std::printf(
      "%-19s %8.0f /s over %d connections; p50 %.2f ms, p99 %.2f ms, longest %.2f ms; CPU µs a request: server %.1f, "
      "client %.1f\n",
      what, requests / seconds, kConnections, latencies[latencies.size() / 2], latencies[latencies.size() * 99 / 100],
      latencies.back(), server_cpu * 1e6 / requests, client_cpu * 1e6 / requests);
  std::fflush(stdout);
  close(epoll);
}

void MeasureStart(const Server& server, const std::string& database, int requests) {
  server.CreateStateMachine("start", "STANDARD", kThreeStates);
  const auto size_before = std::filesystem::file_size(database);
  Load(server, "StartExecution", Client::Request("StartExecution", server.StartBody("start")), requests);
  Client client(server.port());
  const std::string list = client.Call(
      "ListExecutions", std::string(R"({"stateMachineArn": ")") + kArn + R"(stateMachine:start", "maxResults": 1})");
  const size_t at = list.find("executionArn\":\"") + 15;
  const std::string arn = list.substr(at, list.find('"', at) - at);
  const std::string history = client.Call("GetExecutionHistory", R"({"executionArn": ")" + arn + "\"}");
  size_t events = 0;
  for (size_t i = 0; (i = history.find("\"previousEventId\"", i)) != std::string::npos; ++i) ++events;
  const double started = requests + std::max(kConnections, requests / 20);
  std::printf(
      "  on the disk: %.0f bytes an event, all tables and indexes; %.0f as the API's JSON\n",
      static_cast<double>(std::filesystem::file_size(database) - size_before) / started / static_cast<double>(events),
      static_cast<double>(history.size()) / static_cast<double>(events));
}

void MeasureDescribe(const Server& server, int requests) {
  server.CreateStateMachine("describe", "STANDARD", kThreeStates);
  const std::string started = Client(server.port()).Call("StartExecution", server.StartBody("describe"));
  const size_t at = started.find("arn:");
  const std::string arn = started.substr(at, started.find('"', at) - at);
  usleep(100'000);  // it has ended
  Load(server, "DescribeExecution", Client::Request("DescribeExecution", R"({"executionArn": ")" + arn + "\"}"),
       requests);
}

void MeasureSync(const Server& server, int requests) {
  server.CreateStateMachine("sync", "EXPRESS", kThreeStates);
  Load(server, "StartSyncExecution", Client::Request("StartSyncExecution", server.StartBody("sync")), requests);
}

// Workers that wait: what they cost, and how soon they have what they wait for.
void MeasurePolls(const Server& server) {
  const std::string activity = std::string(kArn) + "activity:a";
  Client control(server.port());
  control.Call("CreateActivity", R"({"name": "a"})");
  server.CreateStateMachine("work", "STANDARD",
                            R"({\"StartAt\": \"T\", \"States\": {\"T\": {\"Type\": \"Task\", \"Resource\": \")" +
                                activity + R"(\", \"End\": true}}})");
  const long rss_before = server.Status("VmRSS"), threads_before = server.Status("Threads");
  std::vector<std::unique_ptr<Client>> workers;
  const std::string poll = Client::Request("GetActivityTask", R"({"activityArn": ")" + activity + "\"}");
  for (int i = 0; i < kPolls; ++i) {
    workers.push_back(std::make_unique<Client>(server.port()));
    workers.back()->Send(poll);
  }
  control.Call("ListActivities", "{}");
  usleep(500'000);
  const double cpu_before = server.cpu_seconds();
  sleep(2);
  std::printf("GetActivityTask     %d wait: %.1f MB in all, %.1f KB each; %ld threads, before %ld; CPU %.1f %%\n",
              kPolls, static_cast<double>(server.Status("VmRSS")) / 1024,
              static_cast<double>(server.Status("VmRSS") - rss_before) / kPolls, server.Status("Threads"),
              threads_before, (server.cpu_seconds() - cpu_before) * 50);
  const auto begin = Clock::now();
  for (int i = 0; i < kPolls; ++i) control.Call("StartExecution", server.StartBody("work"));
  for (const auto& worker : workers) {
    while (!worker->Receive()) continue;
    Need(worker->body().find("taskToken") != std::string::npos, "a worker got no task");
  }
  std::printf("  all have a task %.0f ms after the first of as many executions was started\n",
              std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
}

int Main(int argc, char** argv) {
  int requests = 100'000;
  std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "gait";
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--requests") == 0 && i + 1 < argc) {
      requests = std::max(1, std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--program") == 0 && i + 1 < argc) {
      program = argv[++i];
    } else {
      wanted.emplace_back(argv[i]);
    }
  }
  const auto is_wanted = [&](const char* name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  struct Row {
    const char* name;
    void (*measure)(const Server&, const std::string& database, int requests);
  };
  constexpr Row kRows[] = {
      {"start", MeasureStart},
      {"describe", [](const Server& s, const std::string&, int n) { MeasureDescribe(s, n); }},
      {"sync", [](const Server& s, const std::string&, int n) { MeasureSync(s, n); }},
      {"polls", [](const Server& s, const std::string&, int) { MeasurePolls(s); }},
  };
  for (const Row& row : kRows) {
    if (!is_wanted(row.name)) continue;
    const TempFolder folder;
    const std::string database = folder.File("serve.db");
    row.measure(Server(program, database), database, requests);
  }
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int argc, char** argv) {
  try {
    return gait::bench::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gait_bench_serve: %s\n", e.what());
    return 1;
  }
}
