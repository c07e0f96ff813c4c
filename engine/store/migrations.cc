#include "engine/store/migrations.h"

#include <array>
#include <charconv>

#include "engine/base/check.h"
#include "engine/store/migration_files.h"

namespace gait {
namespace {

constexpr int64_t kApplicationId = 0x67616974;  // "gait"; 0001_initial.sql sets it

// The number of the last migration that ran; 0 for an empty file. Throws if the database is not for this program.
int VersionOf(SqliteConnection& connection, int newest) {
  const int64_t version = connection.QueryInt("read the version", "PRAGMA user_version");
  const int64_t application = connection.QueryInt("read the application id", "PRAGMA application_id");
  const int64_t tables = connection.QueryInt("read the schema", "SELECT count(*) FROM sqlite_schema");
  if (version == 0 && application == 0 && tables == 0) return 0;
  if (application != kApplicationId) {
    throw EnvironmentError(connection.file() + " is an SQLite database, but not one of gait's");
  }
  if (version > newest) {
    throw EnvironmentError(connection.file() + " was written by a newer version of gait: its tables are of version " +
                           std::to_string(version) + ", and this gait knows them up to version " +
                           std::to_string(newest));
  }
  return static_cast<int>(version);
}

int NewestOf(std::span<const Migration> migrations) { return static_cast<int>(migrations.size()); }

}  // namespace

std::span<const Migration> StoreMigrations() {
  static const auto kMigrations = [] {
    std::array<Migration, std::size(kMigrationFiles)> migrations;
    for (size_t i = 0; i < migrations.size(); ++i) {
      const std::string_view name = kMigrationFiles[i][0];  // "0001_initial.sql"
      std::from_chars(name.data(), name.data() + 4, migrations[i].number);
      migrations[i].sql = kMigrationFiles[i][1];
    }
    return migrations;
  }();
  return kMigrations;
}

void Migrate(SqliteConnection& connection, std::span<const Migration> migrations) {
  const int version = VersionOf(connection, NewestOf(migrations));
  for (size_t i = static_cast<size_t>(version); i < migrations.size(); ++i) {
    const Migration& m = migrations[i];
    GAIT_CHECK(m.number == static_cast<int>(i) + 1, "the migrations are not numbered from 1 without gaps");
    // What fails is rolled back when the connection is closed: the caller has nothing else to do with it.
    connection.Execute("create the tables", "BEGIN IMMEDIATE;\n" + std::string(m.sql) +
                                                "\nPRAGMA user_version = " + std::to_string(m.number) + ";\nCOMMIT");
  }
}

void CheckMigrated(SqliteConnection& connection, std::span<const Migration> migrations) {
  const int newest = NewestOf(migrations);
  const int version = VersionOf(connection, newest);
  if (version < newest) {
    throw EnvironmentError(connection.file() +
                           (version == 0 ? " is empty" : " was written by an older version of gait") +
                           ": open it for writing first, which brings its tables up to date");
  }
}

}  // namespace gait
