// How long a durable execution takes, from its start to its end: gait_bench_latency [EXECUTIONS]. One at a time; at a
// steady rate, half of what the engine does with 64 in flight; and with 64 in flight up to so many executions in one
// file. The definition is that of `gait_bench short-standard`: five transitions, one of them a task.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "api/gait.hpp"
#include "bench/bench.h"
#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kInFlight = 64;
constexpr size_t kSlice = 100'000;

double Milliseconds(Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

// The value below which so much of `sorted` lies.
double Quantile(const std::vector<double>& sorted, double q) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(q * static_cast<double>(sorted.size())))];
}

void Print(const char* what, std::vector<double> all, double seconds) {
  std::sort(all.begin(), all.end());
  std::printf("%-34s %8.0f /s   p50 %7.2f ms   p99 %7.2f ms   longest %7.2f ms\n", what,
              static_cast<double>(all.size()) / seconds, Quantile(all, 0.5), Quantile(all, 0.99), all.back());
}

// Starts executions and notes how long each takes.
class Load {
 public:
  explicit Load(const std::string& database) : engine_({.database = database}) {
    engine_.RegisterFunction("Charge", [](const TaskInput&) { return R"({"paid": true})"; });
    request_ = R"({"stateMachineArn": ")" + engine_.CreateStateMachine("short", Definition("short")) +
               R"(", "input": "{\"order\": 17}"})";
  }

  // Starts one that was due at `begin`; `ended` is called after it was counted.
  void Start(Clock::time_point begin, const std::function<void()>& ended) {
    engine_.Call("StartExecution", request_, [this, begin, ended](const OperationAnswer& answer) {
      const size_t arn = answer.body.find("arn:");
      if (arn == std::string::npos) throw std::runtime_error(answer.body);
      engine_.WhenEnded(answer.body.substr(arn, answer.body.find('"', arn) - arn),
                        [this, begin, ended](const ExecutionResult& result) {
                          const double took = Milliseconds(Clock::now() - begin);
                          {
                            const std::lock_guard lock(mutex_);
                            took_.push_back(took);
                            if (result.status != "SUCCEEDED") problem_ = result.status;
                          }
                          ended();
                          changed_.notify_one();
                        });
    });
  }

  // What so many took, in the order in which they ended, once they have.
  std::vector<double> Wait(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return took_.size() >= count; });
    if (!problem_.empty()) throw std::runtime_error("an execution ended as " + problem_);
    return std::exchange(took_, {});
  }

  std::vector<double> OneAtATime(size_t count) {
    std::vector<double> all;
    for (size_t i = 0; i < count; ++i) {
      Start(Clock::now(), [] {});
      all.push_back(Wait(1).front());
    }
    return all;
  }

  std::vector<double> InFlight(size_t count) {
    left_ = static_cast<int64_t>(count);
    for (int i = 0; i < kInFlight; ++i) Next();
    return Wait(count);
  }

  // At a steady rate, whatever they take: one that starts late for want of time has waited, too.
  std::vector<double> Steady(size_t count, double per_second) {
    const auto begin = Clock::now();
    for (size_t i = 0; i < count; ++i) {
      const auto due = begin + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(static_cast<double>(i) / per_second));
      std::this_thread::sleep_until(due);
      Start(due, [] {});
    }
    return Wait(count);
  }

 private:
  void Next() {
    if (left_.fetch_sub(1) > 0) Start(Clock::now(), [this] { Next(); });
  }

  Engine engine_;
  std::string request_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<double> took_;  // guarded by mutex_
  std::string problem_;       // guarded by mutex_
  std::atomic<int64_t> left_{0};
};

// What the disk alone takes.
std::vector<double> Syncs(const std::string& file, size_t count) {
  const int fd = open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  std::vector<double> all;
  for (size_t i = 0; i < count; ++i) {
    const auto begin = Clock::now();
    if (write(fd, page.data(), page.size()) != 4096 || fdatasync(fd) != 0) throw std::runtime_error("cannot sync");
    all.push_back(Milliseconds(Clock::now() - begin));
  }
  close(fd);
  return all;
}

int Main(size_t executions) {
  const TempFolder folder;
  Load load(folder.File("gait.db"));
  const auto timed = [&](const char* what, const std::function<std::vector<double>()>& measure) {
    const Stopwatch watch;
    std::vector<double> all = measure();
    const double seconds = watch.seconds();
    Print(what, std::move(all), seconds);
    return seconds;
  };
  timed("write and sync 4 KiB", [&] { return Syncs(folder.File("page"), 2'000); });
  timed("one execution at a time", [&] { return load.OneAtATime(5'000); });
  const double seconds = timed("64 in flight", [&] { return load.InFlight(kSlice); });
  const double half = static_cast<double>(kSlice) / seconds / 2;
  timed("half of that, at a steady rate", [&] { return load.Steady(static_cast<size_t>(10 * half), half); });
  size_t all = 0;
  while ((all += kSlice) <= executions) {
    timed(("64 in flight, up to " + std::to_string(all)).c_str(), [&] { return load.InFlight(kSlice); });
  }
  const auto bytes = std::filesystem::file_size(folder.File("gait.db"));
  std::printf("the file has %.0f MB\n", static_cast<double>(bytes) / 1e6);
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int argc, char** argv) {
  try {
    return gait::bench::Main(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gait_bench_latency: %s\n", e.what());
    return 1;
  }
}
