// The parameters that a state gives a service.
#pragma once

#include <string_view>

#include "engine/base/cause_table.h"
#include "engine/base/result.h"
#include "engine/json/value.h"

namespace gait {

// Nothing can be done with `parameters`: `what` says why. Nothing catches it, for a definition that asks for what
// cannot be is wrong every time.
WorkflowError UnusableParameters(const Value& parameters, std::string_view what);
// `cause` is kFieldMissing or kFieldFormat.
WorkflowError UnusableParameters(const Value& parameters, Cause cause, std::string_view field);

}  // namespace gait
