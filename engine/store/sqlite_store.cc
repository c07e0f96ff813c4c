#include "engine/store/sqlite_store.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/check.h"
#include "engine/base/crc32.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/store/lease.h"
#include "engine/store/migrations.h"
#include "engine/store/record_cache.h"
#include "engine/store/sqlite_reader_pool.h"
#include "engine/store/sqlite_records.h"
#include "engine/store/sqlite_statement.h"
#include "engine/store/sqlite_writer.h"

namespace gait {
namespace {

constexpr ExecutionStatus kStatuses[] = {ExecutionStatus::kRunning, ExecutionStatus::kSucceeded,
                                         ExecutionStatus::kFailed, ExecutionStatus::kTimedOut,
                                         ExecutionStatus::kAborted};

int64_t Number(ExecutionStatus status) { return static_cast<int64_t>(status); }

int64_t LimitOf(size_t limit) {
  constexpr auto kMost = static_cast<size_t>(std::numeric_limits<int64_t>::max());
  return static_cast<int64_t>(std::min(limit, kMost));
}

// One name, whichever way the file is reached: the lock goes by the name. And a full one: connections are opened later,
// when the process may stand in another folder.
std::string CanonicalName(const std::string& file) {
  if (file.empty()) throw EnvironmentError("a database needs a file name");
  std::error_code error;
  const std::filesystem::path full = std::filesystem::absolute(file, error);
  const std::filesystem::path name = error ? full : std::filesystem::weakly_canonical(full, error);
  return error ? file : name.string();
}

template <typename Record>
std::vector<Record> All(SqliteRows rows, Record (*to_record)(const SqliteRows&)) {
  std::vector<Record> records;
  while (rows.Next()) records.push_back(to_record(rows));
  return records;
}

template <typename Record>
std::optional<Record> First(SqliteRows rows, Record (*to_record)(const SqliteRows&)) {
  return rows.Next() ? std::optional<Record>(to_record(rows)) : std::nullopt;
}

template <typename Record>
std::shared_ptr<const Record> Shared(std::optional<Record> record) {
  return record ? std::make_shared<const Record>(*std::move(record)) : nullptr;
}

}  // namespace

struct SqliteStore::Reading {
  explicit Reading(const std::string& f) : file(f), pool(f) {}

  const std::string file;
  SqliteReaderPool pool;
};

// What an owner has. The lease is taken before the database is touched, and given up when it is closed.
struct SqliteStore::Writing {
  explicit Writing(Reading& reading) : lease(reading.file), writer(reading.file, reading.pool) {}

  int64_t AddDefinition(const DefinitionRecord& definition, int64_t state_machine_id);
  // False if the name is another's.
  bool Start(const ExecutionRecord& execution, const Batch::Progressed* progressed, Timestamp now);
  bool Insert(const ExecutionRecord& execution, const Batch::Progressed* progressed);

  const Lease lease;
  RecordCache<std::string, StateMachineRecord> machines;  // by name
  RecordCache<int64_t, DefinitionRecord> definitions;     // which never change
  SqliteWriter writer;
  SqliteConnection& c = writer.connection();

  SqliteStatement insert_execution{c, "start an execution",
                                   "INSERT INTO executions (id, state_machine_id, definition_id, name, generation, "
                                   "status, started_at, stopped_at, map_run_id, map_index, last_segment, "
                                   "redrive_count, redriven_at, version, alias, map_items, map_redrive) "
                                   "VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) "
                                   "ON CONFLICT (state_machine_id, name, generation) DO NOTHING"};
  // Takes the name away from an execution that was stopped at ?3 or before.
  SqliteStatement release_name{c, "release a name",
                               "UPDATE executions SET generation = id WHERE state_machine_id = ?1 AND name = ?2 "
                               "AND generation = 0 AND status != 0 AND stopped_at <= ?3"};
  SqliteStatement insert_segment{
      c, "append to a history",
      "INSERT INTO segments (id, execution_id, previous, checksum, events) VALUES (?1, ?2, ?3, ?4, ?5)"};
  SqliteStatement update_execution{c, "append to a history",
                                   "UPDATE executions SET last_segment = ?2, status = ?3, stopped_at = ?4, "
                                   "redrive_count = ?5, redriven_at = ?6, map_redrive = ?7 WHERE id = ?1"};
  SqliteStatement put_map_run{c, "record a map run",
                              "INSERT INTO map_runs (id, arn, execution_id, state_name, status, started_at, "
                              "stopped_at, total, max_concurrency, tolerated_failure_count, "
                              "tolerated_failure_percentage, total_children, begun_children, begun_items, counted, "
                              "redrive_count, redriven_at, results) VALUES "
                              "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) "
                              "ON CONFLICT (id) DO UPDATE SET "
                              "status = excluded.status, started_at = excluded.started_at, "
                              "stopped_at = excluded.stopped_at, total = excluded.total, "
                              "max_concurrency = excluded.max_concurrency, "
                              "tolerated_failure_count = excluded.tolerated_failure_count, "
                              "tolerated_failure_percentage = excluded.tolerated_failure_percentage, "
                              "total_children = excluded.total_children, counted = excluded.counted, "
                              "redrive_count = excluded.redrive_count, redriven_at = excluded.redriven_at, "
                              "results = excluded.results"};
  SqliteStatement move_cursor{c, "record how far a map run is",
                              "UPDATE map_runs SET begun_children = ?2, begun_items = ?3 WHERE id = ?1"};
  SqliteStatement remove_timers{c, "remove timers", "DELETE FROM timers WHERE due_at <= ?1"};
  SqliteStatement remove_all_timers{c, "remove timers", "DELETE FROM timers"};  // row by row it took seconds
  SqliteStatement insert_timer{c, "store a timer",
                               "INSERT INTO timers (due_at, number, execution_id, branch, kind, event) "
                               "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
  SqliteStatement remove_timers_of{c, "remove timers", "DELETE FROM timers WHERE execution_id = ?1"};
  SqliteStatement insert_machine{c, "create a state machine",
                                 "INSERT INTO state_machines (name, type, role_arn, settings, created_at, deleting, "
                                 "deleted, definition_id, tags) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7) "
                                 "ON CONFLICT (name) WHERE deleted = 0 DO NOTHING RETURNING id"};
  SqliteStatement insert_definition{c, "store a definition",
                                    "INSERT INTO definitions (state_machine_id, revision_id, role_arn, created_at, "
                                    "text, settings) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id"};
  SqliteStatement set_definition{c, "store a definition", "UPDATE state_machines SET definition_id = ?2 WHERE id = ?1"};
  SqliteStatement update_machine{c, "update a state machine",
                                 "UPDATE state_machines SET role_arn = ?2, settings = ?3, deleting = ?4 "
                                 "WHERE id = ?1 AND deleted = 0 RETURNING " +
                                     std::string(kStateMachineColumns)};
  SqliteStatement delete_machine{c, "delete a state machine", "UPDATE state_machines SET deleted = 1 WHERE id = ?1"};
  SqliteStatement tag_machine{c, "tag a state machine", "UPDATE state_machines SET tags = ?2 WHERE id = ?1"};
  SqliteStatement next_version{c, "publish a version",
                               "UPDATE state_machines SET last_version = last_version + 1 WHERE id = ?1 "
                               "RETURNING last_version"};
  SqliteStatement insert_version{c, "publish a version",
                                 "INSERT INTO versions (state_machine_id, number, definition_id, description, "
                                 "created_at) VALUES (?1, ?2, ?3, ?4, ?5)"};
  SqliteStatement delete_version{c, "delete a version",
                                 "DELETE FROM versions WHERE state_machine_id = ?1 AND number = ?2"};
  SqliteStatement delete_versions{c, "delete a state machine", "DELETE FROM versions WHERE state_machine_id = ?1"};
  SqliteStatement insert_alias{c, "create an alias",
                               "INSERT INTO aliases (state_machine_id, name, description, version, weight, "
                               "second_version, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                               "ON CONFLICT (state_machine_id, name) DO NOTHING RETURNING id"};
  SqliteStatement update_alias{c, "update an alias",
                               "UPDATE aliases SET description = ?2, version = ?3, weight = ?4, second_version = ?5, "
                               "updated_at = ?6 WHERE id = ?1"};
  SqliteStatement delete_alias{c, "delete an alias", "DELETE FROM aliases WHERE id = ?1"};
  SqliteStatement delete_aliases{c, "delete a state machine", "DELETE FROM aliases WHERE state_machine_id = ?1"};
  SqliteStatement previous_segment{c, "remove a history", "SELECT previous FROM segments WHERE id = ?1"};
  SqliteStatement delete_segment{c, "remove a history", "DELETE FROM segments WHERE id = ?1"};
  SqliteStatement forget_history{c, "remove a history", "UPDATE executions SET last_segment = 0 WHERE id = ?1"};
  SqliteStatement delete_execution{c, "remove an execution", "DELETE FROM executions WHERE id = ?1"};
  SqliteStatement insert_activity{c, "create an activity",
                                  "INSERT INTO activities (name, settings, created_at, tags) VALUES (?1, ?2, ?3, ?4) "
                                  "ON CONFLICT (name) DO NOTHING RETURNING id"};
  SqliteStatement delete_activity{c, "delete an activity", "DELETE FROM activities WHERE id = ?1"};
  SqliteStatement tag_activity{c, "tag an activity", "UPDATE activities SET tags = ?2 WHERE id = ?1"};
};

SqliteStore::SqliteStore(std::string file) : reading_(std::make_unique<Reading>(file)) {}

// The writer closes last, and so writes the log back.
SqliteStore::~SqliteStore() { reading_->pool.Close(); }

std::unique_ptr<SqliteStore> SqliteStore::Open(const std::string& file) {
  std::unique_ptr<SqliteStore> store(new SqliteStore(CanonicalName(file)));
  store->writing_ = std::make_unique<Writing>(*store->reading_);
  return store;
}

std::unique_ptr<SqliteStore> SqliteStore::OpenReadOnly(const std::string& file) {
  const std::string name = CanonicalName(file);
  SqliteConnection connection(name, SqliteConnection::Mode::kRead);
  CheckMigrated(connection, StoreMigrations());
  return std::unique_ptr<SqliteStore>(new SqliteStore(name));
}

SqliteStore::Writing& SqliteStore::writing() {
  GAIT_CHECK(writing_ != nullptr, "a store that was opened for reading is to be written");
  return *writing_;
}

void SqliteStore::Append(Batch& batch, Timestamp now) {
  Writing& w = writing();
  if (batch.empty()) return;
  SqliteWriter::Transaction transaction(w.writer);
  // An execution that starts and progresses in one batch is written once. Most short ones do.
  std::unordered_map<int64_t, const Batch::Progressed*> progressed;
  if (!batch.starts.empty()) {
    progressed.reserve(batch.progressed.size());
    for (const Batch::Progressed& p : batch.progressed) progressed.insert_or_assign(p.execution_id, &p);
  }
  std::unordered_set<int64_t> started, left_out;
  for (Batch::Start& start : batch.starts) {
    const int64_t id = start.execution.id;
    const auto found = progressed.find(id);
    start.name_taken = !w.Start(start.execution, found == progressed.end() ? nullptr : found->second, now);
    started.insert(id);
    if (start.name_taken) left_out.insert(id);
  }
  for (const Segment& segment : batch.segments) {
    if (!left_out.empty() && left_out.contains(segment.execution_id)) continue;
    w.insert_segment.Run(segment.id, segment.execution_id, segment.previous, int64_t{Crc32(segment.events)},
                         SqliteBlob{segment.events});
  }
  for (const Batch::Progressed& p : batch.progressed) {
    if (started.contains(p.execution_id)) continue;
    const int64_t changed = w.update_execution.Run(p.execution_id, p.last_segment, Number(p.status), p.stopped_at,
                                                   p.redrive_count, p.redriven_at, p.map_redrive);
    GAIT_CHECK(changed == 1, "progress of an execution that was not started");
  }
  for (const MapRunRecord& run : batch.map_runs) {
    w.put_map_run.Run(run.id, run.arn, run.execution_id, run.state_name, Number(run.status), run.started_at,
                      run.stopped_at, run.total_items, run.max_concurrency, run.tolerated_failure_count.value_or(-1),
                      run.tolerated_failure_percentage ? ToJson(Value::Double(*run.tolerated_failure_percentage)) : "",
                      run.total_children, run.begun.children, run.begun.items, int64_t{run.counted}, run.redrive_count,
                      run.redriven_at, run.results);
  }
  for (const auto& [run, cursor] : batch.map_run_cursors) w.move_cursor.Run(run, cursor.children, cursor.items);
  if (batch.timers_until == Batch::kAllTimers) {
    w.remove_all_timers.Run();
  } else if (batch.timers_until != Batch::kNoTimer) {
    w.remove_timers.Run(batch.timers_until);
  }
  for (const TimerRecord& t : batch.timers) {
    w.insert_timer.Run(t.key.due_at, t.key.number, t.execution_id, t.branch, t.kind, t.event);
  }
  for (const int64_t execution : batch.without_timers) w.remove_timers_of.Run(execution);
  transaction.Commit();
}

bool SqliteStore::Writing::Start(const ExecutionRecord& execution, const Batch::Progressed* progressed, Timestamp now) {
  if (Insert(execution, progressed)) return true;
  const Timestamp latest = {now.ms - kNameReservation.ms};
  if (release_name.Run(execution.state_machine_id, execution.name, latest) == 0) return false;
  return Insert(execution, progressed);
}

bool SqliteStore::Writing::Insert(const ExecutionRecord& e, const Batch::Progressed* progressed) {
  const Batch::Progressed as_started{e.id,          e.last_segment, e.status, e.stopped_at, e.redrive_count,
                                     e.redriven_at, e.map_redrive};
  const Batch::Progressed& p = progressed == nullptr ? as_started : *progressed;
  return insert_execution.Run(e.id, e.state_machine_id, e.definition_id, e.name, Number(p.status), e.started_at,
                              p.stopped_at, e.map_run_id, e.map_index, p.last_segment, p.redrive_count, p.redriven_at,
                              e.version, e.alias, e.map_items, p.map_redrive) == 1;
}

Store::NextIds SqliteStore::next_ids() {
  const SqliteReaderPool::Use reader(reading_->pool);
  SqliteRows rows = reader->next_ids.Query();
  rows.Next();
  return {rows.Int(0) + 1, rows.Int(1) + 1, rows.Int(2) + 1};  // where a table is empty, NULL reads as 0
}

std::optional<StateMachineRecord> SqliteStore::CreateStateMachine(StateMachineRecord machine,
                                                                  DefinitionRecord definition) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  {
    SqliteRows rows = w.insert_machine.Query(machine.name, machine.type, machine.role_arn, machine.settings,
                                             machine.created_at, int64_t{machine.deleting}, machine.tags);
    if (!rows.Next()) return std::nullopt;
    machine.id = rows.Int(0);
  }
  machine.deleted = false;
  machine.definition_id = w.AddDefinition(definition, machine.id);
  transaction.Commit();
  w.machines.Clear();
  return machine;
}

std::optional<StateMachineRecord> SqliteStore::UpdateStateMachine(const StateMachineRecord& machine,
                                                                  std::optional<DefinitionRecord> definition) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  std::optional<StateMachineRecord> updated =
      First(w.update_machine.Query(machine.id, machine.role_arn, machine.settings, int64_t{machine.deleting}),
            ToStateMachine);
  if (!updated) return std::nullopt;
  if (definition) updated->definition_id = w.AddDefinition(*definition, machine.id);
  transaction.Commit();
  w.machines.Clear();
  return updated;
}

int64_t SqliteStore::Writing::AddDefinition(const DefinitionRecord& definition, int64_t state_machine_id) {
  int64_t id = 0;
  {
    SqliteRows rows = insert_definition.Query(state_machine_id, definition.revision_id, definition.role_arn,
                                              definition.created_at, definition.text, definition.settings);
    rows.Next();
    id = rows.Int(0);
  }
  set_definition.Run(state_machine_id, id);
  return id;
}

void SqliteStore::DeleteStateMachine(int64_t id) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.delete_machine.Run(id);
  w.delete_versions.Run(id);
  w.delete_aliases.Run(id);
  transaction.Commit();
  w.machines.Clear();
}

std::optional<StateMachineRecord> SqliteStore::FindStateMachine(std::string_view name) {
  const auto read = [&] {
    const SqliteReaderPool::Use reader(reading_->pool);
    return First(reader->find_state_machine.Query(name), ToStateMachine);
  };
  if (writing_ == nullptr) return read();
  const auto machine = writing_->machines.Get(name, [&] { return Shared(read()); });
  return machine == nullptr ? std::nullopt : std::optional(*machine);
}

std::optional<StateMachineRecord> SqliteStore::GetStateMachine(int64_t id) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->get_state_machine.Query(id), ToStateMachine);
}

std::vector<StateMachineRecord> SqliteStore::ListStateMachines(std::string_view after_name, size_t limit) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->list_state_machines.Query(after_name, LimitOf(limit)), ToStateMachine);
}

void SqliteStore::SetStateMachineTags(int64_t id, const std::string& tags) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.tag_machine.Run(id, tags);
  transaction.Commit();
  w.machines.Clear();
}

VersionRecord SqliteStore::PublishVersion(VersionRecord version) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  {
    SqliteRows rows = w.next_version.Query(version.state_machine_id);
    GAIT_CHECK(rows.Next(), "a version of a state machine that there is not");
    version.number = rows.Int(0);
  }
  w.insert_version.Run(version.state_machine_id, version.number, version.definition_id, version.description,
                       version.created_at);
  transaction.Commit();
  return version;
}

void SqliteStore::DeleteVersion(int64_t state_machine_id, int64_t number) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.delete_version.Run(state_machine_id, number);
  transaction.Commit();
}

std::optional<VersionRecord> SqliteStore::FindVersion(int64_t state_machine_id, int64_t number) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->find_version.Query(state_machine_id, number), ToVersion);
}

std::vector<VersionRecord> SqliteStore::ListVersions(int64_t state_machine_id, int64_t before, size_t limit) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->list_versions.Query(state_machine_id, before, LimitOf(limit)), ToVersion);
}

std::optional<AliasRecord> SqliteStore::CreateAlias(AliasRecord alias) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  {
    SqliteRows rows = w.insert_alias.Query(alias.state_machine_id, alias.name, alias.description, alias.version,
                                           alias.weight, alias.second_version, alias.created_at, alias.updated_at);
    if (!rows.Next()) return std::nullopt;
    alias.id = rows.Int(0);
  }
  transaction.Commit();
  return alias;
}

void SqliteStore::UpdateAlias(const AliasRecord& alias) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.update_alias.Run(alias.id, alias.description, alias.version, alias.weight, alias.second_version, alias.updated_at);
  transaction.Commit();
}

void SqliteStore::DeleteAlias(int64_t id) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.delete_alias.Run(id);
  transaction.Commit();
}

std::optional<AliasRecord> SqliteStore::FindAlias(int64_t state_machine_id, std::string_view name) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->find_alias.Query(state_machine_id, name), ToAlias);
}

std::vector<AliasRecord> SqliteStore::ListAliases(int64_t state_machine_id, int64_t version, int64_t after_id,
                                                  size_t limit) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->list_aliases.Query(state_machine_id, version, after_id, LimitOf(limit)), ToAlias);
}

std::shared_ptr<const DefinitionRecord> SqliteStore::GetDefinition(int64_t id) {
  const auto read = [&] {
    const SqliteReaderPool::Use reader(reading_->pool);
    return Shared(First(reader->get_definition.Query(id), ToDefinition));
  };
  return writing_ == nullptr ? read() : writing_->definitions.Get(id, read);
}

std::optional<ActivityRecord> SqliteStore::CreateActivity(ActivityRecord activity) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  {
    SqliteRows rows = w.insert_activity.Query(activity.name, activity.settings, activity.created_at, activity.tags);
    if (!rows.Next()) return std::nullopt;
    activity.id = rows.Int(0);
  }
  transaction.Commit();
  return activity;
}

void SqliteStore::DeleteActivity(int64_t id) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.delete_activity.Run(id);
  transaction.Commit();
}

void SqliteStore::SetActivityTags(int64_t id, const std::string& tags) {
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  w.tag_activity.Run(id, tags);
  transaction.Commit();
}

std::optional<ActivityRecord> SqliteStore::FindActivity(std::string_view name) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->find_activity.Query(name), ToActivity);
}

std::vector<ActivityRecord> SqliteStore::ListActivities(int64_t after_id, size_t limit) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->list_activities.Query(after_id, LimitOf(limit)), ToActivity);
}

std::optional<ExecutionRecord> SqliteStore::FindExecution(int64_t state_machine_id, std::string_view name) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->find_execution.Query(state_machine_id, name), ToExecution);
}

std::optional<ExecutionRecord> SqliteStore::GetExecution(int64_t id) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->get_execution.Query(id), ToExecution);
}

std::vector<ExecutionRecord> SqliteStore::ListExecutions(const ExecutionFilter& filter) {
  const int64_t before = filter.before_id == 0 ? std::numeric_limits<int64_t>::max() : filter.before_id;
  const int64_t limit = LimitOf(filter.limit);
  const int64_t any_status = filter.status ? Number(*filter.status) : -1;
  const SqliteReaderPool::Use reader(reading_->pool);
  if (filter.state_machine_id == 0 && filter.map_run_id == 0) {
    return All(reader->list_all.Query(any_status, before, limit), ToExecution);
  }
  if (filter.version != 0) {
    return All(reader->list_by_version.Query(filter.state_machine_id, filter.version, any_status, before, limit),
               ToExecution);
  }
  if (!filter.alias.empty()) {
    return All(reader->list_by_alias.Query(filter.state_machine_id, filter.alias, any_status, before, limit),
               ToExecution);
  }
  const SqliteSnapshot snapshot(*reader);  // an execution may move from one range to another
  std::vector<ExecutionRecord> found;
  for (const ExecutionStatus status : kStatuses) {
    if (filter.status && *filter.status != status) continue;
    std::vector<ExecutionRecord> range =
        filter.map_run_id == 0
            ? All(reader->list_by_status.Query(Number(status), filter.state_machine_id, before, limit), ToExecution)
            : All(reader->list_by_map_run.Query(Number(status), filter.map_run_id, before, limit,
                                                filter.state_machine_id,
                                                filter.redriven ? int64_t{*filter.redriven} : int64_t{-1}),
                  ToExecution);
    std::move(range.begin(), range.end(), std::back_inserter(found));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
  if (found.size() > filter.limit) found.resize(filter.limit);
  return found;
}

std::vector<ExecutionRecord> SqliteStore::RunningExecutions() {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->running_executions.Query(), ToExecution);
}

std::vector<std::string> SqliteStore::LoadHistory(const ExecutionRecord& execution) {
  const SqliteReaderPool::Use reader(reading_->pool);
  const SqliteSnapshot snapshot(*reader);
  std::vector<std::string> history;
  for (int64_t id = execution.last_segment; id != 0;) {
    SqliteRows rows = reader->get_segment.Query(id);
    const bool found = rows.Next() && rows.Int(0) == execution.id;
    const int64_t previous = found ? rows.Int(1) : 0;
    const std::string_view events = found ? rows.Blob(3) : std::string_view();
    if (!found) {
      const auto present = First(reader->get_execution.Query(execution.id), ToExecution);
      if (present && present->last_segment == 0 && present->status != ExecutionStatus::kRunning) return {};
    }
    if (!found || previous >= id || rows.Int(2) != int64_t{Crc32(events)}) {
      throw EnvironmentError(reading_->file + " is damaged: segment " + std::to_string(id) +
                             " of the history of execution " + std::to_string(execution.id) +
                             (found ? " is not what was written" : " is missing"));
    }
    history.emplace_back(events);
    id = previous;
  }
  std::reverse(history.begin(), history.end());
  return history;
}

std::vector<TimerRecord> SqliteStore::ListTimers(const TimerKey& after, Timestamp until, size_t limit) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->list_timers.Query(after.due_at, after.number, until, LimitOf(limit)), ToTimer);
}

size_t SqliteStore::RemoveClosed(Timestamp closed_by, Timestamp now, size_t limit) {
  const Timestamp released = {now.ms - kNameReservation.ms};
  std::vector<ExecutionRecord> closed;
  int64_t newest = 0;
  {
    const SqliteReaderPool::Use reader(reading_->pool);
    closed = All(reader->closed_executions.Query(closed_by, released, LimitOf(limit)), ToExecution);
    SqliteRows ids = reader->next_ids.Query();
    ids.Next();
    newest = ids.Int(0);
  }
  if (closed.empty()) return 0;
  Writing& w = writing();
  SqliteWriter::Transaction transaction(w.writer);
  for (const ExecutionRecord& execution : closed) {
    for (int64_t segment = execution.last_segment; segment != 0;) {
      int64_t previous = 0;
      {
        SqliteRows rows = w.previous_segment.Query(segment);
        if (rows.Next()) previous = rows.Int(0);
      }
      w.delete_segment.Run(segment);
      segment = previous < segment ? previous : 0;
    }
    if (execution.stopped_at <= released && execution.id != newest) {
      w.delete_execution.Run(execution.id);
    } else {
      w.forget_history.Run(execution.id);
    }
  }
  transaction.Commit();
  return closed.size();
}

std::optional<MapRunRecord> SqliteStore::FindMapRun(std::string_view arn) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->find_map_run.Query(arn), ToMapRun);
}

std::optional<MapRunRecord> SqliteStore::GetMapRun(int64_t id) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return First(reader->get_map_run.Query(id), ToMapRun);
}

std::vector<MapRunRecord> SqliteStore::MapRunsOf(int64_t execution_id) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->map_runs_of.Query(execution_id), ToMapRun);
}

std::vector<MapRunRecord> SqliteStore::RunningMapRuns() {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->running_map_runs.Query(Number(ExecutionStatus::kRunning)), ToMapRun);
}

std::vector<ExecutionRecord> SqliteStore::ListChildren(int64_t map_run_id, ExecutionStatus status, int64_t after_id,
                                                       size_t limit) {
  const SqliteReaderPool::Use reader(reading_->pool);
  return All(reader->list_children.Query(map_run_id, Number(status), after_id, LimitOf(limit)), ToExecution);
}

MapRunTallies SqliteStore::CountChildren(int64_t map_run_id, int64_t redrive_count) {
  const SqliteReaderPool::Use reader(reading_->pool);
  SqliteRows rows = reader->count_children.Query(map_run_id, redrive_count);
  MapRunTallies tallies;
  while (rows.Next()) {
    MapRunTally& tally = TallyOf(tallies, StatusAt(rows, 0), rows.Int(1) != 0);
    tally.children += rows.Int(2);
    tally.items += rows.Int(3);
  }
  return tallies;
}

}  // namespace gait
