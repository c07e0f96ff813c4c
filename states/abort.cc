#include "states/abort.h"

#include <optional>

namespace gait {
namespace {

std::optional<EventType> AbortedEvent(std::string_view state_type) {
  if (state_type == "Task") return EventType::kTaskStateAborted;
  if (state_type == "Wait") return EventType::kWaitStateAborted;
  if (state_type == "Parallel") return EventType::kParallelStateAborted;
  if (state_type == "Map") return EventType::kMapStateAborted;
  return std::nullopt;
}

}  // namespace

void AbortState(const State& state, BranchId branch, const Progress& progress, Outcome& out) {
  AbortChildren(state, branch, progress, out);
  if (progress.branch(branch).map_run != nullptr) out.Add(HistoryEvent(EventType::kMapRunAborted, branch));
  if (const auto aborted = AbortedEvent(state.type())) out.Add(HistoryEvent(*aborted, branch));
}

void AbortChild(const State& state, const Branch& child, const Progress& progress, Outcome& out) {
  const bool in_state = child.phase != Branch::Phase::kReady && child.phase != Branch::Phase::kFinished;
  if (in_state) AbortState(state.ChildGraph(child.index)->at(child.state), child.id, progress, out);
}

void AbortChildren(const State& state, BranchId branch, const Progress& progress, Outcome& out) {
  if (progress.branch(branch).children == nullptr) return;
  for (const Branch* child : progress.ChildrenOf(branch)) AbortChild(state, *child, progress, out);
}

}  // namespace gait
