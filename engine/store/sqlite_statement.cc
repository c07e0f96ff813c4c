#include "engine/store/sqlite_statement.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "engine/base/check.h"

namespace gait {
namespace {

// How long to wait for a lock that another process holds: somebody's sqlite3 shell, at worst.
constexpr int kBusyMs = 5000;

}  // namespace

SqliteConnection::SqliteConnection(const std::string& file, Mode mode) : file_(file) {
  const int flags = mode == Mode::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* db = nullptr;
  errno = 0;
  const int code = sqlite3_open_v2(file.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) Fail("open the database", code);
  sqlite3_busy_timeout(db, kBusyMs);
  // With a mapped file, a disk that fails would be a signal and not an error.
  Execute("set up the connection", "PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 0");
  if (mode == Mode::kWrite) return;
  // Who reads must not write the log back, not even as the last to close the file.
  Execute("set up the connection", "PRAGMA query_only = 1");
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void SqliteConnection::Closer::operator()(sqlite3* db) const { sqlite3_close(db); }

void SqliteConnection::Execute(const char* purpose, const std::string& sql) {
  errno = 0;
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) Fail(purpose, code);
}

std::string SqliteConnection::TryExecute(const char* purpose, const std::string& sql) {
  errno = 0;
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? std::string() : Describe(purpose, code);
}

void SqliteConnection::RollBack() {
  if (sqlite3_get_autocommit(db_.get()) == 0) sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

std::string SqliteConnection::QueryText(const char* purpose, const char* sql) {
  SqliteStatement statement(*this, purpose, sql);
  SqliteRows rows = statement.Query();
  std::string text = rows.Next() ? std::string(rows.Text(0)) : std::string();
  rows.Next();
  return text;
}

int64_t SqliteConnection::QueryInt(const char* purpose, const char* sql) {
  SqliteStatement statement(*this, purpose, sql);
  SqliteRows rows = statement.Query();
  const int64_t n = rows.Next() ? rows.Int(0) : 0;
  rows.Next();
  return n;
}

std::string SqliteConnection::Describe(const char* purpose, int code) const {
  // sqlite3_system_errno is not set by a COMMIT that fails, and stays from failure to failure.
  const int system = errno;
  std::string message = file_ + ": cannot " + purpose + ": " + sqlite3_errmsg(db_.get());
  const int kind = code & 0xff;
  const bool by_system = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL;
  if (by_system && system != 0) message += std::string(": ") + std::strerror(system);
  return message + " (SQLite " + std::to_string(code) + ")";
}

void SqliteConnection::Fail(const char* purpose, int code) const {
  const std::string message = Describe(purpose, code);
  const int kind = code & 0xff;
  if (kind == SQLITE_CONSTRAINT || kind == SQLITE_MISUSE || kind == SQLITE_RANGE) throw InternalError(message);
  throw EnvironmentError(message);
}

SqliteRows::~SqliteRows() { sqlite3_reset(statement_); }

bool SqliteRows::Next() {
  errno = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.Fail(purpose_, code);
  return false;
}

int64_t SqliteRows::Int(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view SqliteRows::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text == nullptr ? std::string_view()
                         : std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

std::string_view SqliteRows::Blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr ? std::string_view()
                          : std::string_view(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

SqliteStatement::SqliteStatement(SqliteConnection& connection, const char* purpose, const std::string& sql)
    : connection_(connection), purpose_(purpose) {
  errno = 0;
  const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) connection.Fail(purpose, code);
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

void SqliteStatement::Bind(int place, int64_t value) {
  const int code = sqlite3_bind_int64(statement_, place, value);
  if (code != SQLITE_OK) connection_.Fail(purpose_, code);
}

// A null pointer would bind NULL, which is not the empty text.
void SqliteStatement::Bind(int place, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_, place, text.data() == nullptr ? "" : text.data(), text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) connection_.Fail(purpose_, code);
}

void SqliteStatement::Bind(int place, SqliteBlob blob) {
  const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  const int code = sqlite3_bind_blob64(statement_, place, bytes, blob.bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) connection_.Fail(purpose_, code);
}

int64_t SqliteStatement::RunBound() {
  SqliteRows rows(connection_, statement_, purpose_);
  while (rows.Next()) {
  }
  return sqlite3_changes64(connection_.handle());
}

}  // namespace gait
