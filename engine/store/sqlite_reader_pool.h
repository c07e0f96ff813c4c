// Connections that only read, each with the statements that the store reads with. They see what was committed when a
// statement (or a snapshot) began, wait for no writer, and never write the log back.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/store/sqlite_statement.h"

namespace gait {

// What is read of a state machine, in this order.
inline constexpr char kStateMachineColumns[] =
    "id, name, type, role_arn, settings, created_at, deleting, deleted, definition_id, tags";

// Used by one thread at a time.
struct SqliteReader {
  explicit SqliteReader(const std::string& file);

  SqliteConnection connection;
  SqliteStatement begin;
  SqliteStatement next_ids;
  SqliteStatement find_state_machine, get_state_machine, list_state_machines, get_definition;
  SqliteStatement find_version, list_versions, find_alias, list_aliases;
  SqliteStatement find_activity, list_activities;
  SqliteStatement find_execution, get_execution, running_executions, closed_executions, get_segment;
  SqliteStatement list_by_status, list_by_map_run, list_by_version, list_by_alias, list_all;
  SqliteStatement list_timers;
  SqliteStatement find_map_run, get_map_run, map_runs_of, running_map_runs, list_children, count_children;
};

// Everything that is read while this lives was committed when the first statement began.
class SqliteSnapshot {
 public:
  explicit SqliteSnapshot(SqliteReader& reader) : reader_(reader) { reader_.begin.Run(); }
  ~SqliteSnapshot() { reader_.connection.RollBack(); }
  SqliteSnapshot(const SqliteSnapshot&) = delete;
  SqliteSnapshot& operator=(const SqliteSnapshot&) = delete;

 private:
  SqliteReader& reader_;
};

// Shared and locked: any thread.
class SqliteReaderPool {
 public:
  explicit SqliteReaderPool(std::string file) : file_(std::move(file)) {}

  // A reader, for as long as this lives. A thread has one at a time.
  class Use {
   public:
    explicit Use(SqliteReaderPool& pool) : place_(pool), reader_(pool.TakeIdle()) {}
    ~Use() { place_.pool.GiveBack(std::move(reader_)); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    SqliteReader& operator*() const { return *reader_; }
    SqliteReader* operator->() const { return reader_.get(); }

   private:
    struct Place {
      explicit Place(SqliteReaderPool& p) : pool(p) { pool.Enter(); }
      ~Place() { pool.Leave(); }
      Place(const Place&) = delete;
      Place& operator=(const Place&) = delete;
      SqliteReaderPool& pool;
    };
    const Place place_;
    std::unique_ptr<SqliteReader> reader_;
  };

  // While this lives no read begins. The constructor waits for those under way, but not longer than `patience`.
  class Pause {
   public:
    Pause(SqliteReaderPool& pool, Duration patience);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    SqliteReaderPool& pool_;
  };

  // Closes the connections. REQUIRES: none is in use.
  void Close();

 private:
  // What reads at a time. A read takes some 10 microseconds, so more threads than this gain nothing by not waiting.
  static constexpr size_t kReadersMax = 8;

  void Enter();
  void Leave();
  std::unique_ptr<SqliteReader> TakeIdle();
  void GiveBack(std::unique_ptr<SqliteReader> reader);

  const std::string file_;
  std::mutex mutex_;  // protects all below
  std::condition_variable changed_;
  std::vector<std::unique_ptr<SqliteReader>> idle_;
  size_t in_use_ = 0;
  bool paused_ = false;
};

}  // namespace gait
