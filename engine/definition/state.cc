#include "engine/definition/state.h"

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {

WorkflowError State::Located(const StepScope& scope, WorkflowError error) const {
  error.cause = CauseText(Cause::kWhileExecuting,
                          {name_.as_string(), std::to_string(scope.branch().entered_event), error.cause.value_or("")});
  return error;
}

WorkflowError State::RuntimeError(const StepScope& scope, std::string sentence) const {
  return Located(scope, {std::string(error_names::kRuntime), std::move(sentence)});
}

}  // namespace gait
