#include "engine/run/item_feed.h"

#include <algorithm>
#include <utility>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"

namespace gait {
namespace {

constexpr std::string_view kStateData = "STATE_DATA";

std::string TextOf(const Value& object, std::string_view member) {
  const Value* value = object.is_object() ? object.Find(member) : nullptr;
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// Recorded: of a listing it is the bucket alone.
std::string UriOf(const ItemReading& reading) {
  const std::string key = TextOf(reading.arguments, "Key");
  return "s3://" + TextOf(reading.arguments, "Bucket") + (key.empty() ? "" : "/" + key);
}

std::optional<ItemBatch> BatchOf(std::optional<ItemBatching> batching, size_t input_bytes_max) {
  if (!batching) return std::nullopt;
  constexpr auto kMost = size_t{1} << 60;  // where quotas are off
  const auto most = static_cast<int64_t>(std::min(input_bytes_max, kMost));
  if (batching->bytes_max == 0 || batching->bytes_max > most) batching->bytes_max = most;
  return ItemBatch(*batching);
}

}  // namespace

ItemFeed::ItemFeed(std::unique_ptr<ItemSource> source, const StartMapRun& run, size_t input_bytes_max)
    : source_(std::move(source)),
      selection_(run.selection),
      items_max_(run.reading == nullptr ? 0 : run.reading->items_max),
      input_bytes_max_(input_bytes_max),
      read_(run.reading != nullptr),
      keyed_(run.items.is_object()),
      uri_(run.reading == nullptr ? std::string(kStateData) : UriOf(*run.reading)),
      batch_(BatchOf(run.batching, input_bytes_max)) {}

Result<std::optional<Payload>> ItemFeed::NextItem() {
  if (items_max_ != 0 && taken_ == items_max_) return std::optional<Payload>();
  Result<std::optional<Payload>> item = source_->Next();
  if (!item || !item->has_value()) return item;
  Result<Payload> selected = Selected(*std::move(*item));
  if (!selected) return std::move(selected).error();
  ++taken_;
  return std::optional(std::move(selected).value());
}

Result<Payload> ItemFeed::Selected(Payload item) const {
  if (selection_ == nullptr) return item;
  const std::string_view source = source_->Source();
  const Value& value = item.value();
  const MapItem map_item{taken_, keyed_ ? *value.Find("Value") : value, source.empty() ? uri_ : source,
                         keyed_ ? value.Find("Key") : nullptr};
  Result<Value> selected = selection_->Select(map_item);
  if (!selected) return std::move(selected).error();
  return Payload(std::move(selected).value());
}

WorkflowError ItemFeed::TooLarge(size_t bytes) const {
  return {std::string(read_ ? error_names::kItemReaderFailed : error_names::kDataLimitExceeded),
          CauseText(Cause::kItemTooLarge,
                    {std::to_string(taken_ - 1), uri_, std::to_string(bytes), std::to_string(input_bytes_max_)})};
}

Result<std::optional<ItemFeed::Child>> ItemFeed::Next() {
  if (!batch_) {
    Result<std::optional<Payload>> item = NextItem();
    if (!item) return std::move(item).error();
    if (!item->has_value()) return std::optional<Child>();
    const size_t bytes = (*item)->text().size();
    if (bytes > input_bytes_max_) return TooLarge(bytes);
    return std::optional(Child{*std::move(*item), 1});
  }
  while (!ended_) {
    if (!has_item_) {
      Result<std::optional<Payload>> item = NextItem();
      if (!item) return std::move(item).error();
      ended_ = !item->has_value();
      if (ended_) break;
      item_text_.clear();
      (*item)->AppendText(item_text_);
      if (item_text_.size() > input_bytes_max_) return TooLarge(item_text_.size());
    }
    has_item_ = !batch_->Add(item_text_);
    if (has_item_ || batch_->full()) break;
  }
  const int64_t size = batch_->size();
  if (size == 0) return std::optional<Child>();
  return std::optional(Child{batch_->Take(), size});
}

std::optional<WorkflowError> ItemFeed::Skip(int64_t items) {
  const Result<int64_t> skipped = source_->Skip(items);
  if (!skipped) return skipped.error();
  taken_ = *skipped;
  if (taken_ == items) return std::nullopt;
  return WorkflowError{std::string(error_names::kItemReaderFailed), CauseText(Cause::kOtherItemsFound)};
}

}  // namespace gait
