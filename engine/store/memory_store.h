// The store of `--ephemeral` and of tests: all in memory, gone with the process.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/store/store.h"

namespace gait {

// Shared and locked: any thread may call anything.
class MemoryStore : public Store {
 public:
  void Append(Batch& batch, Timestamp now) override;
  bool is_memory() const override { return true; }
  NextIds next_ids() override;

  std::optional<StateMachineRecord> CreateStateMachine(StateMachineRecord machine,
                                                       DefinitionRecord definition) override;
  std::optional<StateMachineRecord> UpdateStateMachine(const StateMachineRecord& machine,
                                                       std::optional<DefinitionRecord> definition) override;
  void DeleteStateMachine(int64_t id) override;
  std::optional<StateMachineRecord> FindStateMachine(std::string_view name) override;
  std::optional<StateMachineRecord> GetStateMachine(int64_t id) override;
  std::vector<StateMachineRecord> ListStateMachines(std::string_view after_name, size_t limit) override;
  void SetStateMachineTags(int64_t id, const std::string& tags) override;
  std::shared_ptr<const DefinitionRecord> GetDefinition(int64_t id) override;

  VersionRecord PublishVersion(VersionRecord version) override;
  void DeleteVersion(int64_t state_machine_id, int64_t number) override;
  std::optional<VersionRecord> FindVersion(int64_t state_machine_id, int64_t number) override;
  std::vector<VersionRecord> ListVersions(int64_t state_machine_id, int64_t before, size_t limit) override;
  std::optional<AliasRecord> CreateAlias(AliasRecord alias) override;
  void UpdateAlias(const AliasRecord& alias) override;
  void DeleteAlias(int64_t id) override;
  std::optional<AliasRecord> FindAlias(int64_t state_machine_id, std::string_view name) override;
  std::vector<AliasRecord> ListAliases(int64_t state_machine_id, int64_t version, int64_t after_id,
                                       size_t limit) override;

  std::optional<ActivityRecord> CreateActivity(ActivityRecord activity) override;
  void DeleteActivity(int64_t id) override;
  void SetActivityTags(int64_t id, const std::string& tags) override;
  std::optional<ActivityRecord> FindActivity(std::string_view name) override;
  std::vector<ActivityRecord> ListActivities(int64_t after_id, size_t limit) override;

  std::optional<ExecutionRecord> FindExecution(int64_t state_machine_id, std::string_view name) override;
  std::optional<ExecutionRecord> GetExecution(int64_t id) override;
  std::vector<ExecutionRecord> ListExecutions(const ExecutionFilter& filter) override;
  std::vector<ExecutionRecord> RunningExecutions() override;
  std::vector<std::string> LoadHistory(const ExecutionRecord& execution) override;
  std::vector<TimerRecord> ListTimers(const TimerKey& after, Timestamp until, size_t limit) override;
  size_t RemoveClosed(Timestamp closed_by, Timestamp now, size_t limit) override;

  std::optional<MapRunRecord> FindMapRun(std::string_view arn) override;
  std::optional<MapRunRecord> GetMapRun(int64_t id) override;
  std::vector<MapRunRecord> MapRunsOf(int64_t execution_id) override;
  std::vector<MapRunRecord> RunningMapRuns() override;
  std::vector<ExecutionRecord> ListChildren(int64_t map_run_id, ExecutionStatus status, int64_t after_id,
                                            size_t limit) override;
  MapRunTallies CountChildren(int64_t map_run_id, int64_t redrive_count) override;

 private:
  using Name = std::pair<int64_t, std::string>;  // state machine and execution name

  // Throws InternalError unless the batch keeps what Append requires. Nothing has been changed by then.
  void Check(const Batch& batch) const;
  // REQUIRES: the lock is held.
  bool HistoryWasRemoved(int64_t execution_id) const;
  void RemoveRecord(const ExecutionRecord& execution);
  void AppendTimers(const Batch& batch);
  // False if the name is another's.
  bool Start(const ExecutionRecord& execution, Timestamp now);
  int64_t AddDefinition(DefinitionRecord definition, int64_t state_machine_id);

  std::mutex mutex_;  // protects all below; not a shared one, under which readers that overlap keep the committer out
  std::map<int64_t, StateMachineRecord> machines_;
  std::map<std::string, int64_t, std::less<>> machines_by_name_;  // without those that were deleted
  std::map<int64_t, std::shared_ptr<const DefinitionRecord>> definitions_;
  std::map<std::pair<int64_t, int64_t>, VersionRecord> versions_;  // by state machine and number
  std::map<int64_t, int64_t> last_version_;                        // by state machine
  std::map<int64_t, AliasRecord> aliases_;
  int64_t last_alias_id_ = 0;
  std::map<int64_t, ActivityRecord> activities_;
  std::map<std::string, int64_t, std::less<>> activities_by_name_;
  int64_t last_activity_id_ = 0;
  std::map<int64_t, ExecutionRecord> executions_;
  std::map<Name, int64_t> by_name_;                                    // who has the name
  std::map<std::pair<int64_t, int64_t>, std::set<int64_t>> by_owner_;  // by state machine and map run
  std::map<int64_t, std::set<int64_t>> by_map_run_;
  std::set<int64_t> running_;
  std::unordered_map<int64_t, Segment> segments_;
  std::map<int64_t, MapRunRecord> map_runs_;
  std::map<std::string, int64_t, std::less<>> map_runs_by_arn_;
  int64_t last_segment_id_ = 0;
  std::map<TimerKey, TimerRecord> timers_;
  std::set<std::pair<int64_t, TimerKey>> timers_by_execution_;
};

}  // namespace gait
