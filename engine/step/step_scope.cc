#include "engine/step/step_scope.h"

namespace gait {

StepScope::StepScope(const ExecutionInfo& execution, const Progress& progress, BranchId branch, Timestamp now,
                     Random& random, const Quotas& quotas, const ActivityRegistry& activities, Inspection* inspection)
    : execution_(execution),
      progress_(progress),
      branch_(branch),
      now_(now),
      random_(random),
      quotas_(quotas),
      activities_(activities),
      inspection_(inspection) {
  const Branch* b = &progress.branch(branch);
  variables_.own = b->variables;
  for (; b->parent >= 0; b = &progress.branch(b->parent))
    around_.push_back({progress.branch(b->parent).variables, nullptr});
  VariableScope* inner = &variables_;
  for (VariableScope& outer : around_) {
    inner->outer = &outer;
    inner = &outer;
  }
}

const Value& StepScope::AsValue() const {
  if (!made_.is_undefined()) return made_;
  ObjectBuilder context;
  ObjectBuilder execution;
  execution.Add("Id", Value::String(execution_.arn));
  execution.Add("Input", progress_.input().value());
  execution.Add("StartTime", Value::String(FormatTimestamp(progress_.started_at())));
  execution.Add("Name", Value::String(execution_.name));
  execution.Add("RoleArn", Value::String(execution_.role_arn));
  execution.Add("RedriveCount", Value::Int(progress_.redrive_count()));
  if (progress_.redrive_count() > 0) {
    execution.Add("RedriveTime", Value::String(FormatTimestamp(progress_.redriven_at())));
  }
  context.Add("Execution", execution.Build());
  context.Add("StateMachine", Value::Object({
                                  {"Id", Value::String(execution_.state_machine_arn)},
                                  {"Name", Value::String(execution_.state_machine_name)},
                              }));
  if (state_name_ != nullptr) context.Add("State", MakeState());
  if (!task_token_.empty()) context.Add("Task", Value::Object({{"Token", Value::String(task_token_)}}));
  if (Value map = MakeMap(); !map.is_undefined()) context.Add("Map", std::move(map));
  made_ = context.Build();
  if (inspection_ != nullptr) made_ = inspection_->ContextObject(std::move(made_));
  return made_;
}

Value StepScope::MakeState() const {
  ObjectBuilder state;
  state.Add("Name", *state_name_);
  state.Add("EnteredTime", Value::String(FormatTimestamp(branch().entered_at)));
  if (may_retry_) state.Add("RetryCount", Value::Int(branch().retry_count));
  return state.Build();
}

// $$.Map.Item belongs to the innermost iteration around the state.
Value StepScope::MakeMap() const {
  int64_t index = map_index_;
  const Value* item = map_item_;
  for (const Branch* b = &branch(); item == nullptr && b->parent >= 0; b = &progress_.branch(b->parent)) {
    const Branch& around = progress_.branch(b->parent);
    if (around.children == nullptr || around.children->kind != Children::Kind::kIterations) continue;
    index = b->index;
    item = &around.children->input.value().items()[static_cast<size_t>(index)];
  }
  if (item == nullptr) return Value();
  return Value::Object({{"Item", Value::Object({{"Index", Value::Int(index)}, {"Value", *item}})}});
}

}  // namespace gait
