#include "engine/run/map_run.h"

#include <algorithm>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/history/codec.h"

namespace gait {
namespace {

// What MaxConcurrency 0 stands for: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
constexpr int64_t kConcurrencyDefault = 10'000;

Progress Fold(const std::vector<std::string>& segments) {
  Progress progress;
  HistoryCodec codec;
  for (const std::string& segment : segments) {
    for (std::string_view rest = segment; !rest.empty();) progress.Apply(codec.Decode(rest));
  }
  return progress;
}

}  // namespace

struct MapRuns::Run {
  // Constant after construction.
  int64_t parent = 0;
  StartRequest request;  // the parent's
  StartMapRun config;
  std::optional<int64_t> stored_total;  // of the items that it had before the engine stopped
  MapRunRecord record;

  std::mutex mutex;
  std::vector<bool> begun;               // guarded by mutex; by index
  std::vector<Value> outputs;            // guarded by mutex; undefined where there is none
  std::map<int64_t, int64_t> running;    // guarded by mutex; index to execution; 0 while it is being started
  size_t next = 0;                       // guarded by mutex; the first index that may not have begun
  int64_t failed = 0;                    // guarded by mutex
  bool stopping = false;                 // guarded by mutex: no more children
  bool wanted = true;                    // guarded by mutex: the Map waits for the result
  bool ended = false;                    // guarded by mutex
  bool preparing = true;                 // guarded by mutex: the items, or the record, are not there yet
  std::optional<WorkflowError> failure;  // guarded by mutex: of the run itself, not of its children

  size_t total() const { return config.items.size(); }
  bool TooManyFailed() const {
    if (failed <= config.tolerated_failure_count) return false;
    return 100.0 * static_cast<double>(failed) / static_cast<double>(total()) > config.tolerated_failure_percentage;
  }
};

void ChildOfMapRun(StartRequest& request, std::string_view label) {
  ExecutionInfo& info = request.info;
  info.state_machine_name.append("/").append(label);
  info.state_machine_arn = StateMachineArn(info.account, info.state_machine_name);
  info.arn = ExecutionArn(info.account, info.state_machine_name, info.name);
}

MapRuns::MapRuns(Runner& runner) : runner_(runner), next_map_run_(runner.store_.next_ids().map_run) {}

MapRuns::~MapRuns() = default;

void MapRuns::Start(int64_t parent, const StartRequest& request, StartMapRun config) {
  auto run = std::make_shared<Run>();
  run->parent = parent;
  run->request = request;
  run->config = std::move(config);
  const bool reads = run->config.reading != nullptr;
  if (reads) run->config.items = Value::Array();
  const std::string arn(run->config.map_run_arn.as_string());
  std::optional<MapRunRecord> stored;
  if (run->config.recovered) stored = runner_.store_.FindMapRun(arn);
  if (stored) {
    // It may have been changed since the Map was entered.
    run->stored_total = stored->total;
    run->config.max_concurrency = stored->max_concurrency;
    run->config.tolerated_failure_count = stored->tolerated_failure_count;
    run->config.tolerated_failure_percentage = stored->tolerated_failure_percentage;
  }
  {
    const std::lock_guard lock(mutex_);
    runs_[{parent, arn}] = run;
    run->record = stored ? *stored
                         : MapRunRecord{next_map_run_++,
                                        arn,
                                        parent,
                                        run->config.state_name,
                                        ExecutionStatus::kRunning,
                                        runner_.clock_.Now(),
                                        {},
                                        0,
                                        run->config.max_concurrency,
                                        run->config.tolerated_failure_count,
                                        run->config.tolerated_failure_percentage};
  }
  if (!reads) return Begin(run);
  if (runner_.options_.executor != nullptr) return Read(run);
  runner_.activity_.Begin();  // a virtual clock stands still meanwhile
  readers_.Run([this, run] {
    Read(run);
    runner_.activity_.End();
  });
}

void MapRuns::Read(const std::shared_ptr<Run>& run) {
  Result<Value> items = ItemsOf(*run->config.reading);
  if (items) {
    run->config.items = std::move(items).value();
  } else {
    const std::lock_guard lock(run->mutex);
    run->failure = std::move(items).error();
  }
  Begin(run);
}

Result<Value> MapRuns::ItemsOf(const ItemReading& reading) const {
  if (!runner_.options_.open_items) {
    return WorkflowError{std::string(error_names::kItemReaderFailed),
                         CauseText(Cause::kNoItemsFound, {reading.resource})};
  }
  auto source = runner_.options_.open_items(reading);
  if (!source) return std::move(source).error();
  return ReadItems(**source, reading.items_max);
}

void MapRuns::Begin(const std::shared_ptr<Run>& run) {
  const auto total = static_cast<int64_t>(run->total());
  Commit commit;
  {
    const std::lock_guard lock(run->mutex);
    // What its children are numbered by is not there any more.
    if (run->stored_total && *run->stored_total != total && !run->failure) {
      run->failure = WorkflowError{std::string(error_names::kItemReaderFailed), CauseText(Cause::kOtherItemsFound)};
    }
    if (run->failure) run->stopping = true;
    const auto size = static_cast<size_t>(std::max(run->stored_total.value_or(0), total));
    run->begun.resize(size);
    run->outputs.resize(size);
    if (!run->stored_total) run->record.total = total;
    commit.map_run = run->record;
  }
  const auto proceed = [this, run] {
    {
      const std::lock_guard lock(run->mutex);
      run->preparing = false;
    }
    Proceed(run);
  };
  if (run->stored_total) {
    Adopt(run);
    return proceed();
  }
  runner_.activity_.Begin();
  commit.done = [this, proceed](CommitResult result) {
    if (result == CommitResult::kDurable) proceed();
    runner_.activity_.End();
  };
  runner_.committer_.Submit(std::move(commit));
}

// Counts the children that ended before the engine stopped, and waits for those that go on.
void MapRuns::Adopt(const std::shared_ptr<Run>& run) {
  for (ExecutionRecord child : runner_.store_.ChildrenOf(run->record.id)) {
    {
      const std::lock_guard lock(run->mutex);
      run->begun[static_cast<size_t>(child.map_index)] = true;
      run->running[child.map_index] = child.id;
    }
    const auto closed = [this, run, index = child.map_index](const ExecutionSnapshot& s) {
      ChildClosed(run, index, s);
    };
    if (child.status == ExecutionStatus::kRunning) {
      if (runner_.WhenClosed(child.id, closed)) continue;
      child = *runner_.store_.GetExecution(child.id);  // it has ended since the list was read
    }
    ExecutionSnapshot ended;
    ended.status = child.status;
    if (child.status == ExecutionStatus::kSucceeded) ended.output = Fold(runner_.store_.LoadHistory(child)).output();
    Count(run, child.map_index, ended);
  }
}

bool MapRuns::Count(const std::shared_ptr<Run>& run, int64_t index, const ExecutionSnapshot& child) {
  const std::lock_guard lock(run->mutex);
  if (run->running.erase(index) == 0) return false;
  if (!run->wanted) return true;
  if (child.status == ExecutionStatus::kSucceeded) {
    run->outputs[static_cast<size_t>(index)] = child.output.value();
  } else {
    ++run->failed;
  }
  return true;
}

void MapRuns::ChildClosed(const std::shared_ptr<Run>& run, int64_t index, const ExecutionSnapshot& child) {
  if (Count(run, index, child)) Proceed(run);
}

void MapRuns::Proceed(const std::shared_ptr<Run>& run) {
  std::vector<int64_t> to_start;
  std::vector<int64_t> to_abort;
  bool ends = false;
  {
    const std::lock_guard lock(run->mutex);
    if (run->ended || run->preparing) return;
    if (run->TooManyFailed()) run->stopping = true;
    if (run->stopping) {
      for (const auto& [index, execution] : run->running) to_abort.push_back(execution);
    } else {
      const int64_t limit = run->config.max_concurrency == 0 ? kConcurrencyDefault : run->config.max_concurrency;
      for (; run->next < run->total() && static_cast<int64_t>(run->running.size()) < limit; ++run->next) {
        if (run->begun[run->next]) continue;
        run->begun[run->next] = true;
        run->running[static_cast<int64_t>(run->next)] = 0;
        to_start.push_back(static_cast<int64_t>(run->next));
      }
    }
    ends = run->running.empty() && (run->stopping || run->next == run->total());
    run->ended = ends;
  }
  if (ends) return End(run);
  for (int64_t index : to_start) StartChild(run, index);
  for (int64_t execution : to_abort) {
    if (execution != 0) runner_.Abort(execution, std::nullopt, std::nullopt, [](const ExecutionSnapshot&) {});
  }
}

void MapRuns::StartChild(const std::shared_ptr<Run>& run, int64_t index) {
  const Value& item = run->config.items.items()[static_cast<size_t>(index)];
  Result<Value> input =
      run->config.selection == nullptr ? Result<Value>(item) : run->config.selection->Select(index, item);
  if (!input) {
    ExecutionSnapshot failed;
    failed.status = ExecutionStatus::kFailed;
    return ChildClosed(run, index, failed);
  }
  const StartRequest& parent = run->request;
  StartRequest child;
  child.info = parent.info;
  child.info.started_by.clear();
  child.info.test_case = run->config.test_case;
  child.info.name = runner_.random_.TimeOrderedUuid(runner_.clock_.Now());
  ChildOfMapRun(child, run->config.label);
  child.info.type = run->config.express_children ? StateMachineType::kExpress : StateMachineType::kStandard;
  child.machine = parent.machine;
  child.graph = run->config.processor;
  child.input = Payload(std::move(input).value());
  child.state_machine_id = parent.state_machine_id;
  child.definition_id = parent.definition_id;
  child.map_run_id = run->record.id;
  child.map_index = index;
  runner_.Start(
      std::move(child),
      [this, run, index](StartResult result, const ExecutionSnapshot& started) {
        bool stopping = false;
        {
          const std::lock_guard lock(run->mutex);
          const auto it = run->running.find(index);
          if (result != StartResult::kStarted || it == run->running.end()) return;
          it->second = started.id;
          stopping = run->stopping;
        }
        if (stopping) Proceed(run);  // it could not be stopped before it was known
      },
      [this, run, index](const ExecutionSnapshot& s) { ChildClosed(run, index, s); });
}

bool MapRuns::Update(const MapRunRecord& record, const Change& change, std::function<void(bool)> done) {
  std::shared_ptr<Run> run;
  {
    const std::lock_guard lock(mutex_);
    const auto it = runs_.find({record.execution_id, record.arn});
    if (it == runs_.end()) return false;
    run = it->second;
  }
  Commit commit;
  {
    const std::lock_guard lock(run->mutex);
    if (run->ended) return false;
    MapRunRecord& stored = run->record;
    stored.max_concurrency = run->config.max_concurrency = change.max_concurrency.value_or(stored.max_concurrency);
    stored.tolerated_failure_count = run->config.tolerated_failure_count =
        change.tolerated_failure_count.value_or(stored.tolerated_failure_count);
    stored.tolerated_failure_percentage = run->config.tolerated_failure_percentage =
        change.tolerated_failure_percentage.value_or(stored.tolerated_failure_percentage);
    commit.map_run = stored;
  }
  runner_.activity_.Begin();
  commit.done = [this, run, done = std::move(done)](CommitResult result) {
    done(result == CommitResult::kDurable);
    if (result == CommitResult::kDurable) Proceed(run);
    runner_.activity_.End();
  };
  runner_.committer_.Submit(std::move(commit));
  return true;
}

void MapRuns::Stop(int64_t parent, std::string_view arn) {
  std::shared_ptr<Run> run;
  {
    const std::lock_guard lock(mutex_);
    const auto it = runs_.find({parent, std::string(arn)});
    if (it != runs_.end()) run = it->second;
  }
  if (run == nullptr) {
    const auto stored = runner_.store_.FindMapRun(arn);
    if (stored && stored->status == ExecutionStatus::kRunning) StopStored(*stored);
    return;
  }
  {
    const std::lock_guard lock(run->mutex);
    run->stopping = true;
    run->wanted = false;
  }
  Proceed(run);
}

void MapRuns::StopStored(const MapRunRecord& record) {
  auto run = std::make_shared<Run>();
  run->parent = record.execution_id;
  run->config.map_run_arn = Value::String(record.arn);
  run->record = record;
  run->preparing = false;
  run->stopping = true;
  run->wanted = false;
  {
    const std::lock_guard lock(mutex_);
    if (!runs_.emplace(std::pair(run->parent, record.arn), run).second) return;
  }
  for (const ExecutionRecord& child : runner_.store_.ChildrenOf(record.id)) {
    if (child.status != ExecutionStatus::kRunning) continue;
    {
      const std::lock_guard lock(run->mutex);
      run->running[child.map_index] = child.id;
    }
    const auto closed = [this, run, index = child.map_index](const ExecutionSnapshot& s) {
      ChildClosed(run, index, s);
    };
    if (!runner_.WhenClosed(child.id, closed)) Count(run, child.map_index, {});  // it has ended since
  }
  Proceed(run);
}

void MapRuns::End(const std::shared_ptr<Run>& run) {
  {
    const std::lock_guard lock(mutex_);
    runs_.erase({run->parent, run->record.arn});
  }
  const std::lock_guard lock(run->mutex);
  const bool failed = run->failure || run->TooManyFailed();
  MapRunEnded ended;
  ended.map_run_arn = run->config.map_run_arn;
  if (run->failure) {
    ended.result = *run->failure;
  } else if (failed) {
    ended.result =
        WorkflowError{std::string(error_names::kExceedToleratedFailureThreshold), CauseText(Cause::kToleranceExceeded)};
  } else {
    ArrayBuilder outputs(run->outputs.size());
    for (Value& output : run->outputs) {
      if (!output.is_undefined()) outputs.Add(std::move(output));
    }
    ended.result = outputs.Build();
  }
  run->record.status = !run->wanted ? ExecutionStatus::kAborted
                       : failed     ? ExecutionStatus::kFailed
                                    : ExecutionStatus::kSucceeded;
  run->record.stopped_at = runner_.clock_.Now();
  Commit commit;
  commit.map_run = run->record;
  if (run->wanted) {
    runner_.activity_.Begin();
    commit.done = [this, run, ended = std::move(ended)](CommitResult result) {
      if (result == CommitResult::kDurable) runner_.Post(run->parent, run->config.branch, ended);
      runner_.activity_.End();
    };
  }
  runner_.committer_.Submit(std::move(commit));
}

}  // namespace gait
