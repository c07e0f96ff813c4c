#include "engine/definition/state_machine.h"

namespace gait {

const State* StateGraph::Find(std::string_view name) const {
  std::vector<const StateGraph*> rest = {this};
  while (!rest.empty()) {
    const StateGraph* graph = rest.back();
    rest.pop_back();
    for (const auto& state : graph->states_) {
      if (state->name().as_string() == name) return state.get();
      state->AppendGraphs(rest);
    }
  }
  return nullptr;
}

}  // namespace gait
