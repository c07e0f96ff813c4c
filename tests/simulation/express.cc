#include "tests/simulation/express.h"

#include <algorithm>

#include "engine/history/event_table.h"
#include "tests/simulation/model.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {
namespace {

using T = EventType;

bool IsChild(const ExecutionInfo& info) { return info.state_machine_name.find('/') != std::string::npos; }

std::string KeyOf(int generation, const ExecutionInfo& info) {
  if (!IsChild(info)) return info.arn;
  return info.arn + ", redrive " + std::to_string(info.redrive_count) + " in process " + std::to_string(generation);
}

}  // namespace

bool ExpressRuns::Run::ended() const { return EndsExecution(events.back().type); }

void ExpressRuns::Observe(int generation, const ExecutionInfo& info, const std::vector<HistoryEvent>& events) {
  const std::string key = KeyOf(generation, info);
  const auto found = runs_.find(key);
  Run& run = found == runs_.end() ? Begin(generation, info, events.front()) : found->second;
  Require(run.generation == generation, kExpressGone, key + " goes on after the process that it was part of");
  Require(run.events.empty() || !run.ended(), kDense, key + " goes on after its end");
  for (HistoryEvent e : events) {
    if (e.type == T::kExecutionRedriven) continue;  // it has begun with that
    if (e.id != 0) e.id -= run.shift;
    e.previous_event_id = std::max<int64_t>(0, e.previous_event_id - run.shift);
    run.events.push_back(std::move(e));
  }
  if (!run.ended()) return;
  if (IsChild(info)) CheckStored(info, run.events.back());
  Check(key, run);
}

ExpressRuns::Run& ExpressRuns::Begin(int generation, const ExecutionInfo& info, const HistoryEvent& first) {
  const std::string key = KeyOf(generation, info);
  Run& run = runs_[key];
  run.number = -static_cast<int64_t>(runs_.size());
  run.generation = generation;
  run.began = first.timestamp;
  run.definition = definition_;
  last_[{generation, info.arn}] = key;
  if (!IsChild(info)) return run;
  const std::string label = info.state_machine_name.substr(info.state_machine_name.find('/') + 1);
  const Value* map = parent_.Find("States")->Find(label);
  Require(map != nullptr, kModel, info.arn + " is of no Map");
  run.definition = *map->Find("ItemProcessor");
  if (first.type == T::kExecutionStarted) return run;
  run.events.push_back(BeginningOf(generation, info, first));
  run.shift = first.type == T::kExecutionRedriven ? first.id - 1 : first.id - 2;
  return run;
}

HistoryEvent ExpressRuns::BeginningOf(int generation, const ExecutionInfo& info, const HistoryEvent& first) const {
  HistoryEvent began = stored_(info.arn).front();
  // One that is taken up after a crash begins when its process does.
  began.timestamp = first.type == T::kExecutionRedriven ? first.timestamp : began_.at(generation);
  return began;
}

void ExpressRuns::CheckStored(const ExecutionInfo& info, const HistoryEvent& last) const {
  const std::vector<HistoryEvent> stored = stored_(info.arn);
  int64_t redrives = 0;
  const auto same = std::any_of(stored.begin(), stored.end(), [&](const HistoryEvent& e) {
    if (e.type == T::kExecutionRedriven) ++redrives;
    return redrives == info.redrive_count && e.type == last.type && e.timestamp == last.timestamp &&
           e.payload.text() == last.payload.text() && e.fields == last.fields;
  });
  Require(same, kJournalFirst, info.arn + " is said to have ended otherwise than is stored");
}

void ExpressRuns::ProcessEnded(int generation) {
  for (const auto& [key, run] : runs_) {
    if (run.generation == generation && !run.ended()) Check(key, run);
  }
}

const ExpressRuns::Run& ExpressRuns::At(int generation, std::string_view arn) const {
  const auto found = last_.find({generation, std::string(arn)});
  Require(found != last_.end(), kExpressGone, "nobody has heard of " + std::string(arn) + " from this process");
  return runs_.find(found->second)->second;
}

bool ExpressRuns::AnyUnderWay(int generation) const {
  return std::any_of(runs_.begin(), runs_.end(),
                     [&](const auto& r) { return r.second.generation == generation && !r.second.ended(); });
}

void ExpressRuns::Check(std::string_view arn, const Run& run) const {
  RecordedExecution execution;
  execution.arn = arn;
  execution.express = true;
  execution.record.id = run.number;
  execution.events = run.events;
  try {
    CheckAgainstModel({facts_}, run.definition, std::move(execution));
  } catch (const Violation& violation) {
    throw Violation{violation.invariant, std::string(arn) + ": " + violation.what};
  }
}

}  // namespace gait::simulation
