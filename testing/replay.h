// The first difference between a recorded execution and what becomes of it under another definition. A pure comparison
// of two histories; testing/replay_run.h makes the second one.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "testing/history_file.h"
#include "testing/history_tree.h"
#include "testing/replay_run.h"
#include "testing/value_differences.h"

namespace gait {

struct ReplayDifference {
  // "start", "transition", "input", "call", "parameters", "answer", "output", "variables", "items", "branch", "error"
  // or "end": docs/replay.md has the list.
  std::string what;
  int64_t event = 0;     // of the recording; where something happens now that did not, the last one before it
  std::string type;      // of that event
  std::string state;     // where; of a transition, the state that is left; "" outside of all states
  std::string branch;    // HistoryBranch::description; "" for the execution itself
  std::string recorded;  // a clause for people: "goes on to the state 'Ship'"
  std::string now;
  std::vector<ValueDifference> values;  // of what is a value

  bool operator==(const ReplayDifference&) const = default;
};

struct ReplayComparison {
  std::optional<ReplayDifference> difference;  // empty: none, as far as was compared
  int64_t compared = 0;                        // events of the recording that were found again
  std::vector<std::string> notes;              // sentences: what was not compared, and why
};

// Branch by branch, each along its own events: how Parallel's branches and Map's iterations were interleaved is no
// difference, nor are timestamps and the numbers of events. The first difference is the one with the lowest event of
// the recording. A branch that was stopped, because another one failed or the execution was ended from outside, is
// compared as far as it went on both sides; so is what follows in a history that has no end yet, was redriven, or
// starts a Distributed Map's run.
ReplayComparison Compare(const RecordedHistory& history, const HistoryTree& recorded, const ReplayRun& run,
                         const SameAnyway& same);

}  // namespace gait
