// The one connection that writes a database, and that writes its log back into it.
//
// SQLite 3.7.0 to 3.51.2 may lose committed pages when one connection resets the log while another writes it back
// (https://sqlite.org/wal.html, "The WAL-reset bug"). One connection doing both, and one at a time, cannot.
#pragma once

#include <mutex>
#include <string>

#include "engine/store/sqlite_reader_pool.h"
#include "engine/store/sqlite_statement.h"

namespace gait {

// Shared and locked: a transaction holds the lock. REQUIRES: the caller holds the database's Lease.
class SqliteWriter {
 public:
  // Opens the database or makes it, brings its tables up to date, and begins a new epoch. `readers` are those of the
  // same file; they outlive this. Throws EnvironmentError.
  SqliteWriter(const std::string& file, SqliteReaderPool& readers);

  // What happens while this lives is durable when Commit returns, or else never happened.
  class Transaction {
   public:
    // Throws EnvironmentError if the epoch is no longer the writer's own.
    explicit Transaction(SqliteWriter& writer);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void Commit();

   private:
    enum class State { kOpen, kCommitting, kCommitted };

    SqliteWriter& writer_;
    const std::lock_guard<std::mutex> lock_;
    State state_ = State::kOpen;
  };

  // For statements, which run within a transaction.
  SqliteConnection& connection() { return connection_; }

 private:
  void CheckEpoch();
  // Takes the next epoch, if the present one is still the writer's own. Gives what failed, or "".
  std::string NextEpoch();
  void WriteLogBack();

  SqliteReaderPool& readers_;
  SqliteConnection connection_;
  int64_t epoch_ = 0;
  std::mutex mutex_;  // protects the connection and all below
  SqliteStatement begin_, commit_, epoch_query_;
  bool in_doubt_ = false;  // a commit failed, and may come back from the log after a crash: see NextEpoch
  int log_pages_ = 0;      // as of the last commit
  int write_back_at_;      // pages
};

}  // namespace gait
