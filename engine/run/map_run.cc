#include "engine/run/map_run.h"

#include <algorithm>
#include <array>
#include <deque>

#include "engine/base/cause_table.h"
#include "engine/base/check.h"
#include "engine/base/error_names.h"
#include "engine/history/codec.h"
#include "engine/json/write.h"
#include "engine/run/item_feed.h"
#include "engine/run/map_results.h"

namespace gait {
namespace {

// What MaxConcurrency 0 stands for: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
constexpr int64_t kConcurrencyDefault = 10'000;
// EXPRESS children stay in memory as long as they run. No more of them begin while the inputs of those that run have
// this many bytes; one always does.
constexpr size_t kExpressInputBytesMax = 8'000'000;
constexpr size_t kPage = 1'000;   // children that are read at a time
constexpr int kStepsMax = 1'000;  // that are taken for one run before the next has its turn

constexpr std::array kUnsuccessful = {ExecutionStatus::kFailed, ExecutionStatus::kTimedOut, ExecutionStatus::kAborted};

WorkflowError ToleranceExceeded() {
  return {std::string(error_names::kExceedToleratedFailureThreshold), CauseText(Cause::kToleranceExceeded)};
}

// The event that ended an execution; one without an id if the history was removed.
HistoryEvent EndOf(const std::vector<std::string>& segments) {
  std::vector<HistoryEvent> events = DecodeEvents(segments);
  return events.empty() ? HistoryEvent() : std::move(events.back());
}

// "" if it has none.
std::string_view CauseOf(const HistoryEvent& end) {
  const Value* cause = end.Get(EventField::kCause);
  return cause != nullptr && cause->is_string() ? cause->as_string() : std::string_view();
}

}  // namespace

struct MapRuns::Run {
  struct Child {
    int64_t execution = 0;
    int64_t items = 0;
    size_t bytes = 0;  // of the input, of an EXPRESS one
  };

  // Constant after construction, but for what Adopt finds out.
  int64_t parent = 0;
  StartRequest request;  // the parent's
  StartMapRun config;
  bool adopts = false;     // there may be children already
  bool abandoned = false;  // all that is left to do is to end it: a process before this one began it

  // Of the thread that tends it.
  bool prepared = false;
  std::unique_ptr<ItemFeed> feed;          // null until it is needed
  std::deque<ExecutionRecord> to_redrive;  // a page of them
  size_t redrive_status = 0;               // of that page: a place in kUnsuccessful
  int64_t redrive_after = 0;               // the last of that page

  mutable std::mutex mutex;
  MapRunRecord record;  // guarded by mutex, and so are all below
  MapRunTallies tallies;
  std::unordered_map<int64_t, Child> running;  // by index
  size_t input_bytes = 0;                      // of those
  bool to_redrive_left = false;
  bool tended = false;    // somebody looks after it
  bool changed = false;   // since they looked last
  bool stopping = false;  // no more children
  bool wanted = true;     // the Map waits for the result
  bool aborted = false;   // the children that ran then
  bool ended = false;
  std::optional<WorkflowError> failure;  // of the run itself, not of its children
  std::function<void()> afterwards;      // it is redriven before it has ended

  bool exports() const { return config.writing.exported; }
  bool express() const { return config.express_children; }

  bool TooManyFailed() const {
    const int64_t failed = tallies.failed.items + tallies.timed_out.items;
    const auto& count = record.tolerated_failure_count;
    const auto& percentage = record.tolerated_failure_percentage;
    if (!count && !percentage) return failed > 0;
    if (count && failed > *count) return true;
    return percentage && 100.0 * static_cast<double>(failed) > *percentage * static_cast<double>(record.total_items);
  }
  bool HasRoom() const {
    const int64_t limit = record.max_concurrency == 0 ? kConcurrencyDefault : record.max_concurrency;
    if (static_cast<int64_t>(running.size()) >= limit) return false;
    return !express() || input_bytes < kExpressInputBytesMax;
  }
  bool AllBegun() const { return record.begun.children == record.total_children; }
};

void ChildOfMapRun(StartRequest& request, std::string_view machine, bool express) {
  ExecutionInfo& info = request.info;
  info.type = express ? StateMachineType::kExpress : StateMachineType::kStandard;
  info.state_machine_name = machine;
  info.state_machine_arn = StateMachineArn(info.account, info.state_machine_name);
  info.arn = ChildArn(info, info.name);
  request.stored_name = info.name;
  info.name = info.name.substr(0, info.name.find(':'));
}

MapRuns::MapRuns(Runner& runner) : runner_(runner), next_map_run_(runner.store_.next_ids().map_run) {}

MapRuns::~MapRuns() = default;

void MapRuns::Start(int64_t parent, const StartRequest& request, StartMapRun config) {
  auto run = std::make_shared<Run>();
  const std::string arn(config.map_run_arn.as_string());
  MapRunRecord begun;
  std::optional<MapRunRecord> stored;
  if (config.recovered || config.redrive_count > 0) stored = runner_.store_.FindMapRun(arn);
  {
    const std::lock_guard lock(mutex_);
    if (const auto other = runs_.find(arn); other != runs_.end()) {
      const std::lock_guard run_lock(other->second->mutex);
      other->second->afterwards = [this, parent, request, config] { Start(parent, request, config); };
      return;
    }
    run->parent = parent;
    run->request = request;
    run->config = std::move(config);
    run->adopts = stored.has_value();
    MapRunRecord& record = run->record;
    if (stored) {
      record = *std::move(stored);
    } else {
      record.id = next_map_run_++;
      record.arn = arn;
      record.execution_id = parent;
      record.state_name = run->config.state_name;
      record.started_at = runner_.clock_.Now();
      record.max_concurrency = run->config.max_concurrency;
      record.tolerated_failure_count = run->config.tolerated_failure_count;
      record.tolerated_failure_percentage = run->config.tolerated_failure_percentage;
    }
    if (run->config.redrive_count > record.redrive_count) {
      record.redrive_count = run->config.redrive_count;
      record.redriven_at = runner_.clock_.Now();
    }
    record.status = ExecutionStatus::kRunning;
    record.stopped_at = {};
    begun = record;
    runs_.emplace(arn, run);
  }
  Submit(begun);
  Tend(run);
}

void MapRuns::Submit(const MapRunRecord& record, std::function<void(CommitResult)> done) {
  Commit commit;
  commit.map_run = record;
  runner_.activity_.Begin();
  commit.done = [this, done = std::move(done)](CommitResult result) {
    if (done) done(result);
    runner_.activity_.End();
  };
  runner_.committer_.Submit(std::move(commit));
}

void MapRuns::Tend(const RunPointer& run) {
  {
    const std::lock_guard lock(run->mutex);
    run->changed = true;
    if (run->ended || std::exchange(run->tended, true)) return;
  }
  if (runner_.options_.executor != nullptr) return TendNow(run);
  Queue(run);
}

void MapRuns::Queue(const RunPointer& run) {
  runner_.activity_.Begin();  // a virtual clock stands still meanwhile
  threads_.Run([this, run] {
    TendNow(run);
    runner_.activity_.End();
  });
}

void MapRuns::TendNow(const RunPointer& run) {
  for (;;) {
    {
      const std::lock_guard lock(run->mutex);
      if (run->ended || !std::exchange(run->changed, false)) {
        run->tended = false;
        return;
      }
    }
    if (!std::exchange(run->prepared, true)) Prepare(run);
    for (int steps = 1; TendOnce(run); ++steps) {
      if (steps < kStepsMax || runner_.options_.executor != nullptr) continue;
      {
        const std::lock_guard lock(run->mutex);
        run->changed = true;
      }
      return Queue(run);  // the other runs have their turn
    }
  }
}

void MapRuns::StopThreads() {
  stopping_ = true;
  threads_.Stop();
}

bool MapRuns::TendOnce(const RunPointer& run) {
  bool aborts = false, ends = false, redrives = false;
  {
    const std::lock_guard lock(run->mutex);
    if (run->ended || stopping_) return false;
    // That stays so, whatever is tolerated by the time the children have ended.
    if (!run->failure && run->TooManyFailed()) run->failure = ToleranceExceeded();
    if (run->failure) run->stopping = true;
    const bool idle = run->running.empty();
    if (run->stopping) {
      ends = idle;
      aborts = !idle && !run->express() && !std::exchange(run->aborted, true);
      if (!ends && !aborts) return false;
    } else {
      redrives = run->to_redrive_left;
      ends = idle && !redrives && run->AllBegun();
      if (!ends && (!run->HasRoom() || (!redrives && run->AllBegun()))) return false;
    }
  }
  if (ends) {
    End(run);
  } else if (aborts) {
    AbortChildren(run);
  } else {
    return redrives ? RedriveChild(run) : BeginChild(run);
  }
  return false;
}

void MapRuns::Prepare(const RunPointer& run) {
  if (run->adopts) Adopt(run);
  if (!run->record.counted && !run->abandoned) CountItems(run);
}

// Those of its children that the run has stopped since it was started, or redriven, the last time.
std::vector<ExecutionRecord> MapRuns::StoppedByRun(const Run& run) const {
  std::vector<ExecutionRecord> stopped, page;
  const std::string cause = CauseText(Cause::kMapRunAborted, {run.record.arn});
  do {
    page =
        runner_.store_.ListChildren(run.record.id, ExecutionStatus::kAborted, page.empty() ? 0 : page.back().id, kPage);
    for (const ExecutionRecord& child : page) {
      if (child.map_redrive != run.record.redrive_count) continue;
      const HistoryEvent end = EndOf(runner_.store_.LoadHistory(child));
      if (CauseOf(end) == cause) stopped.push_back(child);
    }
  } while (page.size() == kPage);
  return stopped;
}

// The process before this one went down after the run had failed, and before that was said: it goes on, and so do the
// children that were stopped because of it. If it fails again, it is told again of what.
void MapRuns::TakeUpStopped(const RunPointer& run) {
  const std::vector<ExecutionRecord> stopped = StoppedByRun(*run);
  const std::lock_guard lock(run->mutex);
  if (run->TooManyFailed()) return;
  for (const ExecutionRecord& child : stopped) {
    run->tallies.aborted.Remove(child.map_items);
    run->tallies.pending_redrive.Add(child.map_items);
    run->to_redrive.push_back(child);
    run->to_redrive_left = true;
  }
}

// Counts the children that have ended, and waits for those that go on.
void MapRuns::Adopt(const RunPointer& run) {
  Store& store = runner_.store_;
  MapRunTallies tallies;
  std::vector<ExecutionRecord> going_on;
  do {  // none begins meanwhile; if one ends, once more
    going_on.clear();
    tallies = store.CountChildren(run->record.id, run->record.redrive_count);
    std::vector<ExecutionRecord> page;
    do {
      page = store.ListChildren(run->record.id, ExecutionStatus::kRunning, page.empty() ? 0 : page.back().id, kPage);
      std::move(page.begin(), page.end(), std::back_inserter(going_on));
    } while (page.size() == kPage);
  } while (static_cast<int64_t>(going_on.size()) != tallies.running.children);
  // What Stop found in the store does not say so itself.
  if (run->abandoned) run->config.express_children = !going_on.empty() && IsExpressChild(going_on.front());
  {
    const std::lock_guard lock(run->mutex);
    run->tallies = tallies;
    run->to_redrive_left = tallies.pending_redrive.children > 0;
    for (const ExecutionRecord& child : going_on) {
      run->running[child.map_index] = {child.id, child.map_items, 0};
    }
  }
  if (tallies.aborted.children > 0 && !run->abandoned) TakeUpStopped(run);
  for (const ExecutionRecord& child : going_on) {
    const auto closed = [this, run, index = child.map_index](const ExecutionSnapshot& s) {
      ChildClosed(run, index, s);
    };
    if (runner_.WhenClosed(child.id, closed)) continue;
    ExecutionSnapshot ended;  // since the list was read
    ended.status = runner_.store_.GetExecution(child.id)->status;
    ChildClosed(run, child.map_index, ended);
  }
}

void MapRuns::CountItems(const RunPointer& run) {
  const ItemReading* reading = run->config.reading.get();
  if (reading != nullptr && reading->items_max < 0) {
    return Fail(run, {std::string(error_names::kItemReaderFailed), CauseText(Cause::kMaxItemsNotPositive)});
  }
  MapRunRecord counted;
  if (reading == nullptr && run->config.selection == nullptr && !run->config.batching) {
    counted.total_items = counted.total_children = static_cast<int64_t>(run->config.items.size());
  } else {
    auto feed = OpenFeed(*run);
    if (!feed) return Fail(run, std::move(feed).error());
    for (;;) {
      auto child = (*feed)->Next();
      if (!child) return Fail(run, std::move(child).error());
      if (!child->has_value()) break;
      ++counted.total_children;
      counted.total_items += (*child)->items;
      if (stopping_) return;
      const std::lock_guard lock(run->mutex);
      if (run->stopping) return;
    }
  }
  MapRunRecord record;
  {
    const std::lock_guard lock(run->mutex);
    run->record.counted = true;
    run->record.total_items = counted.total_items;
    run->record.total_children = counted.total_children;
    record = run->record;
  }
  Submit(record);
}

Result<std::unique_ptr<ItemFeed>> MapRuns::OpenFeed(const Run& run) const {
  std::unique_ptr<ItemSource> source;
  if (run.config.reading == nullptr) {
    source = ItemsIn(run.config.items);
  } else if (!runner_.options_.open_items) {
    return WorkflowError{std::string(error_names::kItemReaderFailed),
                         CauseText(Cause::kNoItemsFound, {run.config.reading->resource})};
  } else {
    auto opened = runner_.options_.open_items(*run.config.reading);
    if (!opened) return std::move(opened).error();
    source = std::move(opened).value();
  }
  return std::make_unique<ItemFeed>(std::move(source), run.config, runner_.options_.quotas.payload_bytes_max);
}

// What no child was given yet.
Result<std::unique_ptr<ItemFeed>> MapRuns::OpenRest(const Run& run) const {
  auto feed = OpenFeed(run);
  if (!feed) return feed;
  std::unique_ptr<ItemFeed> rest = std::move(feed).value();
  if (auto error = rest->Skip(run.record.begun.items)) return *std::move(error);
  return rest;
}

void MapRuns::Fail(const RunPointer& run, WorkflowError error) {
  const std::lock_guard lock(run->mutex);
  if (!run->failure) run->failure = std::move(error);
}

StartRequest MapRuns::RequestOfChild(const Run& run, std::string name) const {
  const StartRequest& parent = run.request;
  StartRequest child;
  child.info = parent.info;
  child.info.started_by.clear();
  child.info.test_case = run.config.test_case;
  child.info.redrive_count = 0;
  child.info.name = std::move(name);
  ChildOfMapRun(child, MapRunMachine(run.record.arn), run.express());
  child.machine = parent.machine;
  child.graph = run.config.processor;
  child.state_machine_id = parent.state_machine_id;
  child.definition_id = parent.definition_id;
  child.map_run_id = run.record.id;
  child.map_redrive = run.record.redrive_count;
  return child;
}

// The next child, with what it is given. Whoever tends the run does its first turn, too: children are stored in the
// order in which they begin, for a cursor says that all before it are there.
bool MapRuns::BeginChild(const RunPointer& run) {
  if (run->feed == nullptr) {
    auto feed = OpenRest(*run);
    if (!feed) return Fail(run, std::move(feed).error()), true;
    run->feed = std::move(feed).value();
  }
  auto next = run->feed->Next();
  if (next && !next->has_value()) next = run->feed->OtherItems();
  if (!next) return Fail(run, std::move(next).error()), true;
  ItemFeed::Child given = *std::move(next).value();
  const Timestamp now = runner_.clock_.Now();
  std::string name = runner_.random_.TimeOrderedUuid(now);
  if (run->express()) name += ":" + runner_.random_.Uuid();
  StartRequest child = RequestOfChild(*run, std::move(name));
  const size_t bytes = run->express() ? given.input.text().size() : 0;
  child.input = std::move(given.input);
  child.map_items = given.items;
  const int64_t id = runner_.NextId();
  int64_t index = 0;
  {
    const std::lock_guard lock(run->mutex);
    MapRunCursor& begun = run->record.begun;
    index = begun.children++;
    begun.items += given.items;
    run->running[index] = {id, given.items, bytes};
    run->input_bytes += bytes;
    run->tallies.running.Add(given.items);
    child.map_run_cursor = begun;
  }
  child.map_index = index;
  runner_.StartHere(id, std::move(child),
                    [this, run, index](const ExecutionSnapshot& s) { ChildClosed(run, index, s); });
  return true;
}

std::optional<ExecutionRecord> MapRuns::NextToRedrive(Run& run) {
  while (run.to_redrive.empty() && run.redrive_status < kUnsuccessful.size()) {
    for (ExecutionRecord& child :
         runner_.store_.ListChildren(run.record.id, kUnsuccessful[run.redrive_status], run.redrive_after, kPage)) {
      run.redrive_after = child.id;
      if (child.map_redrive < run.record.redrive_count) run.to_redrive.push_back(std::move(child));
    }
    if (!run.to_redrive.empty()) break;
    ++run.redrive_status;
    run.redrive_after = 0;
  }
  if (run.to_redrive.empty()) return std::nullopt;
  ExecutionRecord child = std::move(run.to_redrive.front());
  run.to_redrive.pop_front();
  return child;
}

bool MapRuns::RedriveChild(const RunPointer& run) {
  const auto child = NextToRedrive(*run);
  if (!child) {
    const std::lock_guard lock(run->mutex);
    run->to_redrive_left = false;
    return true;
  }
  const std::vector<std::string> segments = runner_.store_.LoadHistory(*child);
  const Quotas& quotas = runner_.options_.quotas;
  const bool redrivable = !segments.empty() && (run->express() || quotas.HasRoomToBeRedriven(EndOf(segments).id));
  const int64_t index = child->map_index;
  {
    const std::lock_guard lock(run->mutex);
    run->tallies.pending_redrive.Remove(child->map_items);
    if (!redrivable) {
      TallyOf(run->tallies, child->status, /*pending=*/false).Add(child->map_items);
      return true;
    }
    run->tallies.running.Add(child->map_items);
    run->running[index] = {child->id, child->map_items, 0};
  }
  StartRequest request = RequestOfChild(*run, child->name);
  request.map_index = index;
  request.map_items = child->map_items;
  runner_.Redrive(
      std::move(request), *child, segments, std::nullopt, [](StartResult, const ExecutionSnapshot&) {},
      [this, run, index](const ExecutionSnapshot& s) { ChildClosed(run, index, s); });
  return true;
}

void MapRuns::Count(Run& run, int64_t index, ExecutionStatus status) {
  const auto place = run.running.find(index);
  // One that stands still, because of a bug or of a store that failed, goes on after a restart.
  if (place == run.running.end() || status == ExecutionStatus::kRunning) return;
  run.tallies.running.Remove(place->second.items);
  TallyOf(run.tallies, status, /*pending=*/false).Add(place->second.items);
  run.input_bytes -= place->second.bytes;
  run.running.erase(place);
}

void MapRuns::ChildClosed(const RunPointer& run, int64_t index, const ExecutionSnapshot& child) {
  {
    const std::lock_guard lock(run->mutex);
    Count(*run, index, child.status);
  }
  Tend(run);
}

bool MapRuns::Update(const MapRunRecord& record, const Change& change, std::function<void(bool)> done) {
  RunPointer run;
  {
    const std::lock_guard lock(mutex_);
    const auto it = runs_.find(record.arn);
    if (it == runs_.end()) return false;
    run = it->second;
  }
  MapRunRecord changed;
  {
    const std::lock_guard lock(run->mutex);
    if (run->ended) return false;
    MapRunRecord& r = run->record;
    r.max_concurrency = change.max_concurrency.value_or(r.max_concurrency);
    if (change.tolerated_failure_count) r.tolerated_failure_count = change.tolerated_failure_count;
    if (change.tolerated_failure_percentage) r.tolerated_failure_percentage = change.tolerated_failure_percentage;
    changed = r;
  }
  Submit(changed, [this, run, done = std::move(done)](CommitResult result) {
    done(result == CommitResult::kDurable);
    if (result == CommitResult::kDurable) Tend(run);
  });
  return true;
}

std::optional<MapRuns::Standing> MapRuns::Find(const MapRunRecord& record) const {
  RunPointer run;
  {
    const std::lock_guard lock(mutex_);
    const auto it = runs_.find(record.arn);
    if (it == runs_.end()) return std::nullopt;
    run = it->second;
  }
  const std::lock_guard lock(run->mutex);
  return Standing{run->record, run->tallies};
}

void MapRuns::Stop(std::string_view arn) {
  RunPointer run;
  {
    const std::lock_guard lock(mutex_);
    const auto it = runs_.find(arn);
    if (it != runs_.end()) run = it->second;
  }
  if (run == nullptr) {
    const auto stored = runner_.store_.FindMapRun(arn);
    if (stored && stored->status == ExecutionStatus::kRunning) StopStored(*stored);
    return;
  }
  {
    const std::lock_guard lock(run->mutex);
    run->afterwards = nullptr;
    if (run->ended) return;
    run->stopping = true;
    run->wanted = false;
  }
  Tend(run);
}

void MapRuns::StopStored(const MapRunRecord& record) {
  auto run = std::make_shared<Run>();
  run->parent = record.execution_id;
  run->config.map_run_arn = Value::String(record.arn);
  run->adopts = true;
  run->abandoned = true;
  run->record = record;
  run->stopping = true;
  run->wanted = false;
  {
    const std::lock_guard lock(mutex_);
    if (!runs_.emplace(record.arn, run).second) return;
  }
  Tend(run);
}

// Recorded: EXPRESS children are left to their own end.
void MapRuns::AbortChildren(const RunPointer& run) {
  std::vector<int64_t> executions;
  {
    const std::lock_guard lock(run->mutex);
    for (const auto& [index, child] : run->running) executions.push_back(child.execution);
  }
  for (const int64_t execution : executions) {
    runner_.Abort(execution, std::nullopt, CauseText(Cause::kMapRunAborted, {run->record.arn}),
                  [](const ExecutionSnapshot&) {});
  }
}

Result<Value> MapRuns::ResultOf(const RunPointer& run, std::string& results) {
  ExecutionInfo child = RequestOfChild(*run, "").info;
  const MapRunResults all{run->config.writing, run->record, child, runner_.store_, runner_.options_.quotas};
  if (run->exports()) {
    if (!runner_.options_.open_object) {
      return WorkflowError{std::string(error_names::kResultWriterFailed), CauseText(Cause::kNoResultsWritten)};
    }
    std::unique_ptr<ItemFeed> rest;
    if (!run->AllBegun()) {
      auto feed = OpenRest(*run);
      if (!feed) return std::move(feed).error();
      rest = std::move(feed).value();
    }
    return WriteResults(all, runner_.options_.open_object, rest.get(), results);
  }
  return CollectResults(all);
}

// Nothing runs any more, and nothing begins: only whoever tends the run touches it.
void MapRuns::End(const RunPointer& run) {
  std::string results = run->record.results;
  Result<Value> result = Value();
  std::optional<WorkflowError> error = run->failure;
  // Whoever stopped it does not wait for a result, but what was to be exported is.
  const bool has_results = run->record.counted && (!run->failure || run->record.begun.children > 0);
  if (has_results && !run->abandoned && (run->exports() || (run->wanted && !error))) {
    result = ResultOf(run, results);
    if (!result && error) {
      // The Map fails with what came first; of the other, the process tells who runs it.
      runner_.options_.log("the results of " + run->record.arn + " were not written: " +
                           result.error().error.value_or("") + ": " + result.error().cause.value_or(""));
    } else if (!result) {
      error = result.error();
    }
  }
  MapRunEnded ended;
  ended.map_run_arn = run->config.map_run_arn;
  ended.result = error ? Result<Value>(*error) : std::move(result);
  // The next process has the storage, or the host, that this one was about to leave.
  if (stopping_ && error) return;
  MapRunRecord record;
  {
    const std::lock_guard lock(run->mutex);
    run->ended = true;
    run->record.status = !run->wanted ? ExecutionStatus::kAborted
                         : error      ? ExecutionStatus::kFailed
                                      : ExecutionStatus::kSucceeded;
    run->record.stopped_at = runner_.clock_.Now();
    run->record.results = std::move(results);
    record = run->record;
  }
  Submit(record, [this, run, ended = std::move(ended)](CommitResult committed) {
    if (committed != CommitResult::kDurable) return;
    std::function<void()> afterwards;
    bool wanted = false;
    {
      const std::lock_guard lock(mutex_);
      const std::lock_guard run_lock(run->mutex);
      afterwards = std::move(run->afterwards);
      wanted = run->wanted;
      runs_.erase(run->record.arn);
    }
    if (wanted) runner_.Post(run->parent, run->config.branch, ended);
    if (afterwards) afterwards();
  });
}

}  // namespace gait
