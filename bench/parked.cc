// What executions cost that wait: gait_bench_parked [COUNT]. A process starts them, each waits for a task token, and
// the process is killed; another one opens the database and answers. Prints what docs/PERFORMANCE.md shows.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "api/engine.h"
#include "bench/bench.h"
#include "engine/history/codec.h"
#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

constexpr const char* kMachine = R"({"StartAt": "Ask", "States": {
  "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 86400,
          "Parameters": {"FunctionName": "keep", "Payload.$": "$$.Task.Token"}, "Next": "Done"},
  "Done": {"Type": "Pass", "End": true}}})";

// Counts $.n down: four events a turn.
constexpr const char* kLoop = R"~({"StartAt": "Add", "States": {
  "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, -1)"}, "Next": "Enough"},
  "Enough": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 0, "Next": "Add"}],
             "Default": "Done"},
  "Done": {"Type": "Succeed"}}})~";

// Of this process, in MB.
double ResidentMemory() {
  std::ifstream file("/proc/self/statm");
  long pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

size_t StoredTimers(Engine& engine) {
  return engine.core().store().ListTimers({Batch::kNoTimer}, Batch::kAllTimers, SIZE_MAX).size();
}

// Until all that only wait have left memory, but for those that may stay, and their timers, too.
void WaitUntilParked(Engine& engine) {
  while (engine.core().runner().resident() > 2'000) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::seconds(1));
}

// Counts down, and lets one wait for zero.
class Countdown {
 public:
  explicit Countdown(int count) : left_(count) {}
  void Done() {
    const std::lock_guard lock(mutex_);
    if (--left_ == 0) changed_.notify_one();
  }
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return left_ <= 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int left_;
};

void Check(const OperationAnswer& answer) {
  if (answer.status == 200) return;
  std::fprintf(stderr, "%s\n", answer.body.c_str());
  std::_Exit(1);
}

// Starts the executions and leaves their tokens in a file.
void Prepare(const std::string& database, const std::string& tokens_file, int count) {
  Engine engine({.database = database});
  std::mutex mutex;
  std::vector<std::string> tokens;
  engine.RegisterFunction("keep", [&](const TaskInput& task) {
    const std::lock_guard lock(mutex);
    tokens.push_back(task.payload.substr(1, task.payload.size() - 2));
    return std::string("{}");
  });
  const std::string request = R"({"stateMachineArn": ")" + engine.CreateStateMachine("m", kMachine) +
                              R"(", "input": "{\"order\": 17, \"customer\": \"0b7c8f0e\"}"})";
  const Stopwatch watch;
  constexpr int kInFlight = 64;
  Countdown started(count);
  std::atomic<int> left{count};
  std::function<void()> next = [&] {
    if (left.fetch_sub(1) <= 0) return;
    engine.Call("StartExecution", request, [&](const OperationAnswer& answer) {
      Check(answer);
      next();
      started.Done();
    });
  };
  for (int i = 0; i < kInFlight; ++i) next();
  started.Wait();
  std::printf("started and acknowledged      %8.0f executions/s\n", count / watch.seconds());
  for (;;) {
    const std::lock_guard lock(mutex);
    if (tokens.size() == static_cast<size_t>(count)) break;
  }
  WaitUntilParked(engine);                 // what was taken by its function, and is recorded so, waits
  const double memory = ResidentMemory();  // before the timers are read
  std::printf("memory with all of them waiting %6.0f MB, %lld in memory, %zu timers in the store\n", memory,
              static_cast<long long>(engine.core().runner().resident()), StoredTimers(engine));
  std::ofstream file(tokens_file);
  for (const std::string& token : tokens) file << token << "\n";
  file.close();
  std::fflush(stdout);
  std::_Exit(0);  // as a kill would
}

void GoOn(const std::string& database, const std::string& tokens_file, int count) {
  std::vector<std::string> tokens;
  std::ifstream file(tokens_file);
  for (std::string line; std::getline(file, line);) tokens.push_back(line);
  const double before = ResidentMemory();
  const Stopwatch watch;
  Engine engine({.database = database});
  Check(engine.Call("ListStateMachines", "{}"));
  std::printf("restart to the first answer   %8.2f s\n", watch.seconds());
  while (engine.core().runner().recovering() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::printf("recovered                     %8.0f executions/s\n", count / watch.seconds());
  WaitUntilParked(engine);
  const double memory = ResidentMemory();
  std::printf(
      "memory after the restart      %8.0f MB (of which the tokens of this program %.0f), %zu timers in the store\n",
      memory, before, StoredTimers(engine));
  Countdown answered(count);
  const Stopwatch answers;
  for (const std::string& token : tokens) {
    engine.Call("SendTaskSuccess", R"({"output": "{}", "taskToken": ")" + token + "\"}",
                [&](const OperationAnswer& answer) {
                  Check(answer);
                  answered.Done();
                });
  }
  answered.Wait();
  std::printf("answered                      %8.0f tokens/s\n", count / answers.seconds());
  while (engine.core().runner().running() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const auto machine = engine.core().store().FindStateMachine("m");
  const auto left = engine.core().store().ListExecutions({machine->id, 0, ExecutionStatus::kSucceeded, 0, SIZE_MAX});
  std::printf("succeeded                     %8zu of %d\n", left.size(), count);
}

// How long the history of an execution with `events` events takes to fold.
void Fold(int events) {
  TempFolder folder;
  Engine engine({.database = folder.File("fold.db"), .aws_limits = false});
  const std::string machine = engine.CreateStateMachine("loop", kLoop);
  const std::string execution = engine.StartExecution(machine, R"({"n": )" + std::to_string(events / 4) + "}");
  engine.Wait(execution);
  const auto record = engine.core().store().ListExecutions({1, 0, std::nullopt, 0, 1}).at(0);
  const Stopwatch watch;
  const auto segments = engine.core().store().LoadHistory(record);
  Progress progress;
  HistoryCodec codec;
  for (const std::string& segment : segments) {
    for (std::string_view rest = segment; !rest.empty();) progress.Apply(codec.Decode(rest));
  }
  std::printf("fold of %lld events         %8.1f ms\n", static_cast<long long>(progress.last_event_id()),
              watch.seconds() * 1e3);
}

int Main(int count) {
  TempFolder folder;
  const std::string database = folder.File("parked.db"), tokens = folder.File("tokens");
  const pid_t child = fork();
  if (child == 0) Prepare(database, tokens, count);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) return 1;
  GoOn(database, tokens, count);
  Fold(24'000);
  return 0;
}

}  // namespace
}  // namespace gait::bench

int main(int argc, char** argv) { return gait::bench::Main(argc > 1 ? std::atoi(argv[1]) : 100'000); }
