// An execution with its mailbox. For the runner alone.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/history/codec.h"
#include "engine/run/runner.h"

namespace gait {

struct Runner::Actor {
  Actor(int64_t number, StartRequest start, Quotas quotas, Random& random)
      : id(number),
        request(std::move(start)),
        execution(request.info, request.machine, request.graph == nullptr ? request.machine->graph() : *request.graph,
                  quotas, random) {}

  bool express() const { return request.info.type == StateMachineType::kExpress; }

  // Constant after construction.
  const int64_t id;
  const StartRequest request;
  const std::shared_ptr<CommitState> commit = std::make_shared<CommitState>();
  bool stored = false;  // it has its record in the store already

  // Of the worker that has the actor.
  Execution execution;
  HistoryCodec codec;
  bool submitted_start = false;

  // Of the thread that reports what is durable.
  Started started;

  std::mutex mutex;
  std::deque<std::function<Turn(Execution&, Timestamp)>> mailbox;  // guarded by mutex
  bool scheduled = false;                                          // guarded by mutex: a worker has it, or will
  std::vector<Closed> closed;                                      // guarded by mutex
  bool removed = false;                                            // guarded by mutex: it has ended, durably
};

}  // namespace gait
