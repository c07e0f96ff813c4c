// How what was unsuccessful within a Parallel or Map is taken up again when its execution is redriven.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states
#pragma once

#include "engine/step/outcome.h"

namespace gait {

// Is a redrive for the children that the state of `branch` has, or has not begun yet? Else for the state itself: it
// failed before the first of them, or with the results of all, and is run again with all of them.
inline bool IsRedrivenWithin(const Branch& branch) { return branch.children != nullptr && branch.children->begun > 0; }

// Has the state children that failed or were stopped before the redrive, and that do not run again yet?
inline bool HasChildrenToRedrive(const Branch& branch) {
  return branch.children != nullptr && !branch.children->to_redrive.empty();
}

// Takes up the first of them. REQUIRES: there is one.
inline void RedriveNextChild(const Branch& branch, Outcome& out) {
  out.Add(HistoryEvent(EventType::kChildRedriven, branch.id).Number(branch.children->to_redrive.back()->index));
}

}  // namespace gait
