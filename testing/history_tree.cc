#include "testing/history_tree.h"

#include <utility>

#include "engine/history/event_table.h"

namespace gait {
namespace {

using T = EventType;

bool IsComposite(T entered) { return entered == T::kParallelStateEntered || entered == T::kMapStateEntered; }

// `branch`, or the nearest above it of which `holds` is true; null if there is none.
template <typename F>
HistoryBranch* Up(HistoryBranch* branch, F holds) {
  while (branch != nullptr && !holds(*branch)) branch = branch->parent;
  return branch;
}

// "/Each", or "/Each#2" for the second time.
std::string ChildrenOf(const HistoryBranch& parent) {
  const auto starts = parent.starts.find(parent.state);
  const bool again = starts != parent.starts.end() && starts->second > 1;
  return "/" + parent.state + (again ? "#" + std::to_string(starts->second) : "");
}

}  // namespace

HistoryTree::HistoryTree() {
  branches_.push_back(std::make_unique<HistoryBranch>());
  by_path_.emplace("", branches_.front().get());
}

HistoryTree HistoryTree::Of(const std::vector<HistoryEvent>& events) {
  HistoryTree tree;
  for (const HistoryEvent& event : events) tree.Add(event);
  return tree;
}

const HistoryBranch* HistoryTree::Find(std::string_view path) const {
  const auto it = by_path_.find(path);
  return it == by_path_.end() ? nullptr : it->second;
}

const HistoryBranch* HistoryTree::BranchOf(int64_t event) const {
  const auto i = static_cast<size_t>(event);
  return i < by_event_.size() ? by_event_[i] : nullptr;
}

HistoryBranch& HistoryTree::Below(HistoryBranch& parent, const std::string& name, const std::string& description,
                                  int64_t begun_by) {
  std::string path = parent.path + name;
  const auto present = by_path_.find(path);
  if (present != by_path_.end()) return *present->second;
  auto& child = *branches_.emplace_back(std::make_unique<HistoryBranch>());
  child.path = path;
  child.description = description + (parent.description.empty() ? "" : " in " + parent.description);
  child.parent = &parent;
  child.begun_by = begun_by;
  by_path_.emplace(std::move(path), &child);
  return child;
}

HistoryBranch& HistoryTree::Iteration(HistoryBranch& map, const HistoryEvent& event) {
  const std::string index = std::to_string(event.number);
  return Below(map, ChildrenOf(map) + "[" + index + "]", "iteration " + index + " of '" + map.state + "'", event.id);
}

// An event follows the one that led to it; what that tells differs where branches begin and end. The events that end
// the children follow the last event of one of them, so they belong to a branch above that.
HistoryBranch& HistoryTree::Locate(const HistoryEvent& event) {
  HistoryBranch& root = *branches_.front();
  const auto previous = static_cast<size_t>(event.previous_event_id);
  const bool known = previous < by_event_.size() && by_event_[previous] != nullptr;
  HistoryBranch* const from = known ? by_event_[previous] : &root;
  const auto or_from = [from](HistoryBranch* found) -> HistoryBranch& { return found == nullptr ? *from : *found; };
  if (event.type == T::kExecutionStarted || event.type == T::kExecutionRedriven || EndsExecution(event.type))
    return root;
  switch (event.type) {
    case T::kMapIterationStarted:
    case T::kMapIterationSucceeded:
    case T::kMapIterationFailed:
    case T::kMapIterationAborted: {
      HistoryBranch* const map = Up(from, [&](const auto& b) { return b.open && b.state == event.name.as_string(); });
      return map == nullptr ? *from : Iteration(*map, event);
    }
    case T::kParallelStateStarted:
    case T::kMapStateStarted: return or_from(Up(from, [](const auto& b) { return b.composite && !b.open; }));
    case T::kParallelStateSucceeded:
    case T::kParallelStateFailed:
    case T::kParallelStateAborted:
    case T::kMapStateSucceeded:
    case T::kMapStateFailed:
    case T::kMapStateAborted: return or_from(Up(from, [](const auto& b) { return b.open; }));
    case T::kEvaluationFailed: {
      // It follows what its state's ...Entered follows, which may be another branch's.
      const Value* state = event.Get(EventField::kState);
      const std::string_view name = state != nullptr && state->is_string() ? state->as_string() : "";
      if (from->state == name) return *from;
      for (auto it = branches_.rbegin(); it != branches_.rend(); ++it) {
        if ((*it)->state == name && ((*it)->parent == from || it->get() == from)) return **it;
      }
      return or_from(Up(from, [&](const auto& b) { return b.state == name; }));
    }
    default: break;
  }
  if (RowOf(event.type).number == NumberMeaning::kState) {
    if (!known || types_[previous] != T::kParallelStateStarted) return *from;
    const std::string first(event.name.as_string());
    return Below(*from, ChildrenOf(*from) + "/" + first,
                 "the branch of '" + from->state + "' that begins with '" + first + "'", event.id);
  }
  if (RowOf(event.type).number == NumberMeaning::kNext) {
    return or_from(Up(from, [&](const auto& b) { return b.state == event.name.as_string(); }));
  }
  return *from;
}

const HistoryBranch& HistoryTree::Add(const HistoryEvent& event) {
  HistoryBranch& branch = Locate(event);
  const auto id = static_cast<size_t>(event.id);
  if (by_event_.size() <= id) {
    by_event_.resize(id + 1);
    types_.resize(id + 1, T::kExecutionStarted);
  }
  by_event_[id] = &branch;
  types_[id] = event.type;
  branch.events.push_back(event);
  switch (event.type) {
    case T::kParallelStateStarted:
    case T::kMapStateStarted:
      branch.open = true;
      ++branch.starts[branch.state];
      break;
    case T::kParallelStateSucceeded:
    case T::kParallelStateFailed:
    case T::kParallelStateAborted:
    case T::kMapStateSucceeded:
    case T::kMapStateFailed:
    case T::kMapStateAborted: branch.open = false; break;
    default: break;
  }
  if (RowOf(event.type).number == NumberMeaning::kState) {
    branch.state = event.name.as_string();
    branch.composite = IsComposite(event.type);
    branch.open = false;
  }
  return branch;
}

}  // namespace gait
