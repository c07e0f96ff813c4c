#include "states/item_reader.h"

#include <limits>
#include <utility>

#include "engine/items/text_items.h"
#include "states/data_flow.h"

namespace gait {
namespace {

struct Delimiter {
  std::string_view name;
  char character;
};
constexpr Delimiter kDelimiters[] = {{"COMMA", ','}, {"PIPE", '|'}, {"SEMICOLON", ';'}, {"SPACE", ' '}, {"TAB", '\t'}};

constexpr FieldRow kFields[] = {
    Text("Resource"),
    Template("Parameters", FieldLanguage::kJsonPath),
    Template("Arguments", FieldLanguage::kJsonata),
    Structure("ReaderConfig", FieldType::kObject),
};

constexpr FieldRow kConfigFields[] = {
    {"InputType", FieldType::kAny},
    {"CSVHeaderLocation", FieldType::kAny},
    {"CSVHeaders", FieldType::kAny},
    {"CSVDelimiter", FieldType::kAny},
    {"ItemsPointer", FieldType::kAny},
    {"ManifestType", FieldType::kAny},
    {"Transformation", FieldType::kAny},
    Integer("MaxItems", 0, std::numeric_limits<double>::infinity()),
    {"MaxItemsPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
};

constexpr std::string_view kGetObject = "arn:aws:states:::s3:getObject", kList = "arn:aws:states:::s3:listObjectsV2";
constexpr int64_t kItemsMax = 100'000'000;  // AWS's, also for those who ask for more

std::string_view TextOf(const Value& object, std::string_view member) {
  const Value* value = object.Find(member);
  return value != nullptr && value->is_string() ? value->as_string() : std::string_view();
}

class TextBytes : public ByteSource {
 public:
  explicit TextBytes(std::string_view text) : text_(text) {}
  Result<std::string> Read() override { return std::exchange(text_, ""); }

 private:
  std::string text_;
};

// What is not executed: the place of it, or empty.
std::optional<Place> NotExecuted(const Place& place, const Value& object) {
  const Value* config = object.Find("ReaderConfig");
  const std::string_view resource = TextOf(object, "Resource");
  if (resource != kGetObject && resource != kList) return place.Key("Resource");
  if (config == nullptr || !config->is_object()) return std::nullopt;
  const std::string_view type = TextOf(*config, "InputType");
  if (!type.empty() && type != "CSV" && type != "JSON" && type != "JSONL") {
    return place.Key("ReaderConfig").Key("InputType");
  }
  if (const std::string_view t = TextOf(*config, "Transformation"); !t.empty() && t != "NONE") {
    return place.Key("ReaderConfig").Key("Transformation");
  }
  return std::nullopt;
}

}  // namespace

std::optional<ItemReader> ItemReader::Of(const StateReader& map) {
  const Value* object = map.Get("ItemReader");
  if (object == nullptr) return std::nullopt;
  const Place place = map.place().Key("ItemReader");
  const FieldReader fields(*object, place, map.language(), {kFields}, {}, map.report());
  ItemReader reader;
  reader.resource_ = fields.Text("Resource").value_or("");
  reader.arguments_ = map.language() == QueryLanguage::kJsonata ? fields.Template("Arguments", "ItemReader/Arguments")
                                                                : fields.Template("Parameters");
  if (map.context().to_execute) {
    if (const auto at = NotExecuted(place, *object)) {
      map.report().Add("not-implemented", *at, "gait does not execute a Map's ItemReader of this kind yet",
                       "CSV, JSON and JSONL of s3:getObject, and s3:listObjectsV2, are read");
    }
  }
  const Value* config = fields.Get("ReaderConfig");
  if (config == nullptr) return reader;
  const FieldReader numbers(*config, place.Key("ReaderConfig"), map.language(), {kConfigFields}, {}, map.report());
  reader.max_items_ = numbers.NumberOrPathOf("MaxItems", "MaxItemsPath");
  ItemFormat& format = reader.format_;
  const std::string_view type = TextOf(*config, "InputType");
  if (type == "CSV") format.type = ItemFormat::InputType::kCsv;
  if (type == "JSONL") format.type = ItemFormat::InputType::kJsonLines;
  format.pointer = TextOf(*config, "ItemsPointer");
  for (const Delimiter& d : kDelimiters) {
    if (d.name == TextOf(*config, "CSVDelimiter")) format.delimiter = d.character;
  }
  const Value* headers = config->Find("CSVHeaders");
  if (headers != nullptr && headers->is_array()) {
    format.headers.emplace();
    for (const Value& header : headers->items()) {
      if (header.is_string()) format.headers->emplace_back(header.as_string());
    }
  }
  return reader;
}

Result<int64_t> ItemReader::ItemsMax(const StepScope& scope, const Value& input) const {
  const Result<double> most = EvaluateNumber(scope, max_items_, "MaxItemsPath", input, /*integer=*/true);
  if (!most) return most.error();
  if (*most < 0) return -1;
  return *most < static_cast<double>(kItemsMax) ? static_cast<int64_t>(*most) : kItemsMax;
}

Result<std::shared_ptr<const ItemReading>> ItemReader::Reading(const StepScope& scope, const Value& input) const {
  const auto reading = std::make_shared<ItemReading>();
  reading->resource = resource_;
  reading->arguments = Value::Object();
  reading->format = format_;
  if (arguments_) {
    Result<Value> arguments = arguments_->Evaluate(scope.ForExpression(input));
    if (!arguments) return std::move(arguments).error();
    reading->arguments = std::move(arguments).value();
  }
  const Result<int64_t> most = ItemsMax(scope, input);
  if (!most) return most.error();
  reading->items_max = *most;
  return std::shared_ptr<const ItemReading>(reading);
}

Result<Value> ItemReader::Items(const StepScope& scope, const Value& input, std::string_view data) const {
  const Result<int64_t> most = ItemsMax(scope, input);
  if (!most) return most.error();
  return ReadItems(*ItemsIn(format_, std::make_unique<TextBytes>(data)), *most);
}

}  // namespace gait
