// The items that a Distributed Map's ItemReader finds in what it has read.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition/state_reader.h"

namespace gait {

class ItemReader {
 public:
  // That of a Map; empty if it has none.
  static std::optional<ItemReader> Of(const StateReader& map);

  // The items in `data`, the text that was read: an array. `input` is the Map's, for MaxItemsPath. Fails with
  // States.ItemReaderFailed.
  Result<Value> Items(const StepScope& scope, const Value& input, std::string_view data) const;

  bool has_pointer() const { return !pointer_.empty(); }

 private:
  enum class InputType : uint8_t { kJson, kJsonLines, kCsv };

  Result<Value> ItemsOf(std::string_view data) const;
  Result<Value> JsonItems(std::string_view data) const;
  Value CsvItems(std::string_view data) const;

  InputType type_ = InputType::kJson;
  std::string pointer_;  // ItemsPointer; "" if there is none
  char delimiter_ = ',';
  std::optional<std::vector<std::string>> headers_;  // CSVHeaders; empty: the first row has them
  NumberOrPath max_items_;
};

}  // namespace gait
