// Tasks that start an execution of another state machine: what they say of it must be what became of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/simulation/model.h"

namespace gait::simulation {

// Names an attempt to the execution that it starts, which keeps it: TaskRequest::IdempotencyKey.
std::string KeyOf(std::string_view execution_arn, int64_t scheduled_event, int64_t attempt);
// The key of the attempt that started the execution; "" if none did.
std::string StartedBy(const HistoryEvent& execution_started);
struct StartedByTask {
  std::string execution_arn;
  int64_t scheduled_event = 0;
};
StartedByTask ReadKey(std::string_view key);

inline bool StartsExecution(std::string_view resource) {
  return resource.find(":states:startExecution") != std::string_view::npos;
}
inline bool WaitsForEnd(std::string_view resource) { return resource.find(".sync") != std::string_view::npos; }

// What the task was answered when it had started `child`. Throws Violation.
void CheckStarted(const RecordedExecution& child, const Value& parameters, const Value& answer);

// What it said at `heard` of the end of `child`; `parsed`: with the output as JSON. Throws Violation unless the child
// had ended so by then.
void CheckDescription(const RecordedExecution& child, const Value& description, bool parsed, Timestamp heard);

}  // namespace gait::simulation
