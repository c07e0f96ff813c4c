// How items are put together into the input of one child, and what becomes of the children's results: an ItemBatcher
// and a ResultWriter, evaluated.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/history/payload.h"

namespace gait {

struct ItemBatching {
  int64_t items_max = 0;  // of a batch; 0: as many as there is room for
  int64_t bytes_max = 0;  // of a child's input; 0: no limit
  Value batch_input;      // undefined if there is none
};

// Batches, one after the other: {"BatchInput": ..., "Items": [...]}.
class ItemBatch {
 public:
  explicit ItemBatch(const ItemBatching& batching);

  // Whether the item had room; one that has not begins the next batch. There is always room for the first.
  bool Add(std::string_view item_json);
  int64_t size() const { return size_; }
  bool full() const { return items_max_ != 0 && size_ >= items_max_; }
  // The batch; the next one is empty. REQUIRES: size() > 0.
  Payload Take();

 private:
  const int64_t items_max_, bytes_max_;
  std::string begin_;  // up to the first item
  std::string text_;
  int64_t size_ = 0;
};

struct ResultWriting {
  enum class Transformation : uint8_t { kNone, kCompact, kFlatten };

  Transformation transformation = Transformation::kCompact;
  bool lines = false;     // OutputType JSONL
  bool exported = false;  // to objects below; else they are the state's result
  std::string bucket;
  std::string prefix;  // "" or what comes before the Map Run's id, without a slash behind it
};

}  // namespace gait
