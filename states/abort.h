// How what runs within a Parallel or Map is stopped.
#pragma once

#include "engine/definition/state.h"
#include "engine/definition/state_machine.h"

namespace gait {

// Adds the ...StateAborted events of the state that `branch` stands in, and before it of all states within that state.
// `state` is that state. Pass, Choice, Succeed and Fail states have no such event.
void AbortState(const State& state, BranchId branch, const Progress& progress, Outcome& out);

// The same for every child of `branch`, whose state is `state`.
void AbortChildren(const State& state, BranchId branch, const Progress& progress, Outcome& out);

// The same for one of the children.
void AbortChild(const State& state, const Branch& child, const Progress& progress, Outcome& out);

}  // namespace gait
