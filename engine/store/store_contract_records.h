// Records for the tests of stores, and what they do with them again and again.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/store.h"

namespace gait::store_contract {

using Ids = std::vector<int64_t>;

inline constexpr Timestamp kNow = {1'700'000'000'000};

inline StateMachineRecord Machine(std::string name) {
  StateMachineRecord machine;
  machine.name = std::move(name);
  machine.type = "STANDARD";
  machine.role_arn = "arn:aws:iam::123456789012:role/r";
  machine.settings = R"({"tags":[]})";
  machine.created_at = kNow;
  return machine;
}

inline DefinitionRecord Definition(std::string text) {
  DefinitionRecord definition;
  definition.settings = R"({"logging":1})";
  definition.revision_id = "revision of " + text;
  definition.text = std::move(text);
  definition.role_arn = "arn:aws:iam::123456789012:role/r";
  definition.created_at = kNow;
  return definition;
}

inline ExecutionRecord Execution(int64_t id, std::string name, int64_t state_machine_id = 1) {
  ExecutionRecord execution;
  execution.id = id;
  execution.state_machine_id = state_machine_id;
  execution.definition_id = 1;
  execution.name = std::move(name);
  execution.started_at = kNow;
  return execution;
}

// Appends a batch of starts alone; gives whether each name was taken.
inline std::vector<bool> Start(Store& store, std::vector<ExecutionRecord> executions, Timestamp now = kNow) {
  Batch batch;
  for (ExecutionRecord& e : executions) batch.starts.push_back({std::move(e)});
  store.Append(batch, now);
  std::vector<bool> taken;
  for (const Batch::Start& start : batch.starts) taken.push_back(start.name_taken);
  return taken;
}

inline Ids IdsOf(const std::vector<ExecutionRecord>& executions) {
  Ids ids;
  for (const ExecutionRecord& e : executions) ids.push_back(e.id);
  return ids;
}

inline void CheckSame(const std::optional<ExecutionRecord>& found, const ExecutionRecord& expected) {
  REQUIRE(found.has_value());
  CHECK(found->id == expected.id);
  CHECK(found->state_machine_id == expected.state_machine_id);
  CHECK(found->definition_id == expected.definition_id);
  CHECK(found->name == expected.name);
  CHECK(found->status == expected.status);
  CHECK(found->started_at == expected.started_at);
  CHECK(found->stopped_at == expected.stopped_at);
  CHECK(found->map_run_id == expected.map_run_id);
  CHECK(found->map_index == expected.map_index);
  CHECK(found->last_segment == expected.last_segment);
  CHECK(found->redrive_count == expected.redrive_count);
  CHECK(found->redriven_at == expected.redriven_at);
  CHECK(found->version == expected.version);
  CHECK(found->alias == expected.alias);
  CHECK(found->map_items == expected.map_items);
  CHECK(found->map_redrive == expected.map_redrive);
}

inline void CheckSame(const std::optional<StateMachineRecord>& found, const StateMachineRecord& expected) {
  REQUIRE(found.has_value());
  CHECK(found->id == expected.id);
  CHECK(found->name == expected.name);
  CHECK(found->type == expected.type);
  CHECK(found->role_arn == expected.role_arn);
  CHECK(found->settings == expected.settings);
  CHECK(found->created_at == expected.created_at);
  CHECK(found->deleting == expected.deleting);
  CHECK(found->deleted == expected.deleted);
  CHECK(found->definition_id == expected.definition_id);
  CHECK(found->tags == expected.tags);
}

}  // namespace gait::store_contract
