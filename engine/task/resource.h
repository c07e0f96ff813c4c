// What a Task's Resource names. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gait {

enum class TaskPattern : uint8_t {
  kRequestResponse,
  kSync,              // `.sync`: waits for the job to end
  kSync2,             // `.sync:2`: the same, with the output as JSON
  kWaitForTaskToken,  // `.waitForTaskToken`: waits to be called back
};

struct TaskResource {
  enum class Kind : uint8_t {
    kLambdaFunction,  // arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
    kActivity,        // arn:aws:states:REGION:ACCOUNT:activity:NAME
    kService,         // arn:aws:states:::SERVICE:ACTION[.PATTERN], arn:aws:states:::aws-sdk:SERVICE:ACTION[.PATTERN]
  };
  Kind kind = Kind::kService;
  TaskPattern pattern = TaskPattern::kRequestResponse;
  std::string arn;      // as it was written
  std::string service;  // kService: "lambda", "aws-sdk:dynamodb"; the history's resourceType
  std::string action;   // kService: "invoke", "putItem"

  // What the history calls it: "invoke.waitForTaskToken"; for a function or an activity its ARN.
  std::string HistoryName() const;
};

// Empty if the text is no ARN of a kind that a Task can name.
std::optional<TaskResource> ParseTaskResource(std::string_view text);

// Does the service exist, as far as is known, and does it have the pattern? Names a service whose patterns are not
// known supported: AWS adds them faster than a table can.
bool IsSupported(const TaskResource& resource);

}  // namespace gait
