// The runs of Distributed Maps: each item is an execution of its own, so many of them at a time, and so many of them
// may fail. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "engine/base/thread_pool.h"
#include "engine/run/runner.h"

namespace gait {

class MapRuns {
 public:
  explicit MapRuns(Runner& runner);
  ~MapRuns();

  // Starts the run, or takes it up again where it was: children that are stored are not started a second time. `parent`
  // is the execution that the Map belongs to, started with `request`.
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
  void Stop(int64_t parent, std::string_view arn);

  // Waits for what is being read; the runs that it was for go on when the store is opened again.
  void StopReading() { readers_.Stop(); }

 private:
  struct Run;

  // Reads the items, then begins.
  void Read(const std::shared_ptr<Run>& run);
  Result<Value> ItemsOf(const ItemReading& reading) const;
  // The items are there, or it is known that they will not be: `run->failure`.
  void Begin(const std::shared_ptr<Run>& run);

  void Proceed(const std::shared_ptr<Run>& run);
  void StartChild(const std::shared_ptr<Run>& run, int64_t index);
  void ChildClosed(const std::shared_ptr<Run>& run, int64_t index, const ExecutionSnapshot& child);
  // Takes the child off those that run; false if it is not one of them.
  static bool Count(const std::shared_ptr<Run>& run, int64_t index, const ExecutionSnapshot& child);
  void Adopt(const std::shared_ptr<Run>& run);
  void StopStored(const MapRunRecord& record);
  void End(const std::shared_ptr<Run>& run);

  Runner& runner_;
  std::mutex mutex_;
  std::map<std::pair<int64_t, std::string>, std::shared_ptr<Run>> runs_;  // by parent and ARN; guarded by mutex_
  int64_t next_map_run_;                                                  // guarded by mutex_
  ThreadPool readers_{4};                                                 // they wait for disks
};

}  // namespace gait
