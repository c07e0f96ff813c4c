#include "engine/items/item_batch.h"

#include <utility>

#include "engine/json/write.h"

namespace gait {
namespace {

constexpr std::string_view kEnd = "]}";

}  // namespace

ItemBatch::ItemBatch(const ItemBatching& batching)
    : items_max_(batching.items_max), bytes_max_(batching.bytes_max), begin_("{") {
  if (!batching.batch_input.is_undefined()) {
    begin_ += "\"BatchInput\":";
    AppendJson(begin_, batching.batch_input);
    begin_ += ",";
  }
  begin_ += "\"Items\":[";
  text_ = begin_;
}

bool ItemBatch::Add(std::string_view item_json) {
  const size_t bytes = text_.size() + (size_ > 0 ? 1 : 0) + item_json.size() + kEnd.size();
  const bool room = !full() && (bytes_max_ == 0 || bytes <= static_cast<size_t>(bytes_max_));
  if (size_ > 0 && !room) return false;
  if (size_ > 0) text_ += ',';
  text_ += item_json;
  ++size_;
  return true;
}

Payload ItemBatch::Take() {
  text_ += kEnd;
  size_ = 0;
  Payload batch = Payload::FromText(text_);
  text_ = begin_;  // keeps its room
  return batch;
}

}  // namespace gait
