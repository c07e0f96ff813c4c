// Follows the shapes of the data along the ways through a machine. Internal to engine/lint.
//
// Each way is followed by itself, as far as the shapes on it differ: what is found is found on a way that can be named.
// What would take too much is left out, which makes fewer findings, never false ones.
#pragma once

#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/lint/machine_view.h"
#include "engine/lint/reads.h"
#include "engine/lint/shape.h"

namespace gait::lint {

// A state as it is entered on a way.
struct Entry {
  const StateView* state;
  ShapePtr input;
  const Entry* before;  // null where the execution starts
  Way::Kind by = Way::Kind::kNext;
};

// A read that leads nowhere on one way.
struct Miss {
  const Entry* entry;
  ShapePtr shape;  // keeps `at.where`
  Lookup at;
};

// A read that leads nowhere on some way.
struct MissedRead {
  const StateView* state;
  const Read* read;
  std::vector<Miss> misses;
  bool found_elsewhere = false;  // on another way it leads, or may lead, somewhere
};

class DataFlow {
 public:
  explicit DataFlow(const ScopeView& machine);

  // In the order in which they were found.
  std::vector<MissedRead> missed() const;
  // Was any way left out?
  bool complete() const { return complete_; }

 private:
  struct Frame;  // what a state's fields see

  // Enters the scope with `input`, coming from `before`. Gives the shape of what it ends with.
  ShapePtr Run(const ScopeView& scope, ShapePtr input, const Entry* before);
  void Leave(const Entry& entry, const Frame& frame, std::vector<std::pair<const Way*, ShapePtr>>& out) const;
  Frame Evaluate(const Entry& entry);
  void EvaluateJsonPath(const Entry& entry, Frame& frame);
  void EvaluateJsonata(const Entry& entry, Frame& frame);
  ShapePtr Work(const Entry& entry, const ShapePtr& arguments, const Frame& frame);
  ShapePtr RunMap(const Entry& entry, const Frame& frame);
  void CheckReads(const Entry& entry, const Frame& frame);

  ShapePtr Resolve(const DataPath& path, const ShapePtr& input, const Frame* frame) const;
  // `item` is what $$.Map.Item.Value is, or null.
  ShapePtr Template(const Value& json, const ShapePtr& input, std::string_view made_by, const ShapePtr& item) const;
  ShapePtr ExpressionTemplate(const Value& json, const Frame& frame, std::string_view made_by) const;
  void CollectVariables(const ScopeView& machine);

  std::unordered_map<std::string_view, ShapePtr> variables_;  // those that are set in one place only
  std::deque<Entry> entries_;
  std::unordered_map<const StateView*, std::vector<Read>> reads_;
  std::unordered_map<const Read*, MissedRead> missed_;
  std::vector<const Read*> missed_order_;
  std::unordered_set<const StateView*> entered_unknown_;  // nothing was known of the input, on some way
  size_t visits_ = 0;
  bool complete_ = true;
};

}  // namespace gait::lint
