// The States Language once more, plainly: a recursive walk over the definition that says what each event of a history
// must be. It shares no code with the states of the engine. What the language leaves open it reads off the history, and
// checks that it may be so: how an attempt of a task came out (as planned, or timed out, or uncertain after a restart),
// which branch failed first, where the others were stopped. A history that goes on after ExecutionRedriven is walked
// part by part: what was unsuccessful is run again from where it stood, and what succeeded must not be.
//
// It understands what the generator writes: see tests/simulation/expressions.h.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/json/value.h"
#include "engine/store/store.h"
#include "tests/simulation/facts.h"
#include "tests/simulation/history_tree.h"

namespace gait::simulation {

// An execution, as it is stored, or as it was observed.
struct RecordedExecution {
  std::string arn;
  ExecutionRecord record;  // of an EXPRESS one: the id by which the facts know it, and nothing else
  std::vector<HistoryEvent> events;
  bool express = false;  // it may break off anywhere
};

struct ModelWorld {
  const Facts& facts;
  std::function<std::vector<RecordedExecution>(std::string_view map_run_arn)> children_of = {};
  // The one execution that the attempt of this key (tests/simulation/nested.h) started; null if there is none.
  std::function<const RecordedExecution*(const std::string& key)> started_by = {};
  // Out: the attempts that did not wait any longer for the execution that they had started, if they had.
  std::set<std::string>* given_up = nullptr;
};

// Throws Violation where the history of an execution is not one that `graph`, a definition or the processor of a
// Distributed Map, can have. Checks I5, I6 and I9 on its way, and the same of its children.
void CheckAgainstModel(const ModelWorld& world, const Value& graph, RecordedExecution execution);

}  // namespace gait::simulation
