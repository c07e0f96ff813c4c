// What one step may see: its branch, the data and variables in its reach, the time, a source of random numbers, and the
// quotas. Made by the runner for each step; lives no longer than it.
#pragma once

#include <vector>

#include "engine/base/quotas.h"
#include "engine/base/random.h"
#include "engine/history/fold.h"
#include "engine/lang/scope.h"
#include "engine/step/activity_registry.h"
#include "engine/step/decisions.h"
#include "engine/step/execution_info.h"
#include "engine/step/inspection.h"

namespace gait {

class StepScope : public ContextObject {
 public:
  StepScope(const ExecutionInfo& execution, const Progress& progress, BranchId branch, Timestamp now, Random& random,
            const Quotas& quotas, const ActivityRegistry& activities, Inspection* inspection = nullptr);

  const ExecutionInfo& execution() const { return execution_; }
  const Progress& progress() const { return progress_; }
  const Branch& branch() const { return progress_.branch(branch_); }
  Timestamp now() const { return now_; }
  Random& random() const { return random_; }
  const Quotas& quotas() const { return quotas_; }
  const ActivityRegistry& activities() const { return activities_; }

  // Is the state tested, and not run in an execution?
  bool inspected() const { return inspection_ != nullptr; }
  // REQUIRES: inspected().
  Inspection& inspection() const { return *inspection_; }
  void Note(Inspected what, const Value& value) const {
    if (inspection_ != nullptr) inspection_->Note(what, value);
  }

  void Decided(Decision decision, size_t place) const {
    if (execution_.decisions != nullptr) execution_.decisions->Decided(state_name_->as_string(), decision, place);
  }

  // What an expression sees whose `$` is `input`. REQUIRES: `input` outlives the scope that is given.
  Scope ForExpression(const Value& input) const {
    Scope scope{&input, this, &variables_, &random_};
    scope.now = now_;
    return scope;
  }

  // The context object as it stands for this branch: Execution, StateMachine, State, and Task and Map where they apply.
  const Value& AsValue() const override;

  // The state that is entered or ran: what $$.State shows.
  void SetState(const Value& name, bool may_retry) {
    state_name_ = &name;
    may_retry_ = may_retry;
    made_ = Value();
  }
  // $$.Task.Token, of a task that is called back.
  void SetTaskToken(std::string token) {
    task_token_ = std::move(token);
    made_ = Value();
  }
  // $$.Map.Item of an iteration that is being started; null for the one that the branch runs in, if any.
  void SetMapItem(int64_t index, const Value* item) {
    map_index_ = index;
    map_item_ = item;
    made_ = Value();
  }

 private:
  Value MakeState() const;
  Value MakeMap() const;

  const ExecutionInfo& execution_;
  const Progress& progress_;
  const BranchId branch_;
  const Timestamp now_;
  Random& random_;
  const Quotas& quotas_;
  const ActivityRegistry& activities_;
  Inspection* const inspection_;
  VariableScope variables_;            // of this branch
  std::vector<VariableScope> around_;  // of those around it, inner first
  const Value* state_name_ = nullptr;
  bool may_retry_ = false;
  std::string task_token_;
  int64_t map_index_ = 0;
  const Value* map_item_ = nullptr;
  mutable Value made_;  // undefined until it is asked for
};

}  // namespace gait
