// Which operation of which service a Task's result comes from.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/task/resource.h"

namespace gait {

struct ServiceOperation {
  std::string service;          // "dynamodb": ServiceModels::Find takes it
  std::string action;           // "putItem"; of a `.sync` what is polled: "describeExecution"
  std::string_view any_member;  // of the output: Step Functions reads it as JSON, whatever the model says; "" if none
};

// Empty where no operation describes the result: a function, an activity, a token's answer, an HTTP call.
std::optional<ServiceOperation> ServiceOperationOf(const TaskResource& resource);

}  // namespace gait
