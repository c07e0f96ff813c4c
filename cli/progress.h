// One line on the terminal that says where an execution is.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/history/event.h"

namespace gait::cli {

class ProgressLine {
 public:
  explicit ProgressLine(bool on_terminal) : on_terminal_(on_terminal) {}

  // Events that became durable. Any thread.
  void Show(const std::vector<HistoryEvent>& events);
  // Draws the line anew, if the last time is a moment ago.
  void Tick();
  void Clear();

 private:
  struct MapCount {
    int64_t done = 0, total = 0;
  };

  const bool on_terminal_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::map<BranchId, std::string> states_;  // guarded by mutex_; where each branch is
  std::map<std::string, MapCount> maps_;    // guarded by mutex_; the Maps that run
  bool drawn_ = false;
};

}  // namespace gait::cli
