#include <algorithm>

#include "tests/simulation/objects.h"
#include "tests/simulation/walk.h"

namespace gait::simulation::model {

using T = EventType;

namespace {

// Where a part of a history ends, and the event that ends it.
struct Part {
  const HistoryEvent* first = nullptr;
  const HistoryEvent* last = nullptr;
};

std::vector<Part> PartsOf(const std::vector<HistoryEvent>& events) {
  std::vector<Part> parts = {{&events.front()}};
  for (const HistoryEvent& e : events) {
    if (e.type == T::kExecutionRedriven) parts.push_back({&e});
    parts.back().last = &e;
  }
  return parts;
}

// What it did between is told to those who observe it: express.h.
void CheckStoredOfExpress(const RecordedExecution& child) {
  for (const HistoryEvent& e : child.events) {
    const bool begins = e.type == T::kExecutionStarted || e.type == T::kExecutionRedriven;
    Require(begins || (EndsExecution(e.type) && e.type != T::kExecutionAborted), kExpressGone,
            child.arn + " has " + Name(e.type) + " in the store");
  }
}

ExecutionStatus StatusAfter(T last) {
  return last == T::kExecutionSucceeded  ? ExecutionStatus::kSucceeded
         : last == T::kExecutionFailed   ? ExecutionStatus::kFailed
         : last == T::kExecutionTimedOut ? ExecutionStatus::kTimedOut
         : last == T::kExecutionAborted  ? ExecutionStatus::kAborted
                                         : ExecutionStatus::kRunning;
}

}  // namespace

Value Walk::ItemsRead(const Run& run) const {
  const Value& reader = *Member(run.state, "ItemReader");
  const Value all = ItemsOfObject(facts_.seed, Text(*Member(reader, "Parameters"), "Key"));
  const double most = Number(*Member(reader, "ReaderConfig"), "MaxItems", 0);
  ArrayBuilder items;
  for (const Value& item : all.items()) {
    if (most == 0 || static_cast<double>(items.size()) < most) items.Add(item);
  }
  return items.Build();
}

std::vector<Given> Walk::GivenTo(const Run& run, const Scope& scope, const Value& items, const InputOf& input_of) {
  const Value* batcher = Member(run.state, "ItemBatcher");
  const auto most = batcher == nullptr ? 1 : static_cast<size_t>(Number(*batcher, "MaxItemsPerBatch", 1));
  const Value* batch_input = batcher == nullptr ? nullptr : Member(*batcher, "BatchInput");
  std::vector<Given> given;
  for (size_t first = 0; first < items.size(); first += most) {
    const size_t end = std::min(items.size(), first + most);
    ArrayBuilder inputs;
    for (size_t i = first; i < end; ++i) inputs.Add(input_of(static_cast<int64_t>(i)));
    const Value all = inputs.Build();
    ObjectBuilder batch;
    if (batch_input != nullptr) batch.Add("BatchInput", Evaluate(*batch_input, ViewOf(run, scope)));
    batch.Add("Items", all);
    given.push_back({batcher == nullptr ? all.items()[0] : batch.Build(), static_cast<int64_t>(all.size())});
  }
  return given;
}

const HistoryEvent& Walk::MapRunBegins(Run& run) const {
  std::optional<MapRunSeen>& seen = run.path.map_run;
  const HistoryEvent& begins = Next(run.at, {seen ? T::kMapRunRedriven : T::kMapRunStarted});
  const std::string arn(begins.Get(EventField::kMapRunArn)->as_string());
  if (!seen) {
    seen = {arn};
    return begins;
  }
  Expect(arn == seen->arn, begins, "the run " + seen->arn);
  ++seen->redrives;
  Expect(begins.Get(EventField::kRedriveCount)->as_int() == seen->redrives, begins,
         "redrive " + std::to_string(seen->redrives) + " of the run");
  Expect(begins.previous_event_id == run.path.started_by, begins,
         "a run that follows event " + std::to_string(run.path.started_by));
  return begins;
}

MapResult Walk::MapRun(Run& run, const Scope& scope, const Value& items, const Tolerance& tolerance,
                       const InputOf& input_of) const {
  const HistoryEvent& begins = MapRunBegins(run);
  RunSeen seen = ChildrenOf(run, GivenTo(run, scope, items, input_of), static_cast<int64_t>(items.size()));
  seen.began = begins.timestamp;
  for (const ChildSeen& c : seen.children) {
    Require(!c.ran || c.began >= begins.timestamp, kModel, c.child.arn + " began before its run");
  }
  const HistoryEvent* const comes = Peek(run.at);
  const bool succeeded = comes != nullptr && comes->type == T::kMapRunSucceeded;
  const bool failed = comes != nullptr && comes->type == T::kMapRunFailed;
  CheckResults(run, seen, /*must_be=*/succeeded || (failed && !facts_.object_failed));
  const HistoryEvent& result = Next(run.at, {T::kMapRunSucceeded, T::kMapRunFailed});
  Require(result.timestamp >= seen.last_ended, kModel, "a run ended before its children");
  if (result.type == T::kMapRunFailed) {
    Error error = MapRunError(run, seen, tolerance, result);
    ExpectError(result, error);
    return std::pair(std::move(error), result.timestamp);
  }
  CheckSucceeded(run, seen, tolerance);
  Next(run.at, {T::kMapStateSucceeded});
  Value brought = ResultOf(run, seen);
  run.path.map_run.reset();
  return brought;
}

RunSeen Walk::ChildrenOf(const Run& run, std::vector<Given> given, int64_t items) const {
  RunSeen seen;
  seen.given = std::move(given);
  seen.total = items;
  const MapRunSeen& of = *run.path.map_run;
  std::vector<RecordedExecution> children = world_.children_of(of.arn);
  std::sort(children.begin(), children.end(), [](const RecordedExecution& a, const RecordedExecution& b) {
    return a.record.map_index < b.record.map_index;
  });
  for (RecordedExecution& child : children) {
    const auto index = static_cast<int64_t>(seen.children.size());
    Require(child.record.map_index == index, kOnceOnly,
            child.arn + " is child " + std::to_string(child.record.map_index) + " of its run, behind " +
                std::to_string(index));
    Require(seen.children.size() < seen.given.size(), kModel, child.arn + " is of no item");
    ChildSeen c;
    c.child = std::move(child);
    CheckChild(run, c, seen.given[seen.children.size()]);
    if (c.status == ExecutionStatus::kRunning) break;  // it began later, and so did those behind it
    const bool counts = c.status == ExecutionStatus::kFailed || c.status == ExecutionStatus::kTimedOut;
    if (counts) seen.failed += c.child.record.map_items;
    seen.last_ended = std::max(seen.last_ended, c.ended);
    seen.children.push_back(std::move(c));
  }
  return seen;
}

void Walk::CheckChild(const Run& run, ChildSeen& seen, const Given& given) const {
  RecordedExecution& child = seen.child;
  const int64_t redrive = run.path.map_run->redrives;
  const std::vector<Part> parts = PartsOf(child.events);
  Require(child.record.status != ExecutionStatus::kRunning, kAcknowledged, "a child of a run has not ended");
  std::vector<int64_t> redrives;  // of the run, by parts
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto noted = facts_.map_redrives.find({child.record.id, static_cast<int64_t>(i)});
    Require(noted != facts_.map_redrives.end(), kJournalFirst, child.arn + " was not seen to be stored");
    // A run that was stopped by its own failure, and whose process ended then, goes on with those that it had ended.
    const bool again = i > 0 && parts[i - 1].last->type == T::kExecutionAborted && noted->second == redrives.back() &&
                       facts_.RestartedWithin(parts[i - 1].last->timestamp, parts[i].first->timestamp);
    Require(redrives.empty() || noted->second > redrives.back() || again, kRedrive,
            child.arn + " runs twice in redrive " + std::to_string(noted->second) + " of its run");
    redrives.push_back(noted->second);
    Require(i + 1 == parts.size() || parts[i].last->type != T::kExecutionSucceeded, kRedrive,
            child.arn + " had succeeded, and is run again");
    if (noted->second > redrive) continue;
    seen.part = i;
    seen.ran = noted->second == redrive;
    seen.began = parts[i].first->timestamp;
    seen.ended = parts[i].last->timestamp;
    seen.status = StatusAfter(parts[i].last->type);
    if (seen.status == ExecutionStatus::kSucceeded) seen.output = parts[i].last->payload.value();
  }
  if (redrives.front() != redrive) return;
  Require(child.events.front().payload.value() == given.input && child.record.map_items == given.items, kModel,
          child.arn + " has another input");
  if (IsExpressChild(child.record)) return CheckStoredOfExpress(child);
  const HistoryTree tree = TreeOf(child.events);
  Walk(world_, tree, child).Execution(*Member(run.state, "ItemProcessor"));
}

std::vector<Tolerance> Walk::Tolerances(const Run& run, const Tolerance& at_first) const {
  std::vector<Tolerance> all = {at_first};
  const auto asked = facts_.tolerated.find(run.path.map_run->arn);
  if (asked == facts_.tolerated.end()) return all;
  for (const int64_t count : asked->second) {
    all.push_back(at_first);
    all.back().count = static_cast<double>(count);
  }
  return all;
}

void Walk::CheckSucceeded(const Run& run, const RunSeen& seen, const Tolerance& tolerance) const {
  Require(seen.children.size() == seen.given.size(), kTolerance,
          "the run of " + run.name + " succeeded, and " + std::to_string(seen.given.size() - seen.children.size()) +
              " children did not begin");
  const std::vector<Tolerance> tolerances = Tolerances(run, tolerance);
  Require(!std::all_of(tolerances.begin(), tolerances.end(),
                       [&](const Tolerance& t) { return t.Exceeded(seen.failed, seen.total); }),
          kTolerance,
          "the run of " + run.name + " succeeded, with " + std::to_string(seen.failed) + " failures of " +
              std::to_string(seen.total));
  for (const ChildSeen& c : seen.children) {
    Require(c.status != ExecutionStatus::kAborted, kTolerance,
            "the run of " + run.name + " succeeded, and " + c.child.arn + " was aborted");
    // One that still ran when its run was redriven after a restart goes on.
    const bool went_on = c.ended >= seen.began && facts_.RestartedWithin(c.began, c.ended);
    Require(c.ran || went_on || c.status == ExecutionStatus::kSucceeded, kRedrive,
            c.child.arn + " had failed, and was not redriven with its run");
  }
}

Error Walk::MapRunError(const Run& run, const RunSeen& seen, const Tolerance& tolerance,
                        const HistoryEvent& failed) const {
  const Value* name = failed.Get(EventField::kError);
  if (Member(run.state, "ItemReader") != nullptr && *name == Value::String(kReaderFails.first)) {
    return {std::string(kReaderFails.first), std::string(kReaderFails.second)};
  }
  if (Exports(run) && *name == Value::String(kWriterFails.first)) {
    return {std::string(kWriterFails.first), std::string(kWriterFails.second)};
  }
  // Those that the run has ended because of that do not count.
  const std::vector<Tolerance> tolerances = Tolerances(run, tolerance);
  Require(std::any_of(tolerances.begin(), tolerances.end(),
                      [&](const Tolerance& t) { return t.Exceeded(seen.failed, seen.total); }),
          kTolerance,
          "the run of " + run.name + " failed, with " + std::to_string(seen.failed) + " failures of " +
              std::to_string(seen.total));
  return ToleranceExceeded();
}

}  // namespace gait::simulation::model
