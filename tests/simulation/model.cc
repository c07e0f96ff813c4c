#include "tests/simulation/model.h"

#include <utility>

#include "tests/simulation/walk.h"

namespace gait::simulation {

void CheckAgainstModel(const ModelWorld& world, const Value& graph, RecordedExecution execution) {
  const HistoryTree tree = TreeOf(std::move(execution.events));
  model::Walk(world, tree, execution).Execution(graph);
}

}  // namespace gait::simulation
