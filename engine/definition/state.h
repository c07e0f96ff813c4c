// A state of a compiled definition: the vertex that an execution stands in. One class a type (states/), immutable and
// shared by all executions and threads.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/history/event_table.h"
#include "engine/lang/query_language.h"
#include "engine/step/message.h"
#include "engine/step/outcome.h"
#include "engine/step/step_scope.h"

namespace gait {

class StateGraph;
class StateReader;

class State {
 public:
  virtual ~State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Decides what follows from `message`, from what `scope` shows and from nothing else: no clock, no store, no thread.
  virtual void Step(const Message& message, StepScope& scope, Outcome& out) const = 0;

  // The States object that child `index` of this state runs in: a Parallel's branch, a Map's processor. Null for the
  // others.
  virtual const StateGraph* ChildGraph(int64_t index) const {
    (void)index;
    return nullptr;
  }
  // Where the state may lead: places in its States object, and kEnd.
  virtual void AppendTargets(std::vector<int64_t>& targets) const { targets.push_back(next_); }
  // All States objects within this state.
  virtual void AppendGraphs(std::vector<const StateGraph*>& graphs) const { (void)graphs; }

  const Value& name() const { return name_; }
  std::string_view type() const { return type_; }
  int64_t place() const { return place_; }  // in its States object, from 0
  int64_t next() const { return next_; }    // the place of `Next`, or kEnd
  QueryLanguage language() const { return language_; }

  // Does the state begin with `message`: for the first time, or once more in a redrive?
  static bool Begins(const Message& message) {
    return std::holds_alternative<EnterState>(message) || std::holds_alternative<RedriveState>(message);
  }
  // Adds the ...StateEntered event, with the branch's payload, unless it is there already.
  void Enter(const Message& message, EventType entered, const StepScope& scope, Outcome& out) const;

  // The error as it is reported for this state: with the sentence that says where it happened before the cause.
  WorkflowError Located(const StepScope& scope, WorkflowError error) const;
  // The same of what happened while the state evaluated its fields; JSONata's errors have an event.
  WorkflowError Reported(const StepScope& scope, Outcome& out, WorkflowError error) const;

 protected:
  explicit State(const StateReader& reader);

 private:
  const Value name_;
  const std::string_view type_;
  const int64_t place_;
  const QueryLanguage language_;
  const int64_t next_;
};

}  // namespace gait
