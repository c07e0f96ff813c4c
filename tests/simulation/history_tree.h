// A stored history, taken apart into the branches that the events belong to: the execution itself, each Parallel's
// branch, each Map's iteration. Read from the links between the events alone, not by the engine's fold. A branch that a
// redrive has taken up again is the same, under whatever number it goes on.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/history/event.h"

namespace gait::simulation {

struct BranchHistory {
  std::vector<size_t> events;  // their places in the history, in order
};

struct HistoryTree {
  std::vector<HistoryEvent> events;    // all, gait's own records among them
  std::deque<BranchHistory> branches;  // the execution itself first
  // The branches that begin with the ParallelStateStarted or MapIterationStarted event of this id. One that was stopped
  // before its first state was entered has no event, or none but MapIterationAborted.
  std::map<int64_t, std::vector<BranchHistory*>> begun_by;
  std::vector<size_t> redriven;  // the places of the ExecutionRedriven events
};

// `segments` as Store::LoadHistory gives them.
std::vector<HistoryEvent> DecodeHistory(const std::vector<std::string>& segments);

// Throws Violation where ids are not dense, or an event hangs nowhere.
HistoryTree TreeOf(std::vector<HistoryEvent> events);

// For reports: an event a line.
std::string Describe(const std::vector<HistoryEvent>& events);

}  // namespace gait::simulation
