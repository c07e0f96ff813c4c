// The EXPRESS executions of a run, as somebody hears of them who observes the process: nothing else tells what they do.
// While their process lives they must follow the model; with it they are gone, and nobody hears of them again.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/event.h"
#include "engine/step/execution_info.h"
#include "engine/task/task_id.h"
#include "tests/simulation/facts.h"

namespace gait::simulation {

class ExpressRuns {
 public:
  struct Run {
    // What stands for the id in the facts: below 0, as the engine's own numbers are given anew after a restart.
    int64_t number = 0;
    int generation = 0;  // of the process
    Timestamp began;
    std::vector<HistoryEvent> events;

    bool ended() const;
  };

  ExpressRuns(const Facts& facts, const Value& definition) : facts_(facts), definition_(definition) {}

  // Events of an execution as the process tells of them. Throws Violation if they are not what the language says.
  void Observe(int generation, const ExecutionInfo& info, const std::vector<HistoryEvent>& events);
  // The process is gone, and so are they; how far they had come must be right, too.
  void ProcessEnded(int generation);

  // REQUIRES: it was heard of.
  const Run& At(std::string_view arn) const { return runs_.find(arn)->second; }
  bool Knows(std::string_view arn) const { return runs_.contains(arn); }
  bool AnyUnderWay(int generation) const;
  size_t size() const { return runs_.size(); }
  const auto& all() const { return runs_; }

 private:
  void Check(std::string_view arn, const Run& run) const;

  const Facts& facts_;
  const Value& definition_;
  std::map<std::string, Run, std::less<>> runs_;  // by their ARNs
};

}  // namespace gait::simulation
