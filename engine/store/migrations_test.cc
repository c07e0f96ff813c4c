#include "engine/store/migrations.h"

#include <doctest/doctest.h>

#include <vector>

#include "engine/base/check.h"
#include "engine/store/sqlite_store.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

using Mode = SqliteConnection::Mode;

constexpr std::string_view kFirst = "PRAGMA application_id = 1734437236; CREATE TABLE a (i INTEGER) STRICT;";

int64_t VersionOf(const std::string& file) {
  return SqliteConnection(file, Mode::kWrite).QueryInt("read", "PRAGMA user_version");
}

std::string RefusalOf(const std::string& file, const std::vector<Migration>& migrations,
                      void (*migrate)(SqliteConnection&, std::span<const Migration>)) {
  try {
    SqliteConnection connection(file, Mode::kWrite);
    migrate(connection, migrations);
    return "";
  } catch (const EnvironmentError& e) {
    return e.what();
  }
}

TEST_CASE("the files of schemas/store are numbered from 1 without gaps") {
  const auto migrations = StoreMigrations();
  REQUIRE_FALSE(migrations.empty());
  for (size_t i = 0; i < migrations.size(); ++i) CHECK(migrations[i].number == static_cast<int>(i) + 1);
}

TEST_CASE("each migration runs once, in order") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  std::vector<Migration> migrations = {{1, kFirst}};
  CHECK(RefusalOf(file, migrations, Migrate).empty());
  CHECK(VersionOf(file) == 1);
  migrations.push_back({2, "ALTER TABLE a ADD COLUMN j INTEGER; -- a comment at the end"});
  migrations.push_back({3, "INSERT INTO a (i, j) VALUES (1, 2);"});
  CHECK(RefusalOf(file, migrations, CheckMigrated) ==
        file +
            " was written by an older version of gait: open it for writing first, which brings its tables up to date");
  for (int i = 0; i < 2; ++i) CHECK(RefusalOf(file, migrations, Migrate).empty());
  CHECK(VersionOf(file) == 3);
  CHECK(SqliteConnection(file, Mode::kRead).QueryInt("read", "SELECT sum(j) FROM a") == 2);
  CHECK(RefusalOf(file, migrations, CheckMigrated).empty());
}

TEST_CASE("a database of the first version is brought up to date with what it has") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const auto migrations = StoreMigrations();
  CHECK(RefusalOf(file, {migrations[0]}, Migrate).empty());
  SqliteConnection(file, Mode::kWrite)
      .Execute("start an execution", "INSERT INTO executions VALUES (1, 1, 1, 'e', 0, 2, 5, 6, 0, 0, 0)");
  const auto store = SqliteStore::Open(file);
  const auto execution = store->GetExecution(1);
  REQUIRE(execution.has_value());
  CHECK(execution->name == "e");
  CHECK(execution->status == ExecutionStatus::kFailed);
  CHECK(execution->redrive_count == 0);
  CHECK(execution->redriven_at == Timestamp{});
}

TEST_CASE("a migration that fails leaves the version before it") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  const std::vector<Migration> migrations = {{1, kFirst},
                                             {2, "CREATE TABLE b (i INTEGER) STRICT; CREATE TABLE a (i);"}};
  CHECK(RefusalOf(file, migrations, Migrate) == file + ": cannot create the tables: table a already exists (SQLite 1)");
  CHECK(VersionOf(file) == 1);
  CHECK(SqliteConnection(file, Mode::kRead).QueryInt("read", "SELECT count(*) FROM sqlite_schema") == 1);
}

TEST_CASE("a database of a newer version is refused, for reading too") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  CHECK(RefusalOf(file, {{1, kFirst}, {2, ""}}, Migrate).empty());
  const std::string refusal = file +
                              " was written by a newer version of gait: its tables are of version 2, and this gait "
                              "knows them up to version 1";
  CHECK(RefusalOf(file, {{1, kFirst}}, Migrate) == refusal);
  CHECK(RefusalOf(file, {{1, kFirst}}, CheckMigrated) == refusal);
  CHECK(VersionOf(file) == 2);
}

TEST_CASE("another program's database is refused and left as it is") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  SqliteConnection(file, Mode::kWrite).Execute("make", "CREATE TABLE t (i)");
  for (const auto migrate : {Migrate, CheckMigrated}) {
    CHECK(RefusalOf(file, {{1, kFirst}}, migrate) == file + " is an SQLite database, but not one of gait's");
  }
  CHECK(SqliteConnection(file, Mode::kRead).QueryInt("read", "SELECT count(*) FROM sqlite_schema") == 1);
}

TEST_CASE("an empty file is for writing only") {
  const TempFolder folder;
  const std::string file = folder.File("db");
  CHECK(RefusalOf(file, {{1, kFirst}}, CheckMigrated) ==
        file + " is empty: open it for writing first, which brings its tables up to date");
}

TEST_CASE("a gap in the numbers is the program's fault") {
  const TempFolder folder;
  SqliteConnection connection(folder.File("db"), Mode::kWrite);
  CHECK_THROWS_AS(Migrate(connection, std::vector<Migration>{{2, kFirst}}), InternalError);
}

}  // namespace
}  // namespace gait
