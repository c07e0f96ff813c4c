// The path of an execution through a diagram.
#pragma once

#include <string>
#include <variant>

#include "engine/diagram/diagram.h"

namespace gait {

inline constexpr size_t kMarkedEventsMax = 200'000;  // of one history; AWS's have 25,000

// What the events of a history say of the states and transitions: kTaken where the execution has been, kFailed where it
// failed or was stopped, kRunning where it stands, if it runs. `history` is what GetExecutionHistory gives (an object
// with `events`) or the list of events, in the order of their ids or in reverse.
//
// The history does not tell which of several rules or Catchers with the same Next was taken; all of them are marked.
//
// A text for the user instead, if it is no history.
std::variant<Marks, std::string> MarksOfHistory(const Diagram& diagram, const Value& history);

}  // namespace gait
