// An execution with its mailbox. For the runner alone.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/history/codec.h"
#include "engine/run/runner.h"

namespace gait {

struct Runner::Actor {
  // What is in memory of an execution; one that only waits may do without.
  struct Resident {
    Resident(const StartRequest& r, const Quotas& quotas, Random& random, const ActivityRegistry& activities,
             std::atomic<int64_t>& counter)
        : execution(r.info, r.machine, r.graph == nullptr ? r.machine->graph() : *r.graph, quotas, random, activities),
          count(counter) {
      count.fetch_add(1, std::memory_order_relaxed);
    }
    ~Resident() { count.fetch_sub(1, std::memory_order_relaxed); }
    Resident(const Resident&) = delete;
    Resident& operator=(const Resident&) = delete;

    Execution execution;
    HistoryCodec codec;
    std::atomic<int64_t>& count;  // of all that are
  };

  Actor(int64_t number, StartRequest start, Metrics& all)
      : id(number), request(Numbered(std::move(start), number)), metrics(all.Of(request.info.state_machine_arn)) {}

  static StartRequest Numbered(StartRequest start, int64_t number) {
    start.info.id = number;
    return start;
  }
  bool express() const { return request.info.type == StateMachineType::kExpress; }
  // Is there a record of it? Of an EXPRESS one there is if a Map Run started it: of its history then the beginning and
  // the end are stored, for results and for a restart, after which it runs once more.
  bool is_stored() const { return !express() || request.map_run_id != 0; }

  // Constant after construction.
  const int64_t id;
  const StartRequest request;
  MachineMetrics& metrics;  // of its state machine
  const std::shared_ptr<CommitState> commit = std::make_shared<CommitState>();
  bool stored = false;  // it has its record in the store already

  // Of the worker that has the actor; taken away under the mutex while none has.
  std::unique_ptr<Resident> resident;  // null: parked
  bool submitted_start = false;
  int64_t stored_events = 0;  // of an EXPRESS one's history

  std::atomic<int> commits{0};  // submitted, and not known to be durable
  std::atomic<int> tasks{0};    // given out to who answers this process

  // Of the thread that reports what is durable.
  Started started;

  std::mutex mutex;
  std::vector<std::function<Turn(Execution&, Timestamp)>> mailbox;  // guarded by mutex
  bool scheduled = false;                                           // guarded by mutex: a worker has it, or will
  std::vector<Closed> closed;                                       // guarded by mutex
  bool removed = false;                                             // guarded by mutex: it has ended, durably
  std::vector<TimerRecord> far_timers;  // guarded by mutex: in the queue, and were far when they were set
  bool is_listed = false;               // guarded by mutex: among those whose far timers are to be stored
  bool had_timers = false;              // guarded by mutex: some may be in the store
};

}  // namespace gait
