// Does a value have the shape of an operation's output, as a Task shows it: members in Step Functions' spelling?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "integrations/service_models.h"

namespace gait {

// The first thing that is wrong, in AWS's words: "Field 'StatusCode' must be a number"; empty if nothing is. Members
// that the shape does not have are let pass, as AWS does. `required`: members that it requires must be there.
// `any_member` of the output may be anything.
std::optional<std::string> CheckOutput(const ServiceModel& model, std::string_view operation, const Value& output,
                                       bool required, std::string_view any_member = "");

}  // namespace gait
