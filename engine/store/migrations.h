// Brings a database to the tables that this version knows: runs the files of schemas/store that it has not seen.
// `PRAGMA user_version` is the number of the last one that ran; the files are part of the program (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

#include "engine/store/sqlite_statement.h"

namespace gait {

struct Migration {
  int number = 0;        // from 1, without gaps
  std::string_view sql;  // changes neither user_version nor the journal mode
};

// Those of schemas/store, in order.
std::span<const Migration> StoreMigrations();

// Runs what is missing, each file in a transaction of its own: a crash leaves a version that was complete.
// Throws EnvironmentError if the database is another program's or was written by a newer version; nothing is changed
// then.
void Migrate(SqliteConnection& connection, std::span<const Migration> migrations);

// The same checks for one who may not write. Throws EnvironmentError also if something is missing.
void CheckMigrated(SqliteConnection& connection, std::span<const Migration> migrations);

}  // namespace gait
