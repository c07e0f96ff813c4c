// A history as people read it.
#pragma once

#include <span>
#include <string>

#include "engine/history/event.h"

namespace gait::cli {

// A row an event: its id, the seconds since the start, its type, the state, and what it tells. `width` is that of the
// terminal.
std::string RenderHistory(std::span<const HistoryEvent> events, size_t width);

// The events as GetExecutionHistory gives them: {"events": [...]}.
std::string HistoryJson(std::span<const HistoryEvent> events);

// The name of the state in which a failed execution failed; "" if that was in none.
std::string FailedState(std::span<const HistoryEvent> events);

// The columns of the terminal that standard output is; `otherwise` if it is none.
size_t TerminalWidth(size_t otherwise);

}  // namespace gait::cli
