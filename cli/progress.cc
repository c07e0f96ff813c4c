#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>

#include "cli/history.h"
#include "cli/table.h"
#include "engine/history/event_table.h"

namespace gait::cli {

ProgressLine::ProgressLine(EngineCore& engine) : engine_(engine), on_terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::Show(const std::vector<HistoryEvent>& events) {
  if (!on_terminal_) return;
  const std::lock_guard lock(mutex_);
  for (const HistoryEvent& event : events) {
    const EventRow& row = RowOf(event.type);
    if (row.number == NumberMeaning::kState) {
      states_[event.branch] = event.name.as_string();
    } else if (row.number == NumberMeaning::kNext) {
      states_.erase(event.branch);
      map_runs_.erase(event.branch);
      maps_.erase(std::string(event.name.as_string()));
    } else if (event.type == EventType::kMapStateStarted) {
      maps_[states_[event.branch]] = {0, event.number};
    } else if (event.type == EventType::kMapIterationSucceeded || event.type == EventType::kMapIterationFailed) {
      ++maps_[std::string(event.name.as_string())].done;
    } else if (event.type == EventType::kMapRunStarted || event.type == EventType::kMapRunRedriven) {
      const std::string& state = states_[event.branch];
      maps_.erase(state);
      map_runs_[event.branch] = {std::string(event.Get(EventField::kMapRunArn)->as_string()), state, {}};
    } else if (event.type == EventType::kMapRunSucceeded || event.type == EventType::kMapRunFailed ||
               event.type == EventType::kMapRunAborted) {
      map_runs_.erase(event.branch);
    }
  }
}

void ProgressLine::ShowMapRuns(int64_t execution) {
  if (!on_terminal_) return;
  const std::lock_guard lock(mutex_);
  for (const MapRunRecord& run : engine_.store().MapRunsOf(execution)) {
    // No branches are known: a Map Run's own id stands for its.
    const auto branch = static_cast<BranchId>(run.id);
    if (run.status == ExecutionStatus::kRunning) {
      map_runs_.try_emplace(branch, MapRun{run.arn, run.state_name, {}});
    } else {
      map_runs_.erase(branch);
    }
  }
}

std::map<std::string, MapRuns::Standing> ProgressLine::Standings() {
  std::map<std::string, MapRuns::Standing> standings;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [branch, run] : map_runs_) standings[run.arn].record.arn = run.arn;
  }
  for (auto it = standings.begin(); it != standings.end();) {
    auto standing = engine_.runner().map_runs().Find(it->second.record);
    if (standing) it->second = *std::move(standing);
    it = standing ? std::next(it) : standings.erase(it);
  }
  return standings;
}

void ProgressLine::Tick() {
  if (!on_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_);
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f s", static_cast<double>(elapsed.count()) / 1000);
  std::string line = seconds;
  const auto standings = Standings();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [branch, state] : states_) {
      if (map_runs_.find(branch) != map_runs_.end()) continue;
      const auto map = maps_.find(state);
      line += "  " + state;
      if (map != maps_.end()) line += " " + std::to_string(map->second.done) + "/" + std::to_string(map->second.total);
    }
    for (auto& [branch, run] : map_runs_) {
      line += "  " + run.state;
      const auto standing = standings.find(run.arn);
      if (standing != standings.end())
        line += " " + run.bar.Draw(standing->second.record, standing->second.tallies, now);
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

ExecutionResult WaitWithProgress(Engine& engine, const FoundExecution& execution) {
  const std::string arn = ExecutionArn(engine.core().account(), execution.machine.name, execution.execution.name);
  ProgressLine progress(engine.core());
  for (;;) {
    auto result = engine.WaitFor(arn, std::chrono::milliseconds(100));
    if (result) {
      progress.Clear();
      return *std::move(result);
    }
    progress.ShowMapRuns(execution.execution.id);
    progress.Tick();
  }
}

}  // namespace gait::cli
