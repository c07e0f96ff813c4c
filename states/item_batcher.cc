#include "states/item_batcher.h"

#include <algorithm>
#include <limits>

#include "engine/json/write.h"
#include "states/data_flow.h"
#include "states/field_tables.h"

namespace gait {
namespace {

constexpr double kNoMaximum = std::numeric_limits<double>::infinity();

constexpr FieldRow kFields[] = {
    Integer("MaxItemsPerBatch", 1, kNoMaximum),
    {"MaxItemsPerBatchPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
    Integer("MaxInputBytesPerBatch", 1, kNoMaximum),
    {"MaxInputBytesPerBatchPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
    Template("BatchInput"),
};

// 0 where the field is absent.
Result<int64_t> MostOf(const StepScope& scope, const NumberOrPath& field, std::string_view path_field,
                       const Value& input) {
  if (!field.present()) return 0;
  constexpr double kMost = 1e15;  // a number that a definition gives, which may be any
  const Result<double> most = EvaluateNumber(scope, field, path_field, input, /*integer=*/true);
  if (!most) return most.error();
  return static_cast<int64_t>(std::clamp(*most, 1.0, kMost));
}

}  // namespace

FieldTable ItemBatcherFields() { return kFields; }

std::optional<ItemBatcher> ItemBatcher::Of(const StateReader& map) {
  const Value* object = map.Get("ItemBatcher");
  if (object == nullptr) return std::nullopt;
  const FieldReader fields(*object, map.place().Key("ItemBatcher"), map.language(), {kFields}, {}, map.report());
  ItemBatcher batcher;
  batcher.items_max_ = fields.NumberOrPathOf("MaxItemsPerBatch", "MaxItemsPerBatchPath");
  batcher.bytes_max_ = fields.NumberOrPathOf("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath");
  batcher.batch_input_ = fields.Template("BatchInput", "ItemBatcher/BatchInput");
  return batcher;
}

Result<ItemBatching> ItemBatcher::Evaluate(const StepScope& scope, const Value& input) const {
  ItemBatching batching;
  const Result<int64_t> items_max = MostOf(scope, items_max_, "MaxItemsPerBatchPath", input);
  if (!items_max) return items_max.error();
  batching.items_max = *items_max;
  const Result<int64_t> bytes_max = MostOf(scope, bytes_max_, "MaxInputBytesPerBatchPath", input);
  if (!bytes_max) return bytes_max.error();
  batching.bytes_max = *bytes_max;
  if (!batch_input_) return batching;
  Result<Value> batch_input = batch_input_->Evaluate(scope.ForExpression(input));
  if (!batch_input) return std::move(batch_input).error();
  batching.batch_input = std::move(batch_input).value();
  return batching;
}

Result<Value> ItemBatcher::Batches(const StepScope& scope, const Value& input, const Value& items) const {
  const Result<ItemBatching> batching = Evaluate(scope, input);
  if (!batching) return batching.error();
  ArrayBuilder batches;
  ItemBatch batch(*batching);
  for (const Value& item : items.items()) {
    const std::string text = ToJson(item);
    if (batch.Add(text)) continue;
    batches.Add(batch.Take().value());
    batch.Add(text);
  }
  if (batch.size() > 0) batches.Add(batch.Take().value());
  return batches.Build();
}

}  // namespace gait
