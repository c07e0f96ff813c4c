// What a state tells of its data on the way through it. Nobody listens in an execution; TestState does, of the one
// state that it runs. https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
#pragma once

#include <cstdint>

#include "engine/base/result.h"
#include "engine/json/value.h"

namespace gait {

enum class Inspected : uint8_t {
  kAfterInputPath,
  kAfterParameters,  // JSONPath
  kAfterArguments,   // JSONata
  kResult,
  kAfterResultSelector,
  kAfterResultPath,
  // Of a Map.
  kAfterItemsPath,
  kAfterItemsPointer,
  kAfterItemSelector,
  kAfterItemBatcher,
  kToleratedFailureCount,
  kToleratedFailurePercentage,
  kMaxConcurrency,
  kIterations,  // how many there would be
  // Of a failure: an object with Error and Cause; the first Retrier that takes it, whether or not it has attempts left;
  // the Catcher.
  kFailure,
  kRetryIndex,
  kCatchIndex,
};
inline constexpr auto kInspectedCount = static_cast<size_t>(Inspected::kCatchIndex) + 1;

class Inspection {
 public:
  virtual ~Inspection() = default;

  virtual void Note(Inspected what, Value value) = 0;
  // The context object that the state sees in the place of `made`, which is an execution's.
  virtual Value ContextObject(Value made) = 0;
  // What a Map's ItemReader would have read, as it was found there: text in the format that the reader is told of.
  virtual Result<Value> ItemReaderData() = 0;
};

}  // namespace gait
