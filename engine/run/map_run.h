// The runs of Distributed Maps: each item, or batch of items, is an execution of its own, so many of them at a time,
// and so many of them may fail. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
//
// A run holds neither its items nor its children: what is to be read is read when there is room for another child, and
// what the children brought stands in their histories. How far it has come is stored with each child that begins
// (MapRunCursor), so that a process after this one goes on behind it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "engine/base/thread_pool.h"
#include "engine/run/runner.h"

namespace gait {

class ItemFeed;

class MapRuns {
 public:
  explicit MapRuns(Runner& runner);
  ~MapRuns();

  // Starts the run, or takes it up again where it was: after a crash, or because its Map is redriven. `parent` is the
  // execution that the Map belongs to, started with `request`.
  void Start(int64_t parent, const StartRequest& request, StartMapRun run);

  // Changes how the run goes on; what is absent stays. Calls back when that is durable, or with false when it will not
  // be; false, and no call, if it does not run.
  struct Change {
    std::optional<int64_t> max_concurrency, tolerated_failure_count;
    std::optional<double> tolerated_failure_percentage;
  };
  bool Update(const MapRunRecord& record, const Change& change, std::function<void(bool)> done);

  // Nobody waits for the run any more: ends it, and the children that run. A process before this one may have started
  // it.
  void Stop(std::string_view arn);

  // How it stands at this moment; empty if it does not run.
  struct Standing {
    MapRunRecord record;
    MapRunTallies tallies;
  };
  std::optional<Standing> Find(const MapRunRecord& record) const;

  // Waits for what is being read or written; the runs that it was for go on when the store is opened again.
  void StopThreads();

 private:
  struct Run;
  using RunPointer = std::shared_ptr<Run>;

  // Has somebody look after the run: one thread at a time does.
  void Tend(const RunPointer& run);
  void Queue(const RunPointer& run);
  void TendNow(const RunPointer& run);
  // Whether there may be more to do at once.
  bool TendOnce(const RunPointer& run);

  // Finds the children that there are already, and counts the items.
  void Prepare(const RunPointer& run);
  void Adopt(const RunPointer& run);
  std::vector<ExecutionRecord> StoppedByRun(const Run& run) const;
  void TakeUpStopped(const RunPointer& run);
  void CountItems(const RunPointer& run);
  Result<std::unique_ptr<ItemFeed>> OpenFeed(const Run& run) const;
  Result<std::unique_ptr<ItemFeed>> OpenRest(const Run& run) const;

  bool BeginChild(const RunPointer& run);
  bool RedriveChild(const RunPointer& run);
  std::optional<ExecutionRecord> NextToRedrive(Run& run);
  StartRequest RequestOfChild(const Run& run, std::string name) const;
  void ChildClosed(const RunPointer& run, int64_t index, const ExecutionSnapshot& child);
  static void Count(Run& run, int64_t index, ExecutionStatus status);
  static void Fail(const RunPointer& run, WorkflowError error);

  void AbortChildren(const RunPointer& run);
  void StopStored(const MapRunRecord& record);
  void End(const RunPointer& run);
  Result<Value> ResultOf(const RunPointer& run, std::string& results);
  void Submit(const MapRunRecord& record, std::function<void(CommitResult)> done = {});

  Runner& runner_;
  mutable std::mutex mutex_;
  std::map<std::string, RunPointer, std::less<>> runs_;  // by ARN; guarded by mutex_
  int64_t next_map_run_;                                 // guarded by mutex_
  std::atomic<bool> stopping_{false};
  ThreadPool threads_{4};  // they wait for disks
};

}  // namespace gait
