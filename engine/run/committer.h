// Group commit: what executions leave to be stored is gathered while the disk is busy and then written in one
// transaction, so that the cost of a sync is shared by all who wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/run/clock.h"
#include "engine/run/executor.h"
#include "engine/store/store.h"

namespace gait {

// Where the committer keeps track of one execution. Owned by the execution's actor, touched by the committer alone.
struct CommitState {
  int64_t last_segment = 0;
  bool refused = false;  // its name was taken: nothing of it is written
  int64_t batch = 0;     // the last that the execution had a part in,
  size_t place = 0;      // and where its segment is in that
};

enum class CommitResult : uint8_t { kDurable, kNameTaken, kStoreFailed };

struct Commit {
  std::optional<ExecutionRecord> start;  // the execution begins with this
  std::shared_ptr<CommitState> state;    // null for a commit without an execution
  int64_t execution_id = 0;
  std::string events;  // their stored form; may be empty
  ExecutionStatus status = ExecutionStatus::kRunning;
  Timestamp stopped_at;
  int64_t redrive_count = 0;
  Timestamp redriven_at;
  int64_t map_redrive = 0;
  bool had_timers = false;  // it has ended, and those that may be in the store are to be removed
  std::optional<MapRunRecord> map_run;
  std::optional<std::pair<int64_t, MapRunCursor>> map_run_cursor;  // as in Batch; only if `start` is stored
  Timestamp timers_until = Batch::kNoTimer;                        // as in Batch, and so the next
  std::vector<TimerRecord> timers;
  // Called when all of it is durable, or will not be. Short: it hands out effects and acknowledges. In the order of
  // Submit.
  std::function<void(CommitResult)> done;
};

class Committer {
 public:
  // `on_failure` is told what the store said when it could not write, after those whose commit that was. Nothing is
  // written from then on. With an `executor` it has no thread, and Stop drops what was submitted.
  Committer(Store& store, const Clock& clock, std::function<void(const std::string&)> on_failure,
            Executor* executor = nullptr);
  ~Committer();

  // Any thread. With a store in memory it is done before this returns.
  void Submit(Commit commit);

  // Writes what was submitted, then ends.
  void Stop();

  bool failed() const { return failed_; }
  // The transactions so far.
  uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }

 private:
  void Loop();
  void WriteWaiting();
  void Write(std::vector<Commit>& commits);
  // Whether the commits are stored; if not, `error` says why.
  bool Append(std::vector<Commit>& commits, std::string& error);

  Store& store_;
  const Clock& clock_;
  const std::function<void(const std::string&)> on_failure_;
  Executor* const executor_;
  int64_t next_segment_;  // of the thread that writes, as are the next two
  int64_t batch_ = 0;
  std::vector<Commit> writing_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Commit> waiting_;  // guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_
  std::mutex writers_mutex_;     // where there is no thread, those who submit write
  std::atomic<bool> failed_{false};
  std::atomic<uint64_t> commits_{0};
  std::thread thread_;
};

}  // namespace gait
