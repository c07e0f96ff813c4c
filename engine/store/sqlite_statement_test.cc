#include "engine/store/sqlite_statement.h"

#include <doctest/doctest.h>

#include "engine/base/check.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using Mode = SqliteConnection::Mode;

TEST_CASE("numbers, texts and blobs come back as they were bound") {
  const TempFolder folder;
  SqliteConnection connection(folder.File("db"), Mode::kWrite);
  connection.Execute("make a table", "CREATE TABLE t (i INTEGER NOT NULL, s TEXT NOT NULL, b BLOB NOT NULL) STRICT");
  SqliteStatement insert(connection, "insert", "INSERT INTO t VALUES (?1, ?2, ?3)");
  SqliteStatement select(connection, "select", "SELECT i, s, b FROM t ORDER BY i");
  const std::string bytes("\0\xff\x80x", 4);
  CHECK(insert.Run(int64_t{1}, "text", SqliteBlob{bytes}) == 1);
  CHECK(insert.Run(int64_t{2}, std::string_view(), SqliteBlob{}) == 1);  // empty, which is not NULL
  CHECK(insert.Run(Timestamp{INT64_MAX}, std::string("a\0b", 3), SqliteBlob{"x"}) == 1);
  for (int i = 0; i < 2; ++i) {  // a statement runs again when its rows are gone
    SqliteRows rows = select.Query();
    REQUIRE(rows.Next());
    CHECK(rows.Int(0) == 1);
    CHECK(rows.Text(1) == "text");
    CHECK(rows.Blob(2) == bytes);
    REQUIRE(rows.Next());
    CHECK(rows.Text(1).empty());
    CHECK(rows.Blob(2).empty());
    REQUIRE(rows.Next());
    CHECK(rows.Time(0) == Timestamp{INT64_MAX});
    CHECK(rows.Text(1) == std::string_view("a\0b", 3));
    CHECK_FALSE(rows.Next());
  }
  SqliteStatement update(connection, "update", "UPDATE t SET s = 'new' WHERE i <= ?1");
  CHECK(update.Run(int64_t{2}) == 2);
  CHECK(update.Run(int64_t{0}) == 0);
  CHECK(connection.QueryInt("count", "SELECT count(*) FROM t WHERE s = 'new'") == 2);
  CHECK(connection.QueryText("read", "SELECT s FROM t WHERE i = 1") == "new");
  CHECK(connection.QueryText("read", "SELECT s FROM t WHERE i = 5").empty());
}

// What a call throws, which must be an Error.
template <typename Error, typename F>
std::string MessageOf(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  FAIL("nothing was thrown");
  return "";
}

TEST_CASE("an error names the file, what was tried, and what SQLite and the system said") {
  const TempFolder folder;
  const std::string file = folder.File("none/db");
  CHECK(MessageOf<EnvironmentError>([&] { SqliteConnection(file, Mode::kWrite); }) ==
        file + ": cannot open the database: unable to open database file: No such file or directory (SQLite 14)");
  const std::string absent = folder.File("absent");
  CHECK(MessageOf<EnvironmentError>([&] { SqliteConnection(absent, Mode::kRead); }) ==
        absent + ": cannot open the database: unable to open database file: No such file or directory (SQLite 14)");
  CHECK_FALSE(std::filesystem::exists(absent));

  const std::string db = folder.File("db");
  SqliteConnection connection(db, Mode::kWrite);
  connection.Execute("make a table", "CREATE TABLE t (i INTEGER PRIMARY KEY, s TEXT NOT NULL) STRICT");
  SqliteStatement insert(connection, "insert a row", "INSERT INTO t VALUES (?1, ?2)");
  insert.Run(int64_t{1}, "a");
  // A row that breaks a rule is the program's fault.
  CHECK(MessageOf<InternalError>([&] { insert.Run(int64_t{1}, "b"); }) ==
        db + ": cannot insert a row: UNIQUE constraint failed: t.i (SQLite 1555)");
  CHECK(MessageOf<EnvironmentError>([&] { SqliteStatement(connection, "read", "SELECT * FROM u"); }) ==
        db + ": cannot read: no such table: u (SQLite 1)");
  CHECK(connection.TryExecute("try", "DELETE FROM u") == db + ": cannot try: no such table: u (SQLite 1)");
  CHECK(connection.TryExecute("try", "DELETE FROM t").empty());
}

TEST_CASE("a connection that reads changes nothing, and a rollback without a transaction is nothing") {
  const TempFolder folder;
  SqliteConnection writer(folder.File("db"), Mode::kWrite);
  writer.Execute("make a table", "PRAGMA journal_mode = WAL; CREATE TABLE t (i INTEGER) STRICT");
  SqliteConnection reader(folder.File("db"), Mode::kRead);
  CHECK_FALSE(reader.TryExecute("write", "INSERT INTO t VALUES (1)").empty());
  CHECK(reader.QueryInt("count", "SELECT count(*) FROM t") == 0);
  reader.RollBack();
  writer.Execute("begin", "BEGIN; INSERT INTO t VALUES (1)");
  writer.RollBack();
  CHECK(reader.QueryInt("count", "SELECT count(*) FROM t") == 0);
}

}  // namespace
}  // namespace gait
