#include "engine/store/memory_store.h"

#include <algorithm>
#include <unordered_set>

#include "engine/base/check.h"

namespace gait {
namespace {

template <typename Map, typename Key>
auto Get(const Map& map, const Key& key) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

template <typename Map>
int64_t NextId(const Map& map) {
  return map.empty() ? 1 : map.rbegin()->first + 1;
}

bool Matches(const ExecutionRecord& e, const ExecutionFilter& filter) {
  if (e.last_segment == 0 && e.status != ExecutionStatus::kRunning) return false;  // its history was removed
  return (filter.state_machine_id == 0 || e.state_machine_id == filter.state_machine_id) &&
         e.map_run_id == filter.map_run_id && (!filter.status || e.status == *filter.status) &&
         (!filter.redriven || (e.redrive_count > 0) == *filter.redriven) &&
         (filter.version == 0 || e.version == filter.version) && (filter.alias.empty() || e.alias == filter.alias);
}

}  // namespace

void MemoryStore::Append(Batch& batch, Timestamp now) {
  const std::lock_guard lock(mutex_);
  Check(batch);
  std::unordered_set<int64_t> left_out;
  for (Batch::Start& start : batch.starts) {
    start.name_taken = !Start(start.execution, now);
    if (start.name_taken) left_out.insert(start.execution.id);
  }
  for (const Segment& segment : batch.segments) {
    if (left_out.contains(segment.execution_id)) continue;
    segments_.emplace(segment.id, segment);
    last_segment_id_ = std::max(last_segment_id_, segment.id);
  }
  for (const Batch::Progressed& p : batch.progressed) {
    if (left_out.contains(p.execution_id)) continue;
    ExecutionRecord& execution = executions_.at(p.execution_id);
    execution.last_segment = p.last_segment;
    execution.status = p.status;
    execution.stopped_at = p.stopped_at;
    execution.redrive_count = p.redrive_count;
    execution.redriven_at = p.redriven_at;
    execution.map_redrive = p.map_redrive;
    if (p.status == ExecutionStatus::kRunning) {
      running_.insert(p.execution_id);
    } else {
      running_.erase(p.execution_id);
    }
  }
  for (const MapRunRecord& run : batch.map_runs) {
    const auto [stored, is_new] = map_runs_.emplace(run.id, run);
    if (!is_new) {
      const MapRunCursor begun = stored->second.begun;
      stored->second = run;
      stored->second.begun = begun;
    }
    map_runs_by_arn_.insert_or_assign(run.arn, run.id);
  }
  for (const auto& [run, cursor] : batch.map_run_cursors) map_runs_.at(run).begun = cursor;
  AppendTimers(batch);
}

void MemoryStore::AppendTimers(const Batch& batch) {
  while (!timers_.empty() && timers_.begin()->first.due_at <= batch.timers_until) {
    timers_by_execution_.erase({timers_.begin()->second.execution_id, timers_.begin()->first});
    timers_.erase(timers_.begin());
  }
  for (const TimerRecord& timer : batch.timers) {
    timers_.emplace(timer.key, timer);
    timers_by_execution_.emplace(timer.execution_id, timer.key);
  }
  for (const int64_t execution : batch.without_timers) {
    const auto first = timers_by_execution_.lower_bound({execution, {Batch::kNoTimer}});
    auto last = first;
    for (; last != timers_by_execution_.end() && last->first == execution; ++last) timers_.erase(last->second);
    timers_by_execution_.erase(first, last);
  }
}

std::vector<TimerRecord> MemoryStore::ListTimers(const TimerKey& after, Timestamp until, size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<TimerRecord> found;
  for (auto i = timers_.upper_bound(after); i != timers_.end() && found.size() < limit; ++i) {
    if (i->first.due_at > until) break;
    found.push_back(i->second);
  }
  return found;
}

void MemoryStore::Check(const Batch& batch) const {
  std::unordered_set<int64_t> started, added;
  for (const Batch::Start& start : batch.starts) {
    const int64_t id = start.execution.id;
    GAIT_CHECK(!executions_.contains(id) && started.insert(id).second, "an execution's id is not new");
  }
  for (const Segment& segment : batch.segments) {
    GAIT_CHECK(!segments_.contains(segment.id) && added.insert(segment.id).second, "a segment's id is not new");
  }
  for (const Batch::Progressed& p : batch.progressed) {
    GAIT_CHECK(executions_.contains(p.execution_id) || started.contains(p.execution_id),
               "progress of an execution that was not started");
  }
  for (const TimerRecord& timer : batch.timers) {
    GAIT_CHECK(!timers_.contains(timer.key) || timer.key.due_at <= batch.timers_until, "a timer's key is not new");
  }
}

bool MemoryStore::Start(const ExecutionRecord& execution, Timestamp now) {
  const Name name(execution.state_machine_id, execution.name);
  if (const auto holder = by_name_.find(name); holder != by_name_.end()) {
    if (HoldsName(executions_.at(holder->second), now)) return false;
    holder->second = execution.id;
  } else {
    by_name_.emplace(name, execution.id);
  }
  executions_.emplace(execution.id, execution);
  by_owner_[{execution.state_machine_id, execution.map_run_id}].insert(execution.id);
  if (execution.map_run_id != 0) by_map_run_[execution.map_run_id].insert(execution.id);
  if (execution.status == ExecutionStatus::kRunning) running_.insert(execution.id);
  return true;
}

Store::NextIds MemoryStore::next_ids() {
  const std::lock_guard lock(mutex_);
  return {NextId(executions_), last_segment_id_ + 1, NextId(map_runs_)};
}

std::optional<StateMachineRecord> MemoryStore::CreateStateMachine(StateMachineRecord machine,
                                                                  DefinitionRecord definition) {
  const std::lock_guard lock(mutex_);
  machine.id = NextId(machines_);
  if (!machines_by_name_.emplace(machine.name, machine.id).second) return std::nullopt;
  machine.deleted = false;
  machine.definition_id = AddDefinition(std::move(definition), machine.id);
  return machines_.emplace(machine.id, std::move(machine)).first->second;
}

std::optional<StateMachineRecord> MemoryStore::UpdateStateMachine(const StateMachineRecord& machine,
                                                                  std::optional<DefinitionRecord> definition) {
  const std::lock_guard lock(mutex_);
  const auto found = machines_.find(machine.id);
  if (found == machines_.end() || found->second.deleted) return std::nullopt;
  StateMachineRecord& record = found->second;
  record.role_arn = machine.role_arn;
  record.settings = machine.settings;
  record.deleting = machine.deleting;
  if (definition) record.definition_id = AddDefinition(*std::move(definition), machine.id);
  return record;
}

int64_t MemoryStore::AddDefinition(DefinitionRecord definition, int64_t state_machine_id) {
  const int64_t id = definition.id = NextId(definitions_);
  definition.state_machine_id = state_machine_id;
  definitions_.emplace(id, std::make_shared<const DefinitionRecord>(std::move(definition)));
  return id;
}

void MemoryStore::DeleteStateMachine(int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = machines_.find(id);
  if (found == machines_.end() || found->second.deleted) return;
  found->second.deleted = true;
  machines_by_name_.erase(found->second.name);
  std::erase_if(versions_, [id](const auto& entry) { return entry.first.first == id; });
  std::erase_if(aliases_, [id](const auto& entry) { return entry.second.state_machine_id == id; });
}

std::optional<StateMachineRecord> MemoryStore::FindStateMachine(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = machines_by_name_.find(name);
  return found == machines_by_name_.end() ? std::nullopt : Get(machines_, found->second);
}

std::optional<StateMachineRecord> MemoryStore::GetStateMachine(int64_t id) {
  const std::lock_guard lock(mutex_);
  return Get(machines_, id);
}

std::vector<StateMachineRecord> MemoryStore::ListStateMachines(std::string_view after_name, size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<StateMachineRecord> found;
  auto i = machines_by_name_.upper_bound(after_name);
  for (; i != machines_by_name_.end() && found.size() < limit; ++i) found.push_back(machines_.at(i->second));
  return found;
}

void MemoryStore::SetStateMachineTags(int64_t id, const std::string& tags) {
  const std::lock_guard lock(mutex_);
  if (const auto found = machines_.find(id); found != machines_.end()) found->second.tags = tags;
}

VersionRecord MemoryStore::PublishVersion(VersionRecord version) {
  const std::lock_guard lock(mutex_);
  version.number = ++last_version_[version.state_machine_id];
  return versions_.emplace(std::pair(version.state_machine_id, version.number), std::move(version)).first->second;
}

void MemoryStore::DeleteVersion(int64_t state_machine_id, int64_t number) {
  const std::lock_guard lock(mutex_);
  versions_.erase({state_machine_id, number});
}

std::optional<VersionRecord> MemoryStore::FindVersion(int64_t state_machine_id, int64_t number) {
  const std::lock_guard lock(mutex_);
  return Get(versions_, std::pair(state_machine_id, number));
}

std::vector<VersionRecord> MemoryStore::ListVersions(int64_t state_machine_id, int64_t before, size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<VersionRecord> found;
  auto i = versions_.lower_bound({state_machine_id, before == 0 ? INT64_MAX : before});
  while (i != versions_.begin() && found.size() < limit && (--i)->first.first == state_machine_id) {
    found.push_back(i->second);
  }
  return found;
}

std::optional<AliasRecord> MemoryStore::CreateAlias(AliasRecord alias) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, present] : aliases_) {
    if (present.state_machine_id == alias.state_machine_id && present.name == alias.name) return std::nullopt;
  }
  alias.id = ++last_alias_id_;
  return aliases_.emplace(alias.id, std::move(alias)).first->second;
}

void MemoryStore::UpdateAlias(const AliasRecord& alias) {
  const std::lock_guard lock(mutex_);
  const auto found = aliases_.find(alias.id);
  if (found == aliases_.end()) return;
  AliasRecord& record = found->second;
  record.description = alias.description;
  record.version = alias.version;
  record.weight = alias.weight;
  record.second_version = alias.second_version;
  record.updated_at = alias.updated_at;
}

void MemoryStore::DeleteAlias(int64_t id) {
  const std::lock_guard lock(mutex_);
  aliases_.erase(id);
}

std::optional<AliasRecord> MemoryStore::FindAlias(int64_t state_machine_id, std::string_view name) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, alias] : aliases_) {
    if (alias.state_machine_id == state_machine_id && alias.name == name) return alias;
  }
  return std::nullopt;
}

std::vector<AliasRecord> MemoryStore::ListAliases(int64_t state_machine_id, int64_t version, int64_t after_id,
                                                  size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<AliasRecord> found;
  for (auto i = aliases_.upper_bound(after_id); i != aliases_.end() && found.size() < limit; ++i) {
    const AliasRecord& alias = i->second;
    const bool leads = version == 0 || alias.version == version || alias.second_version == version;
    if (alias.state_machine_id == state_machine_id && leads) found.push_back(alias);
  }
  return found;
}

std::shared_ptr<const DefinitionRecord> MemoryStore::GetDefinition(int64_t id) {
  const std::lock_guard lock(mutex_);
  return Get(definitions_, id).value_or(nullptr);
}

std::optional<ActivityRecord> MemoryStore::CreateActivity(ActivityRecord activity) {
  const std::lock_guard lock(mutex_);
  if (activities_by_name_.contains(activity.name)) return std::nullopt;
  activity.id = ++last_activity_id_;
  activities_by_name_.emplace(activity.name, activity.id);
  return activities_.emplace(activity.id, std::move(activity)).first->second;
}

void MemoryStore::DeleteActivity(int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = activities_.find(id);
  if (found == activities_.end()) return;
  activities_by_name_.erase(found->second.name);
  activities_.erase(found);
}

void MemoryStore::SetActivityTags(int64_t id, const std::string& tags) {
  const std::lock_guard lock(mutex_);
  if (const auto found = activities_.find(id); found != activities_.end()) found->second.tags = tags;
}

std::optional<ActivityRecord> MemoryStore::FindActivity(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = activities_by_name_.find(name);
  return found == activities_by_name_.end() ? std::nullopt : Get(activities_, found->second);
}

std::vector<ActivityRecord> MemoryStore::ListActivities(int64_t after_id, size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<ActivityRecord> found;
  for (auto i = activities_.upper_bound(after_id); i != activities_.end() && found.size() < limit; ++i) {
    found.push_back(i->second);
  }
  return found;
}

std::optional<ExecutionRecord> MemoryStore::FindExecution(int64_t state_machine_id, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = by_name_.find(Name(state_machine_id, name));
  return found == by_name_.end() ? std::nullopt : Get(executions_, found->second);
}

std::optional<ExecutionRecord> MemoryStore::GetExecution(int64_t id) {
  const std::lock_guard lock(mutex_);
  return Get(executions_, id);
}

std::vector<ExecutionRecord> MemoryStore::ListExecutions(const ExecutionFilter& filter) {
  const std::lock_guard lock(mutex_);
  std::vector<ExecutionRecord> found;
  const auto add = [&](const ExecutionRecord& e) {
    if (Matches(e, filter)) found.push_back(e);
  };
  if (filter.state_machine_id == 0) {
    auto i = filter.before_id == 0 ? executions_.end() : executions_.lower_bound(filter.before_id);
    while (i != executions_.begin() && found.size() < filter.limit) add((--i)->second);
  } else if (const auto owned = by_owner_.find({filter.state_machine_id, filter.map_run_id});
             owned != by_owner_.end()) {
    const std::set<int64_t>& ids = owned->second;
    auto i = filter.before_id == 0 ? ids.end() : ids.lower_bound(filter.before_id);
    while (i != ids.begin() && found.size() < filter.limit) add(executions_.at(*--i));
  }
  return found;
}

std::vector<ExecutionRecord> MemoryStore::RunningExecutions() {
  const std::lock_guard lock(mutex_);
  std::vector<ExecutionRecord> found;
  for (const int64_t id : running_) found.push_back(executions_.at(id));
  return found;
}

std::vector<std::string> MemoryStore::LoadHistory(const ExecutionRecord& execution) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> history;
  for (int64_t id = execution.last_segment; id != 0;) {
    const auto found = segments_.find(id);
    if (found == segments_.end() && HistoryWasRemoved(execution.id)) return {};
    GAIT_CHECK(found != segments_.end() && found->second.execution_id == execution.id,
               "a segment of an execution's history is missing");
    history.push_back(found->second.events);
    id = found->second.previous;
  }
  std::reverse(history.begin(), history.end());
  return history;
}

bool MemoryStore::HistoryWasRemoved(int64_t execution_id) const {
  const auto found = executions_.find(execution_id);
  return found != executions_.end() && found->second.last_segment == 0 &&
         found->second.status != ExecutionStatus::kRunning;
}

size_t MemoryStore::RemoveClosed(Timestamp closed_by, Timestamp now, size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<ExecutionRecord> gone;
  size_t removed = 0;
  for (auto& [id, execution] : executions_) {
    if (removed == limit) break;
    if (execution.status == ExecutionStatus::kRunning || execution.stopped_at > closed_by) continue;
    const auto run = map_runs_.find(execution.map_run_id);
    if (run != map_runs_.end() && run->second.status == ExecutionStatus::kRunning) continue;
    const bool is_newest = id == executions_.rbegin()->first;  // the next one's id comes after it
    const bool reserved = HoldsName(execution, now) || is_newest;
    if (execution.last_segment == 0 && reserved) continue;
    for (int64_t segment = execution.last_segment; segment != 0;) {
      const auto found = segments_.find(segment);
      GAIT_CHECK(found != segments_.end(), "a segment of an execution's history is missing");
      segment = found->second.previous;
      segments_.erase(found);
    }
    execution.last_segment = 0;
    if (!reserved) gone.push_back(execution);
    ++removed;
  }
  for (const ExecutionRecord& execution : gone) RemoveRecord(execution);
  return removed;
}

void MemoryStore::RemoveRecord(const ExecutionRecord& execution) {
  const Name name(execution.state_machine_id, execution.name);
  if (const auto holder = by_name_.find(name); holder != by_name_.end() && holder->second == execution.id) {
    by_name_.erase(holder);
  }
  by_owner_[{execution.state_machine_id, execution.map_run_id}].erase(execution.id);
  if (const auto children = by_map_run_.find(execution.map_run_id); children != by_map_run_.end()) {
    children->second.erase(execution.id);
  }
  executions_.erase(execution.id);
}

std::optional<MapRunRecord> MemoryStore::FindMapRun(std::string_view arn) {
  const std::lock_guard lock(mutex_);
  const auto found = map_runs_by_arn_.find(arn);
  return found == map_runs_by_arn_.end() ? std::nullopt : Get(map_runs_, found->second);
}

std::optional<MapRunRecord> MemoryStore::GetMapRun(int64_t id) {
  const std::lock_guard lock(mutex_);
  return Get(map_runs_, id);
}

std::vector<MapRunRecord> MemoryStore::MapRunsOf(int64_t execution_id) {
  const std::lock_guard lock(mutex_);
  std::vector<MapRunRecord> found;
  for (const auto& [id, run] : map_runs_) {
    if (run.execution_id == execution_id) found.push_back(run);
  }
  return found;
}

std::vector<MapRunRecord> MemoryStore::RunningMapRuns() {
  const std::lock_guard lock(mutex_);
  std::vector<MapRunRecord> found;
  for (const auto& [id, run] : map_runs_) {
    if (run.status == ExecutionStatus::kRunning) found.push_back(run);
  }
  return found;
}

std::vector<ExecutionRecord> MemoryStore::ListChildren(int64_t map_run_id, ExecutionStatus status, int64_t after_id,
                                                       size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<ExecutionRecord> children;
  const auto found = by_map_run_.find(map_run_id);
  if (found == by_map_run_.end()) return children;
  for (auto id = found->second.upper_bound(after_id); id != found->second.end() && children.size() < limit; ++id) {
    const ExecutionRecord& child = executions_.at(*id);
    if (child.status == status) children.push_back(child);
  }
  return children;
}

MapRunTallies MemoryStore::CountChildren(int64_t map_run_id, int64_t redrive_count) {
  const std::lock_guard lock(mutex_);
  MapRunTallies tallies;
  const auto found = by_map_run_.find(map_run_id);
  if (found == by_map_run_.end()) return tallies;
  for (const int64_t id : found->second) {
    const ExecutionRecord& child = executions_.at(id);
    TallyOf(tallies, child.status, child.map_redrive < redrive_count).Add(child.map_items);
  }
  return tallies;
}

}  // namespace gait
