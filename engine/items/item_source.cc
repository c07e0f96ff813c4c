#include "engine/items/item_source.h"

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {
namespace {

class ArrayItems : public ItemSource {
 public:
  explicit ArrayItems(Value array) : array_(std::move(array)) {}
  Result<std::optional<Payload>> Next() override {
    if (next_ == array_.size()) return std::optional<Payload>();
    return std::optional(Payload(array_.items()[next_++]));
  }

 private:
  const Value array_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ItemSource> ItemsOfArray(Value array) { return std::make_unique<ArrayItems>(std::move(array)); }

Result<int64_t> ItemSource::Skip(int64_t items) {
  for (int64_t skipped = 0; skipped < items; ++skipped) {
    const Result<std::optional<Payload>> next = Next();
    if (!next) return next.error();
    if (!next->has_value()) return skipped;
  }
  return items;
}

Result<Value> ReadItems(ItemSource& source, int64_t items_max) {
  if (items_max < 0) {
    return WorkflowError{std::string(error_names::kItemReaderFailed), CauseText(Cause::kMaxItemsNotPositive)};
  }
  ArrayBuilder items;
  for (int64_t count = 0; items_max == 0 || count < items_max; ++count) {
    Result<std::optional<Payload>> next = source.Next();
    if (!next) return std::move(next).error();
    if (!next->has_value()) break;
    items.Add((*next)->value());
  }
  return items.Build();
}

}  // namespace gait
