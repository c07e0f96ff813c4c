// What is executed: a definition, compiled once into graphs of states whose transitions are numbers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/state.h"
#include "engine/step/execution_info.h"

namespace gait {

// A States object with its StartAt: the machine itself, a Parallel's branch, a Map's processor. Immutable.
class StateGraph {
 public:
  StateGraph(std::vector<std::unique_ptr<const State>> states, int64_t start_at)
      : states_(std::move(states)), start_at_(start_at) {}

  // REQUIRES: has(place).
  const State& at(int64_t place) const { return *states_[static_cast<size_t>(place)]; }
  // False only while the definition is checked, of a state that could not be read.
  bool has(int64_t place) const { return states_[static_cast<size_t>(place)] != nullptr; }
  int64_t start_at() const { return start_at_; }
  size_t size() const { return states_.size(); }
  // The state of this name, here or in a graph within; null if there is none. Names are unique over the machine.
  const State* Find(std::string_view name) const;

 private:
  std::vector<std::unique_ptr<const State>> states_;  // in the order of the definition
  int64_t start_at_;
};

// The variables that the states of a definition read, by the names of the states; those without one are not there. What
// DescribeStateMachine gives as variableReferences.
using VariableReferences = std::map<std::string, std::set<std::string>>;

// A compiled definition. Immutable; shared by its executions, which keep it alive.
class StateMachine {
 public:
  StateMachine(std::unique_ptr<const StateGraph> graph, StateMachineType type, std::optional<int64_t> timeout_seconds,
               VariableReferences variable_references = {})
      : graph_(std::move(graph)),
        type_(type),
        timeout_seconds_(timeout_seconds),
        variable_references_(std::move(variable_references)) {}

  const StateGraph& graph() const { return *graph_; }
  StateMachineType type() const { return type_; }
  std::optional<int64_t> timeout_seconds() const { return timeout_seconds_; }  // of the whole execution
  const VariableReferences& variable_references() const { return variable_references_; }

 private:
  std::unique_ptr<const StateGraph> graph_;
  StateMachineType type_;
  std::optional<int64_t> timeout_seconds_;
  VariableReferences variable_references_;
};

}  // namespace gait
