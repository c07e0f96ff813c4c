#include "engine/lint/service_shapes.h"

namespace gait::lint {
namespace {

// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html, and the responses in each service's
// API reference. Every one has the two Sdk... members besides.
struct Answer {
  std::string_view service, action;
  std::initializer_list<std::string_view> members;
};

const Answer kAnswers[] = {
    {"lambda", "invoke", {"ExecutedVersion", "FunctionError", "LogResult", "Payload", "StatusCode"}},
    {"sqs",
     "sendMessage",
     {"MD5OfMessageAttributes", "MD5OfMessageBody", "MD5OfMessageSystemAttributes", "MessageId", "SequenceNumber"}},
    {"sns", "publish", {"MessageId", "SequenceNumber"}},
    {"events", "putEvents", {"Entries", "FailedEntryCount"}},
    {"dynamodb", "getItem", {"ConsumedCapacity", "Item"}},
    {"dynamodb", "putItem", {"Attributes", "ConsumedCapacity", "ItemCollectionMetrics"}},
    {"dynamodb", "updateItem", {"Attributes", "ConsumedCapacity", "ItemCollectionMetrics"}},
    {"dynamodb", "deleteItem", {"Attributes", "ConsumedCapacity", "ItemCollectionMetrics"}},
    {"states", "startExecution", {"ExecutionArn", "StartDate"}},
};

}  // namespace

ShapePtr ServiceShape(const StateView& state) {
  if (!state.resource || state.resource->pattern != TaskPattern::kRequestResponse) return UnknownShape();
  for (const Answer& answer : kAnswers) {
    if (!state.Calls(answer.service, answer.action)) continue;
    Shape shape;
    shape.kind = Shape::Kind::kObject;
    shape.made_by = state.name;
    for (const std::string_view name : answer.members) shape.members.emplace_back(name, UnknownShape());
    for (const char* name : {"SdkHttpMetadata", "SdkResponseMetadata"})
      shape.members.emplace_back(name, UnknownShape());
    return Finished(std::move(shape));
  }
  return UnknownShape();
}

}  // namespace gait::lint
