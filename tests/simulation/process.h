// A process that runs the engine: the real EngineCore over a handle on the disk, with an executor instead of threads,
// which does one thing at a time and in the order that the seed chooses.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/engine.h"
#include "engine/run/map_results.h"
#include "tests/simulation/simulated_store.h"

namespace gait::simulation {

class Process : public Executor, public Integration {
 public:
  struct Options {
    int generation = 0;  // the how many-th process it is
    uint64_t seed = 0;
    int64_t resident_max = 0;  // executions that only wait and stay in memory
    std::function<void(Process&, TaskRequest, std::shared_ptr<TaskListener>)> start_task;
    std::function<Result<std::unique_ptr<ItemSource>>(const ItemReading&)> open_items;
    OpenObject open_object;
    std::function<void(Process&, const std::string&)> log;
    Duration timers_ahead = {};  // how long before they are due timers are in memory again
    size_t far_executions_max = 1;
    bool acknowledges_early = false;  // planted bugs
    bool loses_timers = false;
    bool loses_stored_timers = false;
    bool stores_cursors_first = false;
    bool redrives_succeeded = false;
  };

  Process(MemoryStore& disk, const VirtualClock& clock, Random& choice, SimulatedStore::Fate fate, Options options);
  // The process is gone, with all that was not on the disk.
  ~Process() override;

  EngineCore& core() { return *core_; }
  Runner& runner() { return core_->runner(); }
  SimulatedStore& store() { return *store_; }
  const SimulatedStore& store() const { return *store_; }
  int generation() const { return options_.generation; }

  // What could happen next: a turn, a write, or a timer that is due.
  size_t Ready() const;
  // Does the one of this number. Throws Crash, Violation.
  void Do(size_t number);
  // Does one turn, if there is one; not while the disk is being waited for by it.
  void DoTurn();
  // When the next timer is due, if there is one.
  std::optional<Timestamp> NextTimer() const;
  // Will it be called back between the two, these included? Or has it stored a timer of the execution, and will look
  // for that in time?
  bool HasTimer(int64_t execution, Timestamp from, Timestamp to);

  // Executor
  void Work(Job turn) override { turns_.push_back(std::move(turn)); }
  void Write(Job batch) override { writes_.push_back(std::move(batch)); }
  void At(const TimerKey& timer, Job callback) override;
  void Cancel(const TimerKey& timer) override;

  // Integration
  void Start(TaskRequest request, std::shared_ptr<TaskListener> listener) override {
    options_.start_task(*this, std::move(request), std::move(listener));
  }
  bool IsIdempotent(const TaskRequest& request) const override;

 private:
  struct Timer {
    TimerKey key;
    Job callback;
  };

  const VirtualClock& clock_;
  Random& choice_;
  const Options options_;
  std::vector<Job> turns_, writes_;
  std::vector<Timer> timers_;
  SimulatedStore* store_;  // the engine's
  std::unique_ptr<EngineCore> core_;
};

}  // namespace gait::simulation
