// The EXPRESS executions of a run, as somebody hears of them who observes the process: nothing else tells what they do.
// While their process lives they must follow the model; with it they are gone, and nobody hears of them again. A Map
// Run's child alone is run once more by the next process, from its beginning, and when it is redriven: each time is an
// attempt of its own here.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
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
    int64_t shift = 0;  // the engine's number of an event is so much more than that in the facts
    Value definition;
    std::vector<HistoryEvent> events;

    bool ended() const;
  };
  // What of a Map Run's child is on the disk, by its ARN.
  using Stored = std::function<std::vector<HistoryEvent>(std::string_view arn)>;

  // `parent` has the Distributed Maps, each labelled as it is named.
  ExpressRuns(const Facts& facts, const Value& definition, const Value& parent, Stored stored)
      : facts_(facts), definition_(definition), parent_(parent), stored_(std::move(stored)) {}

  // A process began.
  void ProcessBegan(int generation, Timestamp at) { began_[generation] = at; }
  // Events of an execution as the process tells of them. Throws Violation if they are not what the language says.
  void Observe(int generation, const ExecutionInfo& info, const std::vector<HistoryEvent>& events);
  // The process is gone, and so are they; how far they had come must be right, too.
  void ProcessEnded(int generation);

  // The last that the process told of under this ARN. Throws Violation if it told of none.
  const Run& At(int generation, std::string_view arn) const;
  bool AnyUnderWay(int generation) const;
  size_t size() const { return runs_.size(); }
  const auto& all() const { return runs_; }  // by their ARNs, and what tells the attempts of a child apart

 private:
  Run& Begin(int generation, const ExecutionInfo& info, const HistoryEvent& first);
  // An attempt begins with ExecutionStarted, whatever it is that it begins with.
  HistoryEvent BeginningOf(int generation, const ExecutionInfo& info, const HistoryEvent& first) const;
  void CheckStored(const ExecutionInfo& info, const HistoryEvent& last) const;
  void Check(std::string_view arn, const Run& run) const;

  const Facts& facts_;
  const Value& definition_;
  const Value& parent_;
  const Stored stored_;
  std::map<int, Timestamp> began_;  // by generations
  std::map<std::string, Run, std::less<>> runs_;
  std::map<std::pair<int, std::string>, std::string> last_;  // by generation and ARN, to a key of runs_
};

}  // namespace gait::simulation
