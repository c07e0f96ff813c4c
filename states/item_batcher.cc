#include "states/item_batcher.h"

#include <limits>

#include "engine/json/write.h"
#include "states/data_flow.h"

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

// No maximum where the field is absent.
Result<double> MostOf(const StepScope& scope, const NumberOrPath& field, std::string_view path_field,
                      const Value& input) {
  if (!field.present()) return kNoMaximum;
  return EvaluateNumber(scope, field, path_field, input, /*integer=*/true);
}

}  // namespace

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

Result<Value> ItemBatcher::Batches(const StepScope& scope, const Value& input, const Value& items) const {
  const Result<double> items_max = MostOf(scope, items_max_, "MaxItemsPerBatchPath", input);
  if (!items_max) return items_max.error();
  const Result<double> bytes_max = MostOf(scope, bytes_max_, "MaxInputBytesPerBatchPath", input);
  if (!bytes_max) return bytes_max.error();
  Value around = Value::Object();
  if (batch_input_) {
    Result<Value> batch_input = batch_input_->Evaluate(scope.ForExpression(input));
    if (!batch_input) return batch_input;
    around = std::move(around).With("BatchInput", std::move(batch_input).value());
  }
  const size_t bytes_around = JsonSize(around.With("Items", Value::Array()));
  ArrayBuilder batches, batch;
  size_t bytes = bytes_around;
  const auto end_batch = [&] {
    batches.Add(around.With("Items", batch.Build()));
    bytes = bytes_around;
  };
  for (const Value& item : items.items()) {
    const size_t more = JsonSize(item) + (batch.size() > 0 ? 1 : 0);
    const bool full = static_cast<double>(batch.size()) >= *items_max || static_cast<double>(bytes + more) > *bytes_max;
    if (full && batch.size() > 0) end_batch();
    bytes += more;
    batch.Add(item);
  }
  if (batch.size() > 0) end_batch();
  return batches.Build();
}

}  // namespace gait
