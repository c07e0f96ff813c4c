#include "engine/store/sqlite_records.h"

#include "engine/base/check.h"
#include "engine/json/parse.h"

namespace gait {

ExecutionStatus StatusAt(const SqliteRows& rows, int column) {
  const int64_t status = rows.Int(column);
  if (status < 0 || status > static_cast<int64_t>(ExecutionStatus::kAborted)) {
    throw EnvironmentError(rows.file() + " is damaged: a status is " + std::to_string(status));
  }
  return static_cast<ExecutionStatus>(status);
}

StateMachineRecord ToStateMachine(const SqliteRows& rows) {
  StateMachineRecord machine;
  machine.id = rows.Int(0);
  machine.name = rows.Text(1);
  machine.type = rows.Text(2);
  machine.role_arn = rows.Text(3);
  machine.settings = rows.Text(4);
  machine.created_at = rows.Time(5);
  machine.deleting = rows.Int(6) != 0;
  machine.deleted = rows.Int(7) != 0;
  machine.definition_id = rows.Int(8);
  machine.tags = rows.Text(9);
  return machine;
}

ActivityRecord ToActivity(const SqliteRows& rows) {
  ActivityRecord activity;
  activity.id = rows.Int(0);
  activity.name = rows.Text(1);
  activity.settings = rows.Text(2);
  activity.created_at = rows.Time(3);
  activity.tags = rows.Text(4);
  return activity;
}

DefinitionRecord ToDefinition(const SqliteRows& rows) {
  DefinitionRecord definition;
  definition.id = rows.Int(0);
  definition.state_machine_id = rows.Int(1);
  definition.revision_id = rows.Text(2);
  definition.role_arn = rows.Text(3);
  definition.created_at = rows.Time(4);
  definition.text = rows.Text(5);
  definition.settings = rows.Text(6);
  return definition;
}

VersionRecord ToVersion(const SqliteRows& rows) {
  VersionRecord version;
  version.state_machine_id = rows.Int(0);
  version.number = rows.Int(1);
  version.definition_id = rows.Int(2);
  version.description = rows.Text(3);
  version.created_at = rows.Time(4);
  return version;
}

AliasRecord ToAlias(const SqliteRows& rows) {
  AliasRecord alias;
  alias.id = rows.Int(0);
  alias.state_machine_id = rows.Int(1);
  alias.name = rows.Text(2);
  alias.description = rows.Text(3);
  alias.version = rows.Int(4);
  alias.weight = rows.Int(5);
  alias.second_version = rows.Int(6);
  alias.created_at = rows.Time(7);
  alias.updated_at = rows.Time(8);
  return alias;
}

ExecutionRecord ToExecution(const SqliteRows& rows) {
  ExecutionRecord execution;
  execution.id = rows.Int(0);
  execution.state_machine_id = rows.Int(1);
  execution.definition_id = rows.Int(2);
  execution.name = rows.Text(3);
  execution.status = StatusAt(rows, 4);
  execution.started_at = rows.Time(5);
  execution.stopped_at = rows.Time(6);
  execution.map_run_id = rows.Int(7);
  execution.map_index = rows.Int(8);
  execution.last_segment = rows.Int(9);
  execution.redrive_count = rows.Int(10);
  execution.redriven_at = rows.Time(11);
  execution.version = rows.Int(12);
  execution.alias = rows.Text(13);
  execution.map_items = rows.Int(14);
  execution.map_redrive = rows.Int(15);
  return execution;
}

std::optional<double> PercentageOf(std::string_view json) {
  const JsonParse parse = ParseJson(json);
  return parse && parse.value->is_number() ? std::optional(parse.value->as_double()) : std::nullopt;
}

MapRunRecord ToMapRun(const SqliteRows& rows) {
  MapRunRecord run;
  run.id = rows.Int(0);
  run.arn = rows.Text(1);
  run.execution_id = rows.Int(2);
  run.state_name = rows.Text(3);
  run.status = StatusAt(rows, 4);
  run.started_at = rows.Time(5);
  run.stopped_at = rows.Time(6);
  run.total_items = rows.Int(7);
  run.max_concurrency = rows.Int(8);
  if (rows.Int(9) >= 0) run.tolerated_failure_count = rows.Int(9);
  run.tolerated_failure_percentage = PercentageOf(rows.Text(10));
  run.total_children = rows.Int(11);
  run.begun = {rows.Int(12), rows.Int(13)};
  run.counted = rows.Int(14) != 0;
  run.redrive_count = rows.Int(15);
  run.redriven_at = rows.Time(16);
  run.results = rows.Text(17);
  return run;
}

TimerRecord ToTimer(const SqliteRows& rows) {
  return {{rows.Time(0), rows.Int(1)}, rows.Int(2), static_cast<BranchId>(rows.Int(3)), rows.Int(4), rows.Int(5)};
}

}  // namespace gait
