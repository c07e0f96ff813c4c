#include "tests/simulation/express.h"

#include <algorithm>

#include "engine/history/event_table.h"
#include "tests/simulation/model.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {

bool ExpressRuns::Run::ended() const { return EndsExecution(events.back().type); }

void ExpressRuns::Observe(int generation, const ExecutionInfo& info, const std::vector<HistoryEvent>& events) {
  const auto [found, first] = runs_.try_emplace(info.arn);
  Run& run = found->second;
  if (first) {
    run.number = -static_cast<int64_t>(runs_.size());
    run.generation = generation;
    run.began = events.front().timestamp;
  }
  Require(run.generation == generation, kExpressGone, info.arn + " goes on after the process that it was part of");
  Require(first || !run.ended(), kDense, info.arn + " goes on after its end");
  run.events.insert(run.events.end(), events.begin(), events.end());
  if (run.ended()) Check(info.arn, run);
}

void ExpressRuns::ProcessEnded(int generation) {
  for (const auto& [arn, run] : runs_) {
    if (run.generation == generation && !run.ended()) Check(arn, run);
  }
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
    CheckAgainstModel({facts_}, definition_, std::move(execution));
  } catch (const Violation& violation) {
    throw Violation{violation.invariant, std::string(arn) + ": " + violation.what};
  }
}

}  // namespace gait::simulation
