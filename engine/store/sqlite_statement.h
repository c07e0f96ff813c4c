// SQLite, as far as the store uses it: a connection, its prepared statements, and the rows that they give. Every
// failure is an EnvironmentError that names the file, what was tried and what SQLite and the system said. Not
// thread-safe: who owns a connection says who may use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/timestamp.h"

struct sqlite3;
struct sqlite3_stmt;

namespace gait {

class SqliteConnection {
 public:
  enum class Mode {
    kWrite,  // makes the file if there is none
    kRead,   // changes nothing, also when it is closed: see docs/history_format.md on who may write the log back
  };
  SqliteConnection(const std::string& file, Mode mode);

  // Runs SQL that gives no rows, or whose rows do not matter. `purpose`: "create the tables".
  void Execute(const char* purpose, const std::string& sql);
  // The same, where failing is one of the ways it may go: gives what Execute would throw, or "".
  std::string TryExecute(const char* purpose, const std::string& sql);
  // Rolls back the transaction under way, if there is one. SQLite may have done it already.
  void RollBack();
  // The one value that the SQL gives; "" or 0 if it gives no row.
  std::string QueryText(const char* purpose, const char* sql);
  int64_t QueryInt(const char* purpose, const char* sql);

  const std::string& file() const { return file_; }
  sqlite3* handle() const { return db_.get(); }
  // Throws what the last call on the connection failed with, which gave `code` and left errno. An InternalError if the
  // caller is to blame.
  [[noreturn]] void Fail(const char* purpose, int code) const;

 private:
  std::string Describe(const char* purpose, int code) const;

  struct Closer {
    void operator()(sqlite3* db) const;
  };

  std::string file_;
  std::unique_ptr<sqlite3, Closer> db_;
};

// A blob among the arguments of a statement; every other text is a TEXT.
struct SqliteBlob {
  std::string_view bytes;
};

// The rows of a running statement. The statement can run again when this is gone.
class SqliteRows {
 public:
  SqliteRows(const SqliteConnection& connection, sqlite3_stmt* statement, const char* purpose)
      : connection_(connection), statement_(statement), purpose_(purpose) {}
  ~SqliteRows();
  SqliteRows(const SqliteRows&) = delete;
  SqliteRows& operator=(const SqliteRows&) = delete;

  // Moves on to the next row, the first at the first call; false behind the last.
  bool Next();
  // Of the current row. Texts are valid until the next call of Next. REQUIRES: the column has this type.
  int64_t Int(int column) const;
  Timestamp Time(int column) const { return {Int(column)}; }
  std::string_view Text(int column) const;
  std::string_view Blob(int column) const;

  const std::string& file() const { return connection_.file(); }

 private:
  const SqliteConnection& connection_;
  sqlite3_stmt* const statement_;
  const char* const purpose_;
};

// Prepared once, run many times. Lives no longer than its connection.
class SqliteStatement {
 public:
  SqliteStatement(SqliteConnection& connection, const char* purpose, const std::string& sql);
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  // Binds ?1, ?2, ... in order. The texts must outlive the rows.
  template <typename... Args>
  SqliteRows Query(const Args&... args) {
    int place = 0;
    (Bind(++place, args), ...);
    return SqliteRows(connection_, statement_, purpose_);
  }
  // Runs a statement that gives no rows. Returns how many rows it changed.
  template <typename... Args>
  int64_t Run(const Args&... args) {
    int place = 0;
    (Bind(++place, args), ...);
    return RunBound();
  }

 private:
  void Bind(int place, int64_t value);
  void Bind(int place, Timestamp value) { Bind(place, value.ms); }
  void Bind(int place, std::string_view text);
  void Bind(int place, SqliteBlob blob);
  int64_t RunBound();

  SqliteConnection& connection_;
  const char* const purpose_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace gait
