// A Distributed Map's ItemReader: what it asks for, and the items in what was found.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/state_reader.h"
#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"

namespace gait {

class ItemReader {
 public:
  // That of a Map; empty if it has none.
  static std::optional<ItemReader> Of(const StateReader& map);

  // What is to be read, for a Map with this input.
  Result<std::shared_ptr<const ItemReading>> Reading(const StepScope& scope, const Value& input) const;

  // The items in `data`, a text that was read: an array. Fails with States.ItemReaderFailed.
  Result<Value> Items(const StepScope& scope, const Value& input, std::string_view data) const;

  bool has_pointer() const { return !format_.pointer.empty(); }

 private:
  Result<int64_t> ItemsMax(const StepScope& scope, const Value& input) const;

  ItemFormat format_;
  std::string resource_;
  std::optional<PayloadTemplate> arguments_;  // Parameters, in JSONPath
  NumberOrPath max_items_;
};

}  // namespace gait
