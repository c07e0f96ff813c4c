// One run under a seed: a disk, a clock, the process that is just running (and one that has lost its store, and does
// not know), and those outside who start executions, STANDARD and EXPRESS ones, do tasks, hold tokens, poll for
// activities and end executions.
// Which of them does something next, and where a process dies, is the seed's choice; there is no thread and no wall
// clock, so a seed always gives the same run.
#pragma once

#include <cstdint>
#include <string>

#include "tests/simulation/violation.h"

namespace gait::simulation {

enum class Planted : uint8_t {
  kNothing,
  kEffectBeforeCommit,  // a write is acknowledged before it is on the disk
  kTokenTwice,          // a token that was used is taken for the next attempt of its task
  kTimerLost,           // one timer in ten is forgotten
  kStoredTimerLost,     // one in ten of those that leave memory does not reach the disk
  kCursorFirst,         // a Map Run's cursor is on the disk before the child that it counts
  kSucceededAgain,      // a redrive of a Map Run takes up children that had succeeded
  kHeartbeatLost,       // heartbeats are acknowledged, and not heard
};

struct Report {
  bool clean = true;
  Violation violation;
  std::string machines;   // their definitions and inputs
  std::string histories;  // of all executions; only of a run that is not clean, or when asked for
  size_t steps = 0, restarts = 0, executions = 0, tasks = 0;
};

Report Simulate(uint64_t seed, Planted planted, bool verbose);

}  // namespace gait::simulation
