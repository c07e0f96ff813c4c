// Many at a time, through the library and its database.
#include <doctest/doctest.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

#include "api/gait.hpp"

namespace gait {
namespace {

struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / ("gait-load-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string database() const { return (path / "gait.db").string(); }
  std::filesystem::path path;
};

// A line of /proc/self/status: "Threads", "VmRSS" (KiB).
int64_t OfThisProcess(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stoll(line.substr(name.size() + 1));
  }
  return -1;
}

// Waits for `count` endings, and counts those that succeeded.
class Endings {
 public:
  std::function<void(const ExecutionResult&)> Expect() {
    return [this](const ExecutionResult& result) {
      const std::lock_guard lock(mutex_);
      ++ended_;
      succeeded_ += result.status == "SUCCEEDED";
      changed_.notify_all();
    };
  }
  int Await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ == count; });
    return succeeded_;
  }
  int ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int ended_ = 0, succeeded_ = 0;
};

TEST_CASE("thousands of durable executions with a Map of tasks each") {
  constexpr int kExecutions = 2'000;
  const Folder folder;
  Engine engine({.database = folder.database()});
  engine.RegisterFunction("*", [](const TaskInput& task) { return task.payload; });
  const std::string machine = engine.CreateStateMachine("m", R"({"StartAt": "M", "States": {
      "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}}}})");
  Endings endings;
  for (int i = 0; i < kExecutions; ++i) engine.WhenEnded(engine.StartExecution(machine, "[1,2,3]"), endings.Expect());
  CHECK(endings.Await(kExecutions) == kExecutions);
}

TEST_CASE("executions that wait hold no thread, and all of them are there after a restart") {
  constexpr int kExecutions = 5'000;
  const Folder folder;
  std::string machine;
  {
    Engine engine({.database = folder.database()});
    machine = engine.CreateStateMachine("m", R"({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "TimestampPath": "$.until", "End": true}}})");
    const int64_t before = OfThisProcess("Threads");
    for (int i = 0; i < kExecutions; ++i) {
      engine.StartExecution(machine, R"({"until": "2999-01-01T00:00:00Z"})", "run-" + std::to_string(i));
    }
    CHECK(OfThisProcess("Threads") <= before + 2);  // timers have one
  }
  Engine engine({.database = folder.database(), .virtual_clock = true});
  Endings endings;
  for (int i = 0; i < kExecutions; ++i) {
    engine.WhenEnded("arn:aws:states:us-east-1:123456789012:execution:m:run-" + std::to_string(i), endings.Expect());
  }
  CHECK(endings.Await(kExecutions) == kExecutions);
}

}  // namespace
}  // namespace gait
