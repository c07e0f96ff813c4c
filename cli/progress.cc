#include "cli/progress.h"

#include <cstdio>

#include "cli/history.h"
#include "cli/table.h"
#include "engine/history/event_table.h"

namespace gait::cli {

void ProgressLine::Show(const std::vector<HistoryEvent>& events) {
  if (!on_terminal_) return;
  const std::lock_guard lock(mutex_);
  for (const HistoryEvent& event : events) {
    const EventRow& row = RowOf(event.type);
    if (row.number == NumberMeaning::kState) {
      states_[event.branch] = event.name.as_string();
    } else if (row.number == NumberMeaning::kNext) {
      states_.erase(event.branch);
      maps_.erase(std::string(event.name.as_string()));
    } else if (event.type == EventType::kMapStateStarted) {
      maps_[states_[event.branch]] = {0, event.number};
    } else if (event.type == EventType::kMapIterationSucceeded || event.type == EventType::kMapIterationFailed) {
      ++maps_[std::string(event.name.as_string())].done;
    }
  }
}

void ProgressLine::Tick() {
  if (!on_terminal_) return;
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s", static_cast<double>(elapsed.count()) / 1000);
  std::string line = seconds;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [branch, state] : states_) {
      const auto map = maps_.find(state);
      line += "  " + state;
      if (map != maps_.end()) line += " " + std::to_string(map->second.done) + "/" + std::to_string(map->second.total);
    }
  }
  std::fprintf(stderr, "\r\x1b[K%s", Shortened(line, TerminalWidth(80) - 1).c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::Clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

}  // namespace gait::cli
