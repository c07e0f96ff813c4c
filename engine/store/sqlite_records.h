// Rows of the database as records. The columns stand in the order in which sqlite_reader_pool.cc asks for them.
#pragma once

#include "engine/store/sqlite_statement.h"
#include "engine/store/store.h"

namespace gait {

// Throws EnvironmentError where the column holds none.
ExecutionStatus StatusAt(const SqliteRows& rows, int column);

StateMachineRecord ToStateMachine(const SqliteRows& rows);
ActivityRecord ToActivity(const SqliteRows& rows);
DefinitionRecord ToDefinition(const SqliteRows& rows);
VersionRecord ToVersion(const SqliteRows& rows);
AliasRecord ToAlias(const SqliteRows& rows);
ExecutionRecord ToExecution(const SqliteRows& rows);
MapRunRecord ToMapRun(const SqliteRows& rows);
TimerRecord ToTimer(const SqliteRows& rows);

}  // namespace gait
