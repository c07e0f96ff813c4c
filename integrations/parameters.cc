#include "integrations/parameters.h"

#include "engine/base/error_names.h"
#include "engine/json/write.h"

namespace gait {

WorkflowError UnusableParameters(const Value& parameters, std::string_view what) {
  return {std::string(error_names::kRuntime), CauseText(Cause::kParametersUnusable, {ToJson(parameters), what})};
}

WorkflowError UnusableParameters(const Value& parameters, Cause cause, std::string_view field) {
  return UnusableParameters(parameters, CauseText(cause, {field}));
}

}  // namespace gait
