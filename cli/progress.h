// One line on the terminal that says where an execution is.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/executions.h"
#include "cli/map_run_bar.h"
#include "engine/history/event.h"
#include "engine/run/map_run.h"

namespace gait::cli {

class ProgressLine {
 public:
  // Draws nothing unless standard error is a terminal.
  explicit ProgressLine(EngineCore& engine);

  // Events that became durable. Any thread.
  void Show(const std::vector<HistoryEvent>& events);
  // The same of an execution whose events nobody shows: its Map Runs alone.
  void ShowMapRuns(int64_t execution);
  // Draws the line anew, if the last time is a moment ago.
  void Tick();
  void Clear();

 private:
  struct MapCount {
    int64_t done = 0, total = 0;
  };
  struct MapRun {
    std::string arn, state;
    MapRunBar bar;
  };

  // Of the Map Runs that are shown, by ARN. Not under mutex_: who calls Show may hold what this waits for.
  std::map<std::string, MapRuns::Standing> Standings();

  EngineCore& engine_;
  const bool on_terminal_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::map<BranchId, std::string> states_;  // guarded by mutex_; where each branch is
  std::map<std::string, MapCount> maps_;    // guarded by mutex_; the inline Maps that run
  std::map<BranchId, MapRun> map_runs_;     // guarded by mutex_; by the branch that waits for them
  bool drawn_ = false;
};

// Waits until the execution, which was started before, has ended, and shows meanwhile how its Map Runs stand.
ExecutionResult WaitWithProgress(Engine& engine, const FoundExecution& execution);

}  // namespace gait::cli
