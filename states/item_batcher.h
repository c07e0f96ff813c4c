// How a Distributed Map's ItemBatcher puts items together.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
#pragma once

#include <optional>

#include "engine/definition/state_reader.h"
#include "engine/items/item_batch.h"

namespace gait {

class ItemBatcher {
 public:
  // That of a Map; empty if it has none.
  static std::optional<ItemBatcher> Of(const StateReader& map);

  // For a Map with this input.
  Result<ItemBatching> Evaluate(const StepScope& scope, const Value& input) const;

  // The inputs of the children: an array of objects with BatchInput, if there is one, and Items.
  Result<Value> Batches(const StepScope& scope, const Value& input, const Value& items) const;

 private:
  NumberOrPath items_max_, bytes_max_;
  std::optional<PayloadTemplate> batch_input_;
};

}  // namespace gait
