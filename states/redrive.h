// How what was unsuccessful within a Parallel or Map is taken up again when its execution is redriven.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-behavior-states
#pragma once

#include "engine/step/outcome.h"

namespace gait {

// Has the state of `branch` children that failed or were stopped before the redrive, and that do not run again yet?
// None if what failed is the state itself: it is then run again with all its children.
inline bool HasChildrenToRedrive(const Branch& branch) {
  return branch.children != nullptr && !branch.children->to_redrive.empty();
}

// Takes up the first of them. REQUIRES: there is one.
inline void RedriveNextChild(const Branch& branch, Outcome& out) {
  out.Add(HistoryEvent(EventType::kChildRedriven, branch.id).Number(branch.children->to_redrive.back()->index));
}

}  // namespace gait
