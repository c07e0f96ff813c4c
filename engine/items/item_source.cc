#include "engine/items/item_source.h"

#include <algorithm>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {
namespace {

class ValueItems : public ItemSource {
 public:
  explicit ValueItems(Value value) : value_(std::move(value)) {}
  Result<std::optional<Payload>> Next() override {
    if (next_ == value_.size()) return std::optional<Payload>();
    const size_t i = next_++;
    if (value_.is_array()) return std::optional(Payload(value_.items()[i]));
    const Member& member = value_.members()[i];
    return std::optional(Payload(Value::Object({{"Key", member.key}, {"Value", member.value}})));
  }
  Result<int64_t> Skip(int64_t items) override {
    const int64_t skipped = std::min(items, static_cast<int64_t>(value_.size() - next_));
    next_ += static_cast<size_t>(skipped);
    return skipped;
  }

 private:
  const Value value_;
  size_t next_ = 0;
};

}  // namespace

std::unique_ptr<ItemSource> ItemsIn(Value array_or_object) {
  return std::make_unique<ValueItems>(std::move(array_or_object));
}

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
