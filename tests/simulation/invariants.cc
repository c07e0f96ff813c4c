#include "tests/simulation/invariants.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/base/arn.h"
#include "engine/history/event_table.h"
#include "tests/simulation/history_tree.h"
#include "tests/simulation/model.h"
#include "tests/simulation/nested.h"
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

bool IsUnderWay(T type) {
  return type == T::kTaskStarted || type == T::kTaskSubmitted || type == T::kLambdaFunctionStarted ||
         type == T::kActivityStarted;
}

void CheckEnds(const ExecutionRecord& record, const std::vector<HistoryEvent>& events) {
  Require(!events.empty() && events.front().type == T::kExecutionStarted, kDense, "no ExecutionStarted comes first");
  for (size_t i = 0; i < events.size(); ++i) {
    // One event ends it; or each part of it, where it was redriven.
    const bool is_last = i + 1 == events.size() || events[i + 1].type == T::kExecutionRedriven;
    Require(EndsExecution(events[i].type) == is_last, kDense,
            "event " + std::to_string(events[i].id) + " ends the execution, or the last does not");
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

// From a result the events lead back to what scheduled the attempt.
void CheckResults(const std::vector<HistoryEvent>& events) {
  std::map<int64_t, const HistoryEvent*> by_id;
  std::set<int64_t> ended;
  for (const HistoryEvent& e : events) {
    if (e.id != 0) by_id[e.id] = &e;
    if (!EndsAttempt(e.type)) continue;
    const HistoryEvent* cause = by_id.at(e.previous_event_id);
    while (IsUnderWay(cause->type)) cause = by_id.at(cause->previous_event_id);
    Require(BeginsAttempt(cause->type) && ended.insert(cause->id).second, kOneResult,
            "event " + std::to_string(e.id) + " is a second result, or that of no attempt");
  }
}

// When what the event tells of was due; nothing of an event that waits for no moment.
std::optional<Timestamp> DueAt(const Progress& progress, const HistoryEvent& event, const Value* timeout_seconds) {
  if (event.type == T::kExecutionTimedOut && timeout_seconds != nullptr) {
    return progress.timed_from() + Duration::Seconds(timeout_seconds->as_int());
  }
  const Branch* b = progress.Find(event.branch);
  if (b == nullptr) return std::nullopt;
  switch (event.type) {
    case T::kWaitStateExited: return b->phase == Branch::Phase::kWaiting ? std::optional(b->due_at) : std::nullopt;
    case T::kTaskScheduled:
    case T::kLambdaFunctionScheduled:
    case T::kActivityScheduled:
    case T::kParallelStateStarted:
    case T::kMapStateStarted: return b->phase == Branch::Phase::kRetrying ? std::optional(b->due_at) : std::nullopt;
    case T::kTaskTimedOut:
    case T::kLambdaFunctionTimedOut:
    case T::kActivityTimedOut: {
      const int64_t timeout = *b->task->timeout_seconds;
      const int64_t seconds = std::min(timeout, b->task->heartbeat_seconds.value_or(timeout));
      return b->task->scheduled_at + Duration::Seconds(seconds);
    }
    default: return std::nullopt;
  }
}

// I5, also of what was redriven.
void CheckNeverEarly(const Value* timeout_seconds, const std::vector<HistoryEvent>& events) {
  Progress progress;
  for (const HistoryEvent& e : events) {
    const std::optional<Timestamp> due = DueAt(progress, e, timeout_seconds);
    Require(!due || e.timestamp >= *due, kNeverEarly, "event " + std::to_string(e.id));
    progress.Apply(e);
  }
}

// How often a state of `graph` may be entered in one execution: not at all more often because of a redrive. The
// generator makes no loops, so it is once, or once for each item of the Maps around it, as long as none of those around
// it is retried as a whole.
void CheckEntered(const Value& graph, int64_t times, const std::map<std::string, int64_t>& entered,
                  const std::map<std::string, int64_t>& items) {
  for (const Member& m : graph.Find("States")->members()) {
    const std::string name(m.name());
    const auto found = entered.find(name);
    if (found == entered.end()) continue;
    Require(found->second <= times, kRedrive,
            name + " was entered " + std::to_string(found->second) + " times, not " + std::to_string(times));
    if (m.value.Find("Retry") != nullptr) continue;
    if (const Value* branches = m.value.Find("Branches")) {
      for (const Value& branch : branches->items()) CheckEntered(branch, times, entered, items);
    }
    const Value* processor = m.value.Find("ItemProcessor");
    if (processor == nullptr || processor->Find("ProcessorConfig") != nullptr) continue;
    if (const auto of = items.find(name); of != items.end()) CheckEntered(*processor, of->second, entered, items);
  }
}

// I10
void CheckRedrive(const Value& definition, const std::vector<HistoryEvent>& events) {
  std::map<std::string, int64_t> entered, items;  // by state; of a Map the items of all its runs
  std::map<BranchId, std::string> state;
  for (const HistoryEvent& e : events) {
    if (RowOf(e.type).number == NumberMeaning::kState) {
      state[e.branch] = e.name.as_string();
      ++entered[state[e.branch]];
    }
    if (e.type == T::kMapStateStarted) items[state[e.branch]] += e.number;
  }
  CheckEntered(definition, 1, entered, items);
}

// What the history of its parent tells of a run.
struct RunTold {
  int64_t started = 0, redriven = 0;
  size_t last = 0;  // the place of the last such event
};

RunTold ToldOf(const MapRunRecord& run, const std::vector<HistoryEvent>& parent) {
  RunTold told;
  for (size_t i = 0; i < parent.size(); ++i) {
    const Value* arn = parent[i].Get(EventField::kMapRunArn);
    if (arn == nullptr || arn->as_string() != run.arn) continue;
    ++(parent[i].type == T::kMapRunStarted ? told.started : told.redriven);
    told.last = i;
  }
  return told;
}

void CheckRun(const MapRunRecord& run, const std::vector<HistoryEvent>& parent,
              const std::vector<ExecutionRecord>& children) {
  const std::string which =
      "run " + std::to_string(run.id) + " of execution " + std::to_string(run.execution_id) + " is ";
  Require(run.status != ExecutionStatus::kRunning, kRunsEnd, which + "RUNNING");
  MapRunCursor begun;
  for (const ExecutionRecord& child : children) {
    ++begun.children;
    begun.items += child.map_items;
    Require(child.map_redrive <= run.redrive_count, kRedrive, which + "redriven less often than a child of it");
  }
  Require(begun.children == run.begun.children && begun.items == run.begun.items, kCursor,
          which + "said to have " + std::to_string(run.begun.children) + " children, and has " +
              std::to_string(begun.children));
  const RunTold told = ToldOf(run, parent);
  Require(told.started == 1, kModel, which + "started " + std::to_string(told.started) + " times");
  // A redrive may have been ended before the run heard of it.
  Require(run.redrive_count <= told.redriven, kRedrive, which + "redriven, and its Map was not");
  const auto end = std::find_if(parent.begin() + static_cast<ptrdiff_t>(told.last) + 1, parent.end(),
                                [&](const HistoryEvent& e) { return e.branch == parent[told.last].branch; });
  // Anything else than its end: the Map did not wait for that, and it may have ended by itself meanwhile.
  if (end == parent.end() || (end->type != T::kMapRunSucceeded && end->type != T::kMapRunFailed)) return;
  const auto expected = end->type == T::kMapRunSucceeded ? ExecutionStatus::kSucceeded : ExecutionStatus::kFailed;
  Require(run.status == expected && run.redrive_count == told.redriven, kRunsEnd,
          which + std::string(StatusName(run.status)) + ", redriven " + std::to_string(run.redrive_count) + " times");
}

std::string ArnOf(Store& disk, const std::map<int64_t, GeneratedMachine>& machines, const ExecutionRecord& record) {
  std::string machine = machines.at(record.state_machine_id).name;
  if (record.map_run_id != 0) {  // mapRun:NAME/LABEL:UUID
    const std::string run = disk.GetMapRun(record.map_run_id)->arn;
    const std::string label = run.substr(run.rfind('/'));
    machine += label.substr(0, label.rfind(':'));
  }
  if (IsExpressChild(record)) {
    const size_t name = record.name.find(':');
    return ExpressExecutionArn(Account{}, machine, record.name.substr(0, name), record.name.substr(name + 1));
  }
  return ExecutionArn(Account{}, machine, record.name);
}

const RecordedExecution& ParentOf(const std::vector<RecordedExecution>& all, std::string_view key) {
  const std::string arn = ReadKey(key).execution_arn;
  const auto found = std::find_if(all.begin(), all.end(), [&](const RecordedExecution& e) { return e.arn == arn; });
  Require(found != all.end(), kNested, "nobody has started what says that it was started by " + std::string(key));
  return *found;
}

// The nested executions by the attempts that started them: one each, and none before it was durable that the attempt
// was begun.
std::map<std::string, const RecordedExecution*> ChildrenByKey(const std::vector<RecordedExecution>& all) {
  std::map<std::string, const RecordedExecution*> children;
  for (const RecordedExecution& child : all) {
    const std::string key = StartedBy(child.events.front());
    if (key.empty()) continue;
    Require(children.emplace(key, &child).second, kNested, "two executions were started by " + key);
    const RecordedExecution& parent = ParentOf(all, key);
    const int64_t event = ReadKey(key).scheduled_event;
    const bool begun = std::any_of(parent.events.begin(), parent.events.end(), [&](const HistoryEvent& e) {
      return e.type == T::kTaskStarted && e.previous_event_id == event && e.timestamp <= child.record.started_at;
    });
    Require(begun, kJournalFirst, child.arn + " was started before its task");
  }
  return children;
}

std::vector<ExecutionRecord> ChildrenOf(Store& disk, int64_t map_run_id) {
  std::vector<ExecutionRecord> children;
  for (const auto status : {ExecutionStatus::kRunning, ExecutionStatus::kSucceeded, ExecutionStatus::kFailed,
                            ExecutionStatus::kTimedOut, ExecutionStatus::kAborted}) {
    const auto some = disk.ListChildren(map_run_id, status, 0, std::numeric_limits<size_t>::max());
    children.insert(children.end(), some.begin(), some.end());
  }
  return children;
}

}  // namespace

std::vector<ExecutionRecord> AllExecutions(Store& disk) {
  std::vector<ExecutionRecord> all;
  for (int64_t id = 1; id < disk.next_ids().execution; ++id) {
    if (auto record = disk.GetExecution(id)) all.push_back(*std::move(record));
  }
  return all;
}

void CheckInvariants(Store& disk, const std::map<int64_t, GeneratedMachine>& machines, const Facts& facts,
                     const std::set<int64_t>& started) {
  for (const int64_t id : started) {
    Require(disk.GetExecution(id).has_value(), kAcknowledged,
            "execution " + std::to_string(id) + " is not in the store");
  }
  const auto recorded = [&](const ExecutionRecord& record) {
    return RecordedExecution{ArnOf(disk, machines, record), record, DecodeHistory(disk.LoadHistory(record))};
  };
  std::vector<RecordedExecution> all;
  for (const ExecutionRecord& record : AllExecutions(disk)) {
    Require(!machines.at(record.state_machine_id).express, kExpressGone,
            "execution " + std::to_string(record.id) + " is of an EXPRESS state machine");
    all.push_back(recorded(record));
  }
  const auto children = ChildrenByKey(all);
  std::set<std::string> given_up;
  const ModelWorld world{facts,
                         [&](std::string_view map_run_arn) {
                           std::vector<RecordedExecution> of;
                           const auto run = disk.FindMapRun(map_run_arn);
                           if (!run) return of;  // its execution ended in the turn that began it
                           for (const ExecutionRecord& child : ChildrenOf(disk, run->id)) {
                             of.push_back(recorded(child));
                           }
                           return of;
                         },
                         [&](const std::string& key) {
                           const auto found = children.find(key);
                           return found == children.end() ? nullptr : found->second;
                         },
                         &given_up};
  std::set<std::string> names;
  // Who starts an execution comes before it, and has then said whether it waited for its end.
  for (const RecordedExecution& execution : all) {
    const ExecutionRecord& record = execution.record;
    const std::string which = "execution " + std::to_string(record.id) + ": ";
    try {
      Require(record.status != ExecutionStatus::kRunning, kAcknowledged, "it has not ended");
      Require(names.insert(record.name).second, kUniqueNames, "its name, " + record.name + ", is there twice");
      CheckEnds(record, execution.events);
      CheckResults(execution.events);
      const Value& definition = machines.at(record.state_machine_id).definition;
      CheckNeverEarly(record.map_run_id == 0 ? definition.Find("TimeoutSeconds") : nullptr, execution.events);
      if (record.map_run_id != 0) continue;  // its parent's Map looks at it
      CheckRedrive(definition, execution.events);
      CheckAgainstModel(world, definition, execution);
    } catch (const Violation& violation) {
      throw Violation{violation.invariant, which + violation.what};
    }
  }
  for (int64_t id = 1; id < disk.next_ids().map_run; ++id) {
    const auto run = disk.GetMapRun(id);
    if (run) CheckRun(*run, recorded(*disk.GetExecution(run->execution_id)).events, ChildrenOf(disk, id));
  }
}

}  // namespace gait::simulation
