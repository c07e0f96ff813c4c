#include "engine/lint/service_shapes.h"

#include "engine/lint/paths.h"

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

// What a function answers is not known. But one that is given `{"key.$": "$.detail.object.key"}` knows nothing of a
// member `detail`, and will not answer with one.
ShapePtr FunctionAnswer(const StateView& state, const Value* given) {
  if (given == nullptr || !given->is_object() || HasPlaceholder(*given)) return UnknownShape();
  Shape shape;
  shape.kind = Shape::Kind::kObject;
  shape.open = true;
  shape.made_by = state.name;
  bool knows_all = false;
  const auto note = [&](const DataPath& path, const Place&) {
    if (path.root == DataPath::Root::kContext || path.root == DataPath::Root::kVariable) return;
    if (path.root != DataPath::Root::kInput || path.steps.empty() || path.steps[0].is_index()) {
      knows_all = true;
      return;
    }
    const std::string_view name = path.steps[0].name;
    const bool given_too = given->Find(name) != nullptr || given->Find(std::string(name) + ".$") != nullptr;
    if (!given_too) shape.absent.push_back(name);
  };
  if (!state.jsonata()) {
    ForEachTemplatePath(*given, Place(), note);
  } else {
    ForEachExpressionPath(*given, Place(), note);
    knows_all = knows_all || AnyText(*given, [](std::string_view, std::string_view text) {
                  return text.starts_with("{%") && ParseExpressionPath(text).root == DataPath::Root::kOther;
                });
  }
  return knows_all || shape.absent.empty() ? UnknownShape() : Finished(std::move(shape));
}

}  // namespace

ShapePtr ServiceShape(const StateView& state) {
  if (!state.resource || state.resource->pattern != TaskPattern::kRequestResponse) return UnknownShape();
  if (state.resource->kind == TaskResource::Kind::kLambdaFunction) return FunctionAnswer(state, state.arguments());
  const bool function = state.Calls("lambda", "invoke") && state.arguments() != nullptr;
  for (const Answer& answer : kAnswers) {
    if (!state.Calls(answer.service, answer.action)) continue;
    Shape shape;
    shape.kind = Shape::Kind::kObject;
    shape.made_by = state.name;
    for (const std::string_view name : answer.members) {
      const bool payload = function && name == "Payload";
      shape.members.emplace_back(name, payload ? FunctionAnswer(state, state.arguments()->Find(name)) : UnknownShape());
    }
    for (const char* name : {"SdkHttpMetadata", "SdkResponseMetadata"})
      shape.members.emplace_back(name, UnknownShape());
    return Finished(std::move(shape));
  }
  return UnknownShape();
}

}  // namespace gait::lint
