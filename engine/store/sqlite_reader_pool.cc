#include "engine/store/sqlite_reader_pool.h"

#include <chrono>

namespace gait {
namespace {

std::string Executions(const char* which) {
  return std::string(
             "SELECT id, state_machine_id, definition_id, name, status, started_at, stopped_at, map_run_id, map_index, "
             "last_segment, redrive_count, redriven_at, version, alias, map_items, map_redrive FROM executions ") +
         which;
}

std::string StateMachines(const char* which) {
  return std::string("SELECT ") + kStateMachineColumns + " FROM state_machines " + which;
}

std::string Versions(const char* which) {
  return std::string("SELECT state_machine_id, number, definition_id, description, created_at FROM versions ") + which;
}

std::string Aliases(const char* which) {
  return std::string(
             "SELECT id, state_machine_id, name, description, version, weight, second_version, created_at, updated_at "
             "FROM aliases ") +
         which;
}

std::string MapRuns(const char* which) {
  return std::string(
             "SELECT id, arn, execution_id, state_name, status, started_at, stopped_at, total, max_concurrency, "
             "tolerated_failure_count, tolerated_failure_percentage, total_children, begun_children, begun_items, "
             "counted, "
             "redrive_count, redriven_at, results FROM map_runs ") +
         which;
}

}  // namespace

// INDEXED BY makes a query that would not use the index an error here, and not a slow one in a large database.
SqliteReader::SqliteReader(const std::string& file)
    : connection(file, SqliteConnection::Mode::kRead),
      begin(connection, "begin a read", "BEGIN"),
      next_ids(
          connection, "read the newest ids",
          "SELECT (SELECT max(id) FROM executions), (SELECT max(id) FROM segments), (SELECT max(id) FROM map_runs)"),
      find_state_machine(connection, "find a state machine", StateMachines("WHERE name = ?1 AND deleted = 0")),
      get_state_machine(connection, "read a state machine", StateMachines("WHERE id = ?1")),
      list_state_machines(
          connection, "list the state machines",
          StateMachines("INDEXED BY state_machines_by_name WHERE name > ?1 AND deleted = 0 ORDER BY name "
                        "LIMIT ?2")),
      get_definition(connection, "read a definition",
                     "SELECT id, state_machine_id, revision_id, role_arn, created_at, text, settings FROM definitions "
                     "WHERE id = ?1"),
      find_version(connection, "find a version", Versions("WHERE state_machine_id = ?1 AND number = ?2")),
      list_versions(connection, "list the versions",
                    Versions("WHERE state_machine_id = ?1 AND (?2 = 0 OR number < ?2) ORDER BY number DESC LIMIT ?3")),
      find_alias(connection, "find an alias", Aliases("WHERE state_machine_id = ?1 AND name = ?2")),
      list_aliases(connection, "list the aliases",
                   Aliases("WHERE state_machine_id = ?1 AND (?2 = 0 OR version = ?2 OR second_version = ?2) AND id > "
                           "?3 ORDER BY id LIMIT ?4")),
      find_activity(connection, "find an activity",
                    "SELECT id, name, settings, created_at, tags FROM activities WHERE name = ?1"),
      list_activities(connection, "list the activities",
                      "SELECT id, name, settings, created_at, tags FROM activities WHERE id > ?1 ORDER BY id LIMIT ?2"),
      find_execution(connection, "find an execution",
                     Executions("WHERE state_machine_id = ?1 AND name = ?2 AND generation = 0")),
      get_execution(connection, "read an execution", Executions("WHERE id = ?1")),
      running_executions(connection, "read the running executions",
                         Executions("INDEXED BY executions_by_status WHERE status = 0 ORDER BY id")),
      closed_executions(connection, "find what is to be removed",
                        Executions("NOT INDEXED WHERE status != 0 AND stopped_at <= ?1 AND (last_segment != 0 OR "
                                   "(stopped_at <= ?2 AND id < (SELECT max(id) FROM executions))) AND map_run_id NOT "
                                   "IN (SELECT id FROM map_runs WHERE status = 0) LIMIT ?3")),
      get_segment(connection, "read a history",
                  "SELECT execution_id, previous, checksum, events FROM segments WHERE id = ?1"),
      list_by_status(
          connection, "list executions",
          Executions("INDEXED BY executions_by_status WHERE status = ?1 AND state_machine_id = ?2 "
                     "AND map_run_id = 0 AND (last_segment != 0 OR status = 0) AND id < ?3 ORDER BY id DESC LIMIT ?4")),
      list_by_map_run(
          connection, "list the children of a map run",
          Executions(
              "INDEXED BY executions_by_map_run WHERE status = ?1 AND map_run_id = ?2 "
              "AND map_run_id != 0 AND (?5 = 0 OR state_machine_id = ?5) AND (?6 < 0 OR (redrive_count > 0) = ?6) "
              "AND (last_segment != 0 OR status = 0) AND id < ?3 ORDER BY id DESC LIMIT ?4")),
      list_by_version(connection, "list the executions of a version",
                      Executions("INDEXED BY executions_by_version WHERE state_machine_id = ?1 AND version = ?2 AND "
                                 "version != 0 AND (last_segment != 0 OR status = 0) AND (?3 < 0 OR status = ?3) AND "
                                 "id < ?4 ORDER BY id DESC LIMIT ?5")),
      list_by_alias(connection, "list the executions of an alias",
                    Executions("INDEXED BY executions_by_alias WHERE state_machine_id = ?1 AND alias = ?2 AND alias != "
                               "'' AND (last_segment != 0 OR status = 0) AND (?3 < 0 OR status = ?3) AND id < ?4 "
                               "ORDER BY id DESC LIMIT ?5")),
      list_all(connection, "list executions",
               Executions("NOT INDEXED WHERE map_run_id = 0 AND (last_segment != 0 OR status = 0) AND (?1 < 0 OR "
                          "status = ?1) AND id < ?2 "
                          "ORDER BY id DESC LIMIT ?3")),
      list_timers(connection, "read the timers",
                  "SELECT due_at, number, execution_id, branch, kind, event FROM timers "
                  "WHERE (due_at, number) > (?1, ?2) AND due_at <= ?3 ORDER BY due_at, number LIMIT ?4"),
      find_map_run(connection, "find a map run", MapRuns("WHERE arn = ?1")),
      get_map_run(connection, "read a map run", MapRuns("WHERE id = ?1")),
      map_runs_of(connection, "list the map runs of an execution",
                  MapRuns("INDEXED BY map_runs_by_execution WHERE execution_id = ?1 ORDER BY id")),
      running_map_runs(connection, "list the map runs that run", MapRuns("WHERE status = ?1 ORDER BY id")),
      list_children(connection, "list the children of a map run",
                    Executions("INDEXED BY executions_by_map_run WHERE map_run_id = ?1 AND map_run_id != 0 "
                               "AND status = ?2 AND id > ?3 ORDER BY id LIMIT ?4")),
      count_children(connection, "count the children of a map run",
                     "SELECT status, map_redrive < ?2, count(*), sum(map_items) FROM executions "
                     "INDEXED BY executions_by_map_run WHERE map_run_id = ?1 AND map_run_id != 0 GROUP BY 1, 2") {}

void SqliteReaderPool::Enter() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !paused_ && in_use_ < kReadersMax; });
  ++in_use_;
}

void SqliteReaderPool::Leave() {
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
  }
  changed_.notify_all();
}

std::unique_ptr<SqliteReader> SqliteReaderPool::TakeIdle() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<SqliteReader> reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  return std::make_unique<SqliteReader>(file_);
}

void SqliteReaderPool::GiveBack(std::unique_ptr<SqliteReader> reader) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

void SqliteReaderPool::Close() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

SqliteReaderPool::Pause::Pause(SqliteReaderPool& pool, Duration patience) : pool_(pool) {
  std::unique_lock lock(pool_.mutex_);
  pool_.paused_ = true;
  pool_.changed_.wait_for(lock, std::chrono::milliseconds(patience.ms), [&] { return pool_.in_use_ == 0; });
}

SqliteReaderPool::Pause::~Pause() {
  {
    const std::lock_guard lock(pool_.mutex_);
    pool_.paused_ = false;
  }
  pool_.changed_.notify_all();
}

}  // namespace gait
