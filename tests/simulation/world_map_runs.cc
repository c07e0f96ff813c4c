// What Map Runs read and write, and what the disk says of them while they run.
#include <algorithm>

#include "engine/run/map_run.h"
#include "tests/simulation/history_tree.h"
#include "tests/simulation/one_world.h"

namespace gait::simulation {

ObjectFate World::FateOfObjects() {
  return {[this, generation = generation_] { MayDie(generation); },
          [this] {
            const bool fails = object_failures_left_ > 0 && OneIn(20) && object_failures_left_-- > 0;
            facts_.object_failed = facts_.object_failed || fails;
            return fails;
          }};
}

std::vector<HistoryEvent> World::HistoryOfExpressChild(std::string_view arn) {  // ...:NAME:RUN
  const std::string_view name = arn.substr(arn.rfind(':', arn.rfind(':') - 1) + 1);
  const auto record = disk_.FindExecution(kMachine, name);
  Require(record.has_value(), kJournalFirst, std::string(arn) + " runs, and is not stored");
  return DecodeHistory(disk_.LoadHistory(*record));
}

void World::WrittenOfMapRuns(const Batch& batch) {
  std::set<int64_t> runs;
  for (const Batch::Start& start : batch.starts) {
    const ExecutionRecord& child = start.execution;
    if (child.map_run_id == 0) continue;
    NoteMapRedrive(child.id, 0, child.map_redrive);
    runs.insert(child.map_run_id);
  }
  for (const Batch::Progressed& p : batch.progressed) {
    const auto child = disk_.GetExecution(p.execution_id);  // none, if its name was taken
    if (!child || child->map_run_id == 0) continue;
    NoteMapRedrive(child->id, p.redrive_count, p.map_redrive);
    runs.insert(child->map_run_id);
  }
  for (const MapRunRecord& run : batch.map_runs) {
    if (!map_runs_.insert(run.id).second || !OneIn(4)) continue;
    After(Soon(6000), [this, id = run.id] { UpdateMapRun(id); });
  }
  for (const int64_t run : runs) CheckConcurrency(*disk_.GetMapRun(run));
}

void World::NoteMapRedrive(int64_t child, int64_t redrive_count, int64_t map_redrive) {
  const int64_t noted = facts_.map_redrives.emplace(std::pair(child, redrive_count), map_redrive).first->second;
  Require(noted == map_redrive, kRedrive,
          "part " + std::to_string(redrive_count) + " of execution " + std::to_string(child) + " is of redrive " +
              std::to_string(noted) + " of its run, and of " + std::to_string(map_redrive));
}

void World::UpdateMapRun(int64_t id) {
  Process* const process = Reach();
  if (process == nullptr) return;
  const MapRunRecord run = *disk_.GetMapRun(id);
  MapRuns::Change change;
  if (OneIn(2)) {
    change.max_concurrency = static_cast<int64_t>(random_.Below(4));
    facts_.concurrency[run.arn].push_back(*change.max_concurrency);
  }
  if (OneIn(2)) {
    change.tolerated_failure_count = static_cast<int64_t>(random_.Below(5));
    facts_.tolerated[run.arn].push_back(*change.tolerated_failure_count);
  }
  process->runner().map_runs().Update(run, change, [](bool) {});
}

void World::CheckConcurrency(const MapRunRecord& run) {
  const Value* map = StateNamed(generated_.machine.definition, run.state_name);
  const Value* limit = map->Find("MaxConcurrency");
  std::vector<int64_t> limits = facts_.concurrency[run.arn];
  limits.push_back(limit == nullptr ? 0 : limit->as_int());
  if (std::find(limits.begin(), limits.end(), 0) != limits.end()) return;
  const int64_t running = disk_.CountChildren(run.id, 0).running.children;
  Require(running <= *std::max_element(limits.begin(), limits.end()), kConcurrency,
          std::to_string(running) + " children of " + run.state_name + " at a time");
}

}  // namespace gait::simulation
