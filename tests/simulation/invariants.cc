#include "tests/simulation/invariants.h"

#include <optional>

#include "engine/history/event_table.h"
#include "tests/simulation/history_tree.h"
#include "tests/simulation/model.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {
namespace {

using T = EventType;

bool BeginsAttempt(T type) {
  return type == T::kTaskScheduled || type == T::kLambdaFunctionScheduled || type == T::kActivityScheduled;
}
bool EndsAttempt(T type) {
  switch (type) {
    case T::kTaskSucceeded:
    case T::kTaskFailed:
    case T::kTaskTimedOut:
    case T::kLambdaFunctionSucceeded:
    case T::kLambdaFunctionFailed:
    case T::kLambdaFunctionTimedOut:
    case T::kActivitySucceeded:
    case T::kActivityFailed:
    case T::kActivityTimedOut: return true;
    default: return false;
  }
}

void CheckEnds(const ExecutionRecord& record, const std::vector<HistoryEvent>& events) {
  Require(!events.empty() && events.front().type == T::kExecutionStarted, kDense, "no ExecutionStarted comes first");
  for (const HistoryEvent& e : events) {
    Require(EndsExecution(e.type) == (&e == &events.back()), kDense,
            "event " + std::to_string(e.id) + " ends the execution, or the last does not");
  }
  const T last = events.back().type;
  const T expected = record.status == ExecutionStatus::kSucceeded  ? T::kExecutionSucceeded
                     : record.status == ExecutionStatus::kFailed   ? T::kExecutionFailed
                     : record.status == ExecutionStatus::kTimedOut ? T::kExecutionTimedOut
                                                                   : T::kExecutionAborted;
  Require(last == expected && record.stopped_at == events.back().timestamp, kDense,
          "the record and the history end differently");
  Timestamp before = record.started_at;
  for (const HistoryEvent& e : events) {
    Require(e.timestamp >= before, kDense, "event " + std::to_string(e.id) + " is older than the one before it");
    before = e.timestamp;
  }
}

void CheckResults(const HistoryTree& tree) {
  for (const BranchHistory& branch : tree.branches) {
    bool open = false;
    for (const size_t i : branch.events) {
      const HistoryEvent& e = tree.events[i];
      if (BeginsAttempt(e.type)) open = true;
      if (!EndsAttempt(e.type)) continue;
      Require(open, kOneResult, "event " + std::to_string(e.id) + " is a second result, or that of no attempt");
      open = false;
    }
  }
}

void CheckRun(const MapRunRecord& run, const std::vector<HistoryEvent>& parent) {
  const std::string which =
      "run " + std::to_string(run.id) + " of execution " + std::to_string(run.execution_id) + " is ";
  Require(run.status != ExecutionStatus::kRunning, kRunsEnd, which + "RUNNING");
  std::optional<BranchId> branch;  // of its Map
  for (const HistoryEvent& e : parent) {
    const Value* arn = e.Get(EventField::kMapRunArn);
    if (arn != nullptr && arn->as_string() == run.arn) {
      branch = e.branch;
    } else if (branch == e.branch) {
      // Anything else than its end: the Map did not wait for that, and it may have ended by itself meanwhile.
      const bool ended = e.type == T::kMapRunSucceeded || e.type == T::kMapRunFailed;
      const auto expected = e.type == T::kMapRunSucceeded ? ExecutionStatus::kSucceeded : ExecutionStatus::kFailed;
      return Require(!ended || run.status == expected, kRunsEnd, which + std::string(StatusName(run.status)));
    }
  }
}

}  // namespace

std::vector<ExecutionRecord> AllExecutions(Store& disk) {
  std::vector<ExecutionRecord> all;
  for (int64_t id = 1; id < disk.next_ids().execution; ++id) {
    if (auto record = disk.GetExecution(id)) all.push_back(*std::move(record));
  }
  return all;
}

void CheckInvariants(Store& disk, const Value& definition, const Facts& facts, const std::set<int64_t>& started) {
  for (const int64_t id : started) {
    Require(disk.GetExecution(id).has_value(), kAcknowledged,
            "execution " + std::to_string(id) + " is not in the store");
  }
  const auto events_of = [&](const ExecutionRecord& record) { return DecodeHistory(disk.LoadHistory(record)); };
  const ModelWorld world{facts, [&](std::string_view arn) {
                           std::vector<ChildExecution> children;
                           for (const ExecutionRecord& child : disk.ChildrenOf(disk.FindMapRun(arn)->id)) {
                             children.push_back({child, events_of(child)});
                           }
                           return children;
                         }};
  std::set<std::string> names;
  for (const ExecutionRecord& record : AllExecutions(disk)) {
    const std::string which = "execution " + std::to_string(record.id) + ": ";
    try {
      Require(record.status != ExecutionStatus::kRunning, kAcknowledged, "it has not ended");
      Require(names.insert(record.name).second, kUniqueNames, "its name, " + record.name + ", is there twice");
      const std::vector<HistoryEvent> events = events_of(record);
      CheckEnds(record, events);
      CheckResults(TreeOf(events));
      if (record.map_run_id == 0) CheckAgainstModel(world, definition, record, events);
    } catch (const Violation& violation) {
      throw Violation{violation.invariant, which + violation.what};
    }
  }
  for (int64_t id = 1; id < disk.next_ids().map_run; ++id) {
    const auto run = disk.GetMapRun(id);
    if (run) CheckRun(*run, events_of(*disk.GetExecution(run->execution_id)));
  }
  // I10, redrive never runs again a state that has an ...Exited event, has its place here: the model is to walk on from
  // ExecutionRedriven with the states that are behind it.
}

}  // namespace gait::simulation
