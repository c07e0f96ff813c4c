// The children of a Map Run before they begin: items, as the ItemSelector and the ItemBatcher make them.
#pragma once

#include <memory>
#include <optional>

#include "engine/items/item_source.h"
#include "engine/step/effect.h"

namespace gait {

// One thread at a time. Holds an item or a batch, whatever there is to read.
class ItemFeed {
 public:
  // `input_bytes_max` is what a child's input may have at the most.
  ItemFeed(std::unique_ptr<ItemSource> source, const StartMapRun& run, size_t input_bytes_max);

  struct Child {
    Payload input;
    int64_t items = 0;
  };
  // Empty at the end. Not called again after an error or the end.
  Result<std::optional<Child>> Next();

  // Leaves out the first items, which children have. REQUIRES: nothing was taken yet.
  std::optional<WorkflowError> Skip(int64_t items);

 private:
  Result<std::optional<Payload>> NextItem();
  // The item as a child, or a part of one, is given it.
  Result<Payload> Selected(Payload item) const;
  WorkflowError TooLarge(size_t bytes) const;

  const std::unique_ptr<ItemSource> source_;
  const std::shared_ptr<const ItemSelection> selection_;
  const int64_t items_max_;  // of all; 0: no limit
  const size_t input_bytes_max_;
  const bool read_;   // by an ItemReader
  const bool keyed_;  // they are members of an object
  std::string uri_;   // of what is read
  std::optional<ItemBatch> batch_;
  std::string item_text_;  // of the item that is in no batch yet
  bool has_item_ = false;
  bool ended_ = false;
  int64_t taken_ = 0;  // of the source
};

}  // namespace gait
