// What the engine does in a second, through the public header, as an embedding program would use it.
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "api/gait.hpp"
#include "bench/bench.h"
#include "tests/support/temp_folder.h"

namespace gait::bench {
namespace {

constexpr double kLoopTransitions = 2 * 10'000 + 1;
constexpr int kMapItems = 10'000;
constexpr int kShortExecutions = 10'000, kInFlight = 64;

void Expect(const ExecutionResult& result) {
  if (result.status != "SUCCEEDED")
    throw std::runtime_error("ended as " + result.status + ": " + result.cause.value_or(""));
}

double LoopExpress() {
  Engine engine({.aws_limits = false, .workers = 1});
  const std::string machine = engine.CreateStateMachine("loop", Definition("loop"), "EXPRESS");
  const Stopwatch watch;
  Expect(engine.StartSyncExecution(machine, R"({"n": 0})"));
  return kLoopTransitions / watch.seconds();
}

double LoopStandard(const std::string& database) {
  Engine engine({.database = database, .aws_limits = false, .workers = 1});
  const std::string machine = engine.CreateStateMachine("loop", Definition("loop"));
  const Stopwatch watch;
  Expect(engine.Wait(engine.StartExecution(machine, R"({"n": 0})")));
  return kLoopTransitions / watch.seconds();
}

double Map() {
  Engine engine({.aws_limits = false, .workers = 1});
  const std::string machine = engine.CreateStateMachine("map", Definition("map"), "EXPRESS");
  std::string input = "[0";
  for (int i = 1; i < kMapItems; ++i) input += "," + std::to_string(i);
  const Stopwatch watch;
  Expect(engine.StartSyncExecution(machine, input + "]"));
  return kMapItems / watch.seconds();
}

// Keeps so many executions in flight; each one that ends starts the next.
double ShortExecutions(const std::string& database) {
  Engine engine({.database = database});
  engine.RegisterFunction("Charge", [](const TaskInput&) { return R"({"paid": true})"; });
  const std::string request = R"({"stateMachineArn": ")" + engine.CreateStateMachine("short", Definition("short")) +
                              R"(", "input": "{\"order\": 17}"})";
  std::mutex mutex;
  std::condition_variable changed;
  int started = 0, ended = 0;
  std::string problem;
  std::function<void()> next = [&] {
    {
      const std::lock_guard lock(mutex);
      if (started == kShortExecutions) return;
      ++started;
    }
    engine.Call("StartExecution", request, [&](const OperationAnswer& answer) {
      const size_t arn = answer.body.find("arn:");
      engine.WhenEnded(answer.body.substr(arn, answer.body.find('"', arn) - arn), [&](const ExecutionResult& result) {
        next();
        const std::lock_guard lock(mutex);
        if (result.status != "SUCCEEDED") problem = result.status;
        if (++ended == kShortExecutions) changed.notify_one();
      });
    });
  };
  const Stopwatch watch;
  for (int i = 0; i < kInFlight; ++i) next();
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return ended == kShortExecutions; });
  if (!problem.empty()) throw std::runtime_error("an execution ended as " + problem);
  return ended / watch.seconds();
}

}  // namespace

void AddExecutionBenchmarks(std::vector<Benchmark>& all) {
  all.push_back({"loop-express", "Pass and Choice, 10,000 times round, EXPRESS, one core", "transitions/s", 1'000'000,
                 LoopExpress});
  all.push_back(
      {"loop-standard", "the same, STANDARD, journaled in SQLite, --limits off", "transitions/s", 300'000, [] {
         const TempFolder folder;
         return LoopStandard(folder.File("gait.db"));
       }});
  all.push_back({"map-inline", "inline Map over 10,000 items, in memory, one core", "items/s", 800'000, Map});
  all.push_back({"short-standard", "10,000 STANDARD executions with a task, 64 in flight, SQLite, synchronous=FULL",
                 "executions/s", 20'000, [] {
                   const TempFolder folder;
                   return ShortExecutions(folder.File("gait.db"));
                 }});
}

}  // namespace gait::bench
