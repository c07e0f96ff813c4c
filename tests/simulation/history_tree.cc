#include "tests/simulation/history_tree.h"

#include <algorithm>
#include <utility>

#include "engine/history/codec.h"
#include "engine/history/event_table.h"
#include "engine/json/write.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {

using T = EventType;

std::vector<HistoryEvent> DecodeHistory(const std::vector<std::string>& segments) {
  std::vector<HistoryEvent> events;
  HistoryCodec codec;
  for (const std::string& segment : segments) {
    for (std::string_view rest = segment; !rest.empty();) events.push_back(codec.Decode(rest));
  }
  return events;
}

namespace {

class Builder {
 public:
  explicit Builder(std::vector<HistoryEvent> events) {
    tree_.events = std::move(events);
    running_[0] = &Add(nullptr);
  }

  HistoryTree Build() && {
    for (place_ = 0; place_ < tree_.events.size(); ++place_) Place(tree_.events[place_]);
    return std::move(tree_);
  }

 private:
  struct Under {                    // what hangs below a branch in the state that it is in
    std::vector<int64_t> begun_by;  // a Parallel: its start; a Map: that of each iteration
    bool is_map = false;
  };

  BranchHistory& Add(BranchHistory* parent) {
    tree_.branches.emplace_back();
    parents_[&tree_.branches.back()] = parent;
    return tree_.branches.back();
  }

  void Place(const HistoryEvent& e) {
    if (e.type == T::kExecutionRedriven) {
      tree_.redriven.push_back(place_);
      running_ = {{0, &tree_.branches.front()}};
      taken_up_.clear();
    }
    BranchHistory& branch = BranchOf(e);
    if (e.id != 0) {
      Require(e.id == last_id_ + 1, kDense, "event " + std::to_string(e.id) + " follows " + std::to_string(last_id_));
      last_id_ = e.id;
      by_id_[e.id] = {e.type, &branch};
    }
    branch.events.push_back(place_);
    Note(e, branch);
  }

  BranchHistory& BranchOf(const HistoryEvent& e) {
    const auto cause = e.id == 0 ? by_id_.end() : by_id_.find(e.previous_event_id);
    if (cause != by_id_.end() && Begins(e.type, cause->second.first)) {
      auto& begun = tree_.begun_by[e.previous_event_id];
      // An iteration that was stopped before its first state is begun again by a redrive.
      const bool again = cause->second.first == T::kMapIterationStarted && !begun.empty();
      BranchHistory& branch = again ? *begun.front() : Add(cause->second.second);
      if (!again) begun.push_back(&branch);
      return GoesOn(e.branch, branch);
    }
    if (const auto found = running_.find(e.branch); found != running_.end()) return *found->second;
    // Its number is new, and it is not: a redrive has taken it up.
    if (cause != by_id_.end()) return GoesOn(e.branch, *cause->second.second);
    Require(!taken_up_.empty(), kDense, "event " + std::to_string(e.id) + " belongs to no branch");
    return GoesOn(e.branch, *taken_up_.front().second);
  }

  static bool Begins(T type, T cause) {
    const bool enters = RowOf(type).number == NumberMeaning::kState;
    return (enters && (cause == T::kParallelStateStarted || cause == T::kMapIterationStarted)) ||
           (type == T::kMapIterationAborted && cause == T::kMapIterationStarted);
  }

  BranchHistory& GoesOn(BranchId number, BranchHistory& branch) {
    running_[number] = &branch;
    const auto taken =
        std::find_if(taken_up_.begin(), taken_up_.end(), [&](const auto& t) { return t.first == parents_[&branch]; });
    if (taken != taken_up_.end()) taken_up_.erase(taken);
    return branch;
  }

  // Which branches run below this one, or do not any more.
  void Note(const HistoryEvent& e, BranchHistory& branch) {
    Under& under = under_[&branch];
    switch (e.type) {
      case T::kParallelStateStarted:
      case T::kMapStateStarted:
        EndBelow(branch);
        under = {{}, e.type == T::kMapStateStarted};
        if (!under.is_map) under.begun_by.push_back(e.id);
        return;
      case T::kMapIterationStarted: under.begun_by.push_back(e.id); return;
      case T::kChildRedriven: return TakeUp(branch, under, static_cast<size_t>(e.number));
      case T::kMapIterationSucceeded:
      case T::kMapIterationFailed:
      case T::kMapIterationAborted: running_.erase(e.branch); return;
      default: break;
    }
    EndBelow(branch);
    BranchHistory* const parent = parents_[&branch];
    const bool last_of_parallel =
        RowOf(e.type).number == NumberMeaning::kNext && e.number == kEnd && parent != nullptr && !under_[parent].is_map;
    if (last_of_parallel) running_.erase(e.branch);
  }

  // Its number is in no event: the first event of an unknown number is that of the first that was taken up.
  void TakeUp(BranchHistory& parent, const Under& under, size_t index) {
    const auto begun = tree_.begun_by.find(under.is_map ? under.begun_by.at(index) : under.begun_by.at(0));
    if (begun == tree_.begun_by.end()) return;
    const size_t place = under.is_map ? 0 : index;  // the branches of a Parallel begin in their order
    if (place < begun->second.size()) taken_up_.emplace_back(&parent, begun->second[place]);
  }

  void EndBelow(const BranchHistory& branch) {
    std::erase_if(running_, [&](const auto& r) { return parents_[r.second] == &branch; });
    std::erase_if(taken_up_, [&](const auto& t) { return t.first == &branch; });
  }

  HistoryTree tree_;
  size_t place_ = 0;
  int64_t last_id_ = 0;
  std::map<int64_t, std::pair<T, BranchHistory*>> by_id_;  // events
  std::map<BranchId, BranchHistory*> running_;
  std::map<const BranchHistory*, BranchHistory*> parents_;
  std::map<const BranchHistory*, Under> under_;
  std::deque<std::pair<const BranchHistory*, BranchHistory*>> taken_up_;  // by their parents; not heard of since
};

}  // namespace

HistoryTree TreeOf(std::vector<HistoryEvent> events) { return Builder(std::move(events)).Build(); }

std::string Describe(const std::vector<HistoryEvent>& events) {
  std::string text;
  for (const HistoryEvent& e : events) {
    text += std::to_string(e.timestamp.ms % 100'000'000) + " #" + std::to_string(e.id) + "<" +
            std::to_string(e.previous_event_id) + " b" + std::to_string(e.branch) + " ";
    const std::string_view name = RowOf(e.type).name;
    text += name.empty() ? "(" + std::to_string(static_cast<int>(e.type)) + ")" : std::string(name);
    if (e.name.is_string()) text.append(" ").append(e.name.as_string());
    if (e.number != 0) text += " " + std::to_string(e.number);
    if (e.payload.present()) text += " " + e.payload.text();
    for (const auto& [field, value] : e.fields)
      text += " [" + std::to_string(static_cast<int>(field)) + "] " + ToJson(value);
    text += "\n";
  }
  return text;
}

}  // namespace gait::simulation
