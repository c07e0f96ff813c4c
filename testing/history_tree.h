// The events of a history by the path of control that they belong to: the execution itself, each branch of a Parallel,
// each iteration of a Map. How those were interleaved is then no part of it, and two histories of the same execution
// can be laid side by side. Made from what the API shows of a history: previousEventId, types and names.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/event.h"

namespace gait {

struct HistoryBranch {
  // "" is the execution itself; "/Both/Pay" the branch of the state Both that begins with the state Pay; "/Each[3]" the
  // iteration of item 3 of Each. A Parallel or a Map that starts its children again, in a retry or a loop, has others:
  // "/Each#2[3]".
  std::string path;
  std::string description;          // for people: "iteration 3 of 'Each'"; "" for the execution itself
  HistoryBranch* parent = nullptr;  // null: the execution itself
  int64_t begun_by = 0;             // the event that began it: of the parent's
  std::vector<HistoryEvent> events;

  // While it is made.
  std::string state;                               // the one that was entered last; "" before the first
  bool composite = false;                          // it is a Parallel or a Map
  bool open = false;                               // whose branches or iterations run
  std::map<std::string, int, std::less<>> starts;  // how often those of each state were started
};

class HistoryTree {
 public:
  HistoryTree();
  HistoryTree(HistoryTree&&) = default;
  static HistoryTree Of(const std::vector<HistoryEvent>& events);

  // Gives the branch that the event belongs to. REQUIRES: those before it were added.
  const HistoryBranch& Add(const HistoryEvent& event);

  // In the order in which they began, the execution itself first.
  const std::vector<std::unique_ptr<HistoryBranch>>& branches() const { return branches_; }
  // Null if there is none.
  const HistoryBranch* Find(std::string_view path) const;
  // The branch of the event with this id; null if there is none.
  const HistoryBranch* BranchOf(int64_t event) const;

 private:
  HistoryBranch& Locate(const HistoryEvent& event);
  HistoryBranch& Below(HistoryBranch& parent, const std::string& name, const std::string& description,
                       int64_t begun_by);
  HistoryBranch& Iteration(HistoryBranch& map, const HistoryEvent& event);

  std::vector<std::unique_ptr<HistoryBranch>> branches_;
  std::map<std::string, HistoryBranch*, std::less<>> by_path_;
  std::vector<HistoryBranch*> by_event_;  // by id
  std::vector<EventType> types_;          // the same
};

}  // namespace gait
