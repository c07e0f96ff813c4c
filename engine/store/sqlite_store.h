// The default store: one SQLite file. docs/history_format.md says what stands in it.
#pragma once

#include <memory>
#include <string>

#include "engine/store/store.h"

namespace gait {

// Durable: Append returns when the log is on the disk (`synchronous=FULL`). One connection writes, a small pool of
// others reads, so a read waits for no commit.
//
// Two things keep the database to one owner. The lock on FILE-lock keeps a second process out as long as both keep to
// it. The epoch stands in the database: opening for writing raises it, and every transaction checks in the same
// transaction that it is still the one that this store began, so an owner that was wrongly thought dead cannot write
// any more.
//
// After a commit that failed on the disk the store is as it was before, and the next one is tried as any other. What is
// not known is only whether the failed one reappears if the process ends while the disk is still broken.
class SqliteStore final : public Store {
 public:
  // Opens `file`, or makes it, and owns it until destroyed.
  // Throws EnvironmentError: another store owns it ("FILE is in use by process 1234"), it is no database of gait's or
  // of a newer gait, or it cannot be read or written.
  static std::unique_ptr<SqliteStore> Open(const std::string& file);
  // For reading beside whoever owns the file: takes no lock and writes nothing. Only the functions that read may be
  // called. Throws EnvironmentError also if there is no such file.
  static std::unique_ptr<SqliteStore> OpenReadOnly(const std::string& file);
  ~SqliteStore() override;

  void Append(Batch& batch, Timestamp now) override;
  bool is_memory() const override { return false; }
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
  struct Reading;
  struct Writing;

  explicit SqliteStore(std::string file);

  Writing& writing();

  const std::unique_ptr<Reading> reading_;
  std::unique_ptr<Writing> writing_;  // null: opened for reading
};

}  // namespace gait
