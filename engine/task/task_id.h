// Names one attempt of a task within the engine.
#pragma once

#include <cstdint>

namespace gait {

struct TaskId {
  int64_t execution = 0;
  int64_t scheduled_event = 0;

  auto operator<=>(const TaskId&) const = default;
};

}  // namespace gait
