// A process's handle on the disk, which outlives it. A batch is there as a whole or not at all, as SQLite's
// transactions are; what happens around one is the world's choice.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/store/memory_store.h"

namespace gait::simulation {

// The process dies here. Thrown through the engine, which must not catch it: no std::exception.
struct Crash {};

class SimulatedStore : public Store {
 public:
  // Who decides. Each may throw Crash.
  struct Fate {
    std::function<void()> call;        // any call of the store
    std::function<void()> busy;        // while the disk writes: others may work
    std::function<bool()> disk_fails;  // the batch cannot be written
    std::function<void(const Batch&)> written;
  };

  SimulatedStore(MemoryStore& disk, Fate fate) : disk_(disk), fate_(std::move(fate)) {}

  // Another process has taken the store over.
  void Fence() { fenced_ = true; }
  bool fenced() const { return fenced_; }
  // A planted bug: some batches are acknowledged before they are on the disk.
  void AcknowledgeEarly(std::function<bool()> which) { acknowledge_early_ = std::move(which); }

  // A planted bug: some timers are not stored.
  void LoseTimers(std::function<bool()> which) { lose_timer_ = std::move(which); }
  // A planted bug: the cursor of a Map Run is stored for itself, and in such cases the process dies then.
  void StoreCursorsFirst(std::function<bool()> dies) { dies_behind_cursor_ = std::move(dies); }
  // A planted bug: children that succeeded are found among those that failed.
  void MixUpChildren() { mixes_up_children_ = true; }

  // Those that this process stored, and has not removed.
  std::vector<TimerRecord> stored_timers() {
    return stores_timers_ ? disk_.ListTimers({Batch::kNoTimer}, Batch::kAllTimers, SIZE_MAX)
                          : std::vector<TimerRecord>();
  }

  void Append(Batch& batch, Timestamp now) override {
    fate_.call();
    fate_.busy();
    if (fenced_) throw EnvironmentError("another process has taken the store over");
    if (fate_.disk_fails()) throw EnvironmentError("the simulated disk failed");
    for (; !unwritten_.empty(); unwritten_.pop_front())
      disk_.Append(unwritten_.front().first, unwritten_.front().second);
    if (dies_behind_cursor_ && !batch.map_run_cursors.empty()) {
      Batch cursors;
      cursors.map_runs = batch.map_runs;
      cursors.map_run_cursors = batch.map_run_cursors;
      disk_.Append(cursors, now);
      if (dies_behind_cursor_()) throw Crash{};
    }
    if (lose_timer_) std::erase_if(batch.timers, [this](const TimerRecord&) { return lose_timer_(); });
    stores_timers_ = stores_timers_ || !batch.timers.empty();
    if (acknowledge_early_ && batch.starts.empty() && acknowledge_early_()) {
      unwritten_.emplace_back(batch, now);
      return;
    }
    disk_.Append(batch, now);
    fate_.written(batch);
    fate_.busy();
    fate_.call();  // it is durable, and nobody was told
  }
  bool is_memory() const override { return false; }
  NextIds next_ids() override { return Read().next_ids(); }

  std::optional<StateMachineRecord> CreateStateMachine(StateMachineRecord machine,
                                                       DefinitionRecord definition) override {
    return Read().CreateStateMachine(std::move(machine), std::move(definition));
  }
  std::optional<StateMachineRecord> UpdateStateMachine(const StateMachineRecord& machine,
                                                       std::optional<DefinitionRecord> definition) override {
    return Read().UpdateStateMachine(machine, std::move(definition));
  }
  void DeleteStateMachine(int64_t id) override { Read().DeleteStateMachine(id); }
  std::optional<StateMachineRecord> FindStateMachine(std::string_view name) override {
    return Read().FindStateMachine(name);
  }
  std::optional<StateMachineRecord> GetStateMachine(int64_t id) override { return Read().GetStateMachine(id); }
  std::vector<StateMachineRecord> ListStateMachines(std::string_view after_name, size_t limit) override {
    return Read().ListStateMachines(after_name, limit);
  }
  void SetStateMachineTags(int64_t id, const std::string& tags) override { Read().SetStateMachineTags(id, tags); }
  std::shared_ptr<const DefinitionRecord> GetDefinition(int64_t id) override { return Read().GetDefinition(id); }

  VersionRecord PublishVersion(VersionRecord version) override { return Read().PublishVersion(std::move(version)); }
  void DeleteVersion(int64_t machine, int64_t number) override { Read().DeleteVersion(machine, number); }
  std::optional<VersionRecord> FindVersion(int64_t machine, int64_t number) override {
    return Read().FindVersion(machine, number);
  }
  std::vector<VersionRecord> ListVersions(int64_t machine, int64_t before, size_t limit) override {
    return Read().ListVersions(machine, before, limit);
  }
  std::optional<AliasRecord> CreateAlias(AliasRecord alias) override { return Read().CreateAlias(std::move(alias)); }
  void UpdateAlias(const AliasRecord& alias) override { Read().UpdateAlias(alias); }
  void DeleteAlias(int64_t id) override { Read().DeleteAlias(id); }
  std::optional<AliasRecord> FindAlias(int64_t machine, std::string_view name) override {
    return Read().FindAlias(machine, name);
  }
  std::vector<AliasRecord> ListAliases(int64_t machine, int64_t version, int64_t after_id, size_t limit) override {
    return Read().ListAliases(machine, version, after_id, limit);
  }

  std::optional<ActivityRecord> CreateActivity(ActivityRecord activity) override {
    return Read().CreateActivity(std::move(activity));
  }
  void DeleteActivity(int64_t id) override { Read().DeleteActivity(id); }
  void SetActivityTags(int64_t id, const std::string& tags) override { Read().SetActivityTags(id, tags); }
  std::optional<ActivityRecord> FindActivity(std::string_view name) override { return Read().FindActivity(name); }
  std::vector<ActivityRecord> ListActivities(int64_t after_id, size_t limit) override {
    return Read().ListActivities(after_id, limit);
  }

  std::optional<ExecutionRecord> FindExecution(int64_t state_machine_id, std::string_view name) override {
    return Read().FindExecution(state_machine_id, name);
  }
  std::optional<ExecutionRecord> GetExecution(int64_t id) override { return Read().GetExecution(id); }
  std::vector<ExecutionRecord> ListExecutions(const ExecutionFilter& filter) override {
    return Read().ListExecutions(filter);
  }
  std::vector<ExecutionRecord> RunningExecutions() override { return Read().RunningExecutions(); }
  std::vector<std::string> LoadHistory(const ExecutionRecord& execution) override {
    return Read().LoadHistory(execution);
  }
  std::vector<TimerRecord> ListTimers(const TimerKey& after, Timestamp until, size_t limit) override {
    return Read().ListTimers(after, until, limit);
  }
  size_t RemoveClosed(Timestamp closed_by, Timestamp now, size_t limit) override {
    return Read().RemoveClosed(closed_by, now, limit);
  }

  std::optional<MapRunRecord> FindMapRun(std::string_view arn) override { return Read().FindMapRun(arn); }
  std::optional<MapRunRecord> GetMapRun(int64_t id) override { return Read().GetMapRun(id); }
  std::vector<MapRunRecord> MapRunsOf(int64_t execution_id) override { return Read().MapRunsOf(execution_id); }
  std::vector<MapRunRecord> RunningMapRuns() override { return Read().RunningMapRuns(); }
  std::vector<ExecutionRecord> ListChildren(int64_t map_run_id, ExecutionStatus status, int64_t after_id,
                                            size_t limit) override {
    auto children = Read().ListChildren(map_run_id, status, after_id, limit);
    if (mixes_up_children_ && status == ExecutionStatus::kFailed) {
      const auto more = Read().ListChildren(map_run_id, ExecutionStatus::kSucceeded, after_id, limit);
      children.insert(children.end(), more.begin(), more.end());
    }
    return children;
  }
  MapRunTallies CountChildren(int64_t map_run_id, int64_t redrive_count) override {
    return Read().CountChildren(map_run_id, redrive_count);
  }

 private:
  MemoryStore& Read() {
    fate_.call();
    return disk_;
  }

  MemoryStore& disk_;
  const Fate fate_;
  bool fenced_ = false;
  bool stores_timers_ = false;
  bool mixes_up_children_ = false;
  std::function<bool()> lose_timer_;
  std::function<bool()> dies_behind_cursor_;
  std::function<bool()> acknowledge_early_;
  std::deque<std::pair<Batch, Timestamp>> unwritten_;
};

}  // namespace gait::simulation
