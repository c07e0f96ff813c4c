// What a Task's Resource names. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// Why Step Functions does not have such a resource, as far as is known, in words that say what to write; empty if it
// does. A service that no table here has is let pass unless its name is nearly one that there is: AWS adds them.
std::optional<std::string> WhyUnsupported(const TaskResource& resource);

// Is the text `arn:PARTITION:states:::INTEGRATION`, with an integration such as "s3:getObject"? For the resources of
// Maps, which are no Tasks.
bool NamesIntegration(std::string_view text, std::string_view integration);

// The members that the Parameters of a call of it must have: none of a resource that is not known that well.
std::vector<std::string_view> RequiredParameters(const TaskResource& resource);

}  // namespace gait
