#include "engine/store/sqlite_writer.h"

#include <sqlite3.h>

#include <optional>

#include "engine/base/check.h"
#include "engine/store/migrations.h"

namespace gait {
namespace {

// The log is written back when it has this many pages (4 MiB), while the committer waits. Measured with 64 short
// executions a commit: 3 ms once in 40 commits (11 ms where names are random); four times the pages take 12 ms once in
// 160 (37 ms), for the same throughput.
constexpr int kWriteBackPages = 1000;

// From here on (64 MiB) readers are kept waiting while the log is written back. SQLite begins the log anew only at a
// moment when nobody reads from it, and readers that overlap may leave none.
constexpr int kLogPagesMax = 16'000;
constexpr Duration kReadersPatience = Duration::Milliseconds(100);

// 16 MiB of pages. Random names touch a page of their index each, so a large cache should pay; measured at 800,000
// executions it does not, because the system's cache is behind it: 2 MiB 29,000 executions/s, 16 MiB 28,000, 64 MiB
// 26,000, 256 MiB 20,000. Names in the order of time: 110,000 with any.
constexpr char kPragmas[] =
    "PRAGMA page_size = 4096; PRAGMA cache_size = -16384; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = "
    "67108864";

// Makes the tables, which must be there before the statements are prepared. Returns the connection's epoch.
int64_t SetUp(SqliteConnection& connection) {
  connection.Execute("set up the connection", kPragmas);
  Migrate(connection, StoreMigrations());
  const std::string mode = connection.QueryText("write a log ahead", "PRAGMA journal_mode = WAL");
  if (mode != "wal") {
    throw EnvironmentError(connection.file() +
                           ": cannot write a log ahead on this file system; SQLite stays with journal mode " + mode);
  }
  // Durable with the first commit, which syncs all that stands before it in the log.
  connection.Execute("set up the connection", "PRAGMA synchronous = NORMAL");
  const int64_t epoch = connection.QueryInt("begin an epoch", "UPDATE meta SET epoch = epoch + 1 RETURNING epoch");
  connection.Execute("set up the connection", "PRAGMA synchronous = FULL");
  return epoch;
}

}  // namespace

SqliteWriter::SqliteWriter(const std::string& file, SqliteReaderPool& readers)
    : readers_(readers),
      connection_(file, SqliteConnection::Mode::kWrite),
      epoch_(SetUp(connection_)),
      begin_(connection_, "begin a transaction", "BEGIN IMMEDIATE"),
      commit_(connection_, "commit", "COMMIT"),
      epoch_query_(connection_, "read the epoch", "SELECT epoch FROM meta"),
      write_back_at_(kWriteBackPages) {
  sqlite3_wal_hook(
      connection_.handle(),
      [](void* log_pages, sqlite3*, const char*, int pages) {
        *static_cast<int*>(log_pages) = pages;
        return SQLITE_OK;
      },
      &log_pages_);
}

SqliteWriter::Transaction::Transaction(SqliteWriter& writer) : writer_(writer), lock_(writer.mutex_) {
  if (writer_.in_doubt_) {
    const std::string error = writer_.NextEpoch();
    if (!error.empty()) throw EnvironmentError(error);
  }
  writer_.begin_.Run();
  struct RollBack {
    SqliteConnection* connection;
    ~RollBack() {
      if (connection != nullptr) connection->RollBack();
    }
  } roll_back{&writer_.connection_};
  writer_.CheckEpoch();
  roll_back.connection = nullptr;
}

void SqliteWriter::CheckEpoch() {
  SqliteRows rows = epoch_query_.Query();
  if (!rows.Next() || rows.Int(0) != epoch_) {
    throw EnvironmentError(connection_.file() + " was taken over by another process; this one must not write to it");
  }
}

SqliteWriter::Transaction::~Transaction() {
  if (state_ == State::kCommitted) return;
  writer_.connection_.RollBack();
  if (state_ == State::kOpen) return;
  writer_.in_doubt_ = true;
  writer_.NextEpoch();
}

void SqliteWriter::Transaction::Commit() {
  const int log_pages_before = writer_.log_pages_;
  state_ = State::kCommitting;
  writer_.commit_.Run();
  state_ = State::kCommitted;
  if (writer_.log_pages_ < log_pages_before) writer_.write_back_at_ = kWriteBackPages;  // the log has begun anew
  if (writer_.log_pages_ >= writer_.write_back_at_) writer_.WriteLogBack();
}

// A commit whose last write or sync failed stands in the log, behind its end, and a crash could make it part of the
// log: it would have happened after all. The next commit is written over it, so one is made at once; where that fails
// too, before anything else is written.
std::string SqliteWriter::NextEpoch() {
  const std::string own = std::to_string(epoch_);
  std::string error =
      connection_.TryExecute("begin anew after a commit that failed",
                             "BEGIN IMMEDIATE; UPDATE meta SET epoch = epoch + 1 WHERE epoch = " + own + "; COMMIT");
  if (!error.empty()) {
    connection_.RollBack();
    return error;
  }
  in_doubt_ = false;
  if (sqlite3_changes64(connection_.handle()) == 1) ++epoch_;  // else another process has it, as CheckEpoch will find
  return error;
}

// Failing is no error: what was committed is in the log, and the log is written back later. A disk that stays broken
// fails a commit.
void SqliteWriter::WriteLogBack() {
  std::optional<SqliteReaderPool::Pause> pause;
  if (log_pages_ >= kLogPagesMax) pause.emplace(readers_, kReadersPatience);
  sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  write_back_at_ = log_pages_ + kWriteBackPages;
}

}  // namespace gait
