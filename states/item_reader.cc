#include "states/item_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/edit_distance.h"
#include "engine/base/error_names.h"
#include "engine/items/text_items.h"
#include "engine/json/document.h"
#include "engine/json/members.h"
#include "engine/task/resource.h"
#include "states/data_flow.h"
#include "states/field_tables.h"

namespace gait {
namespace {

constexpr FieldRow kFields[] = {
    Text("Resource"),
    Template("Parameters", FieldLanguage::kJsonPath),
    Template("Arguments", FieldLanguage::kJsonata),
    Structure("ReaderConfig", FieldType::kObject),
};

constexpr FieldRow kConfigFields[] = {
    Text("InputType"),
    Text("CSVHeaderLocation"),
    {"CSVHeaders", FieldType::kAny},
    Text("CSVDelimiter"),
    {"ItemsPointer", FieldType::kAny},
    {"ManifestType", FieldType::kAny},
    {"Transformation", FieldType::kAny},
    Integer("MaxItems", 0, std::numeric_limits<double>::infinity()),
    {"MaxItemsPath", FieldType::kReferencePath, FieldLanguage::kJsonPath},
};

constexpr std::string_view kGetObject = "s3:getObject", kList = "s3:listObjectsV2";
constexpr std::string_view kTypeNames[] = {"MANIFEST", "JSON", "CSV", "JSONL", "PARQUET"};
constexpr std::string_view kHeaderLocations[] = {"FIRST_ROW", "GIVEN"};
constexpr int64_t kItemsMax = 100'000'000;  // AWS's, also for those who ask for more

class TextBytes : public ByteSource {
 public:
  explicit TextBytes(std::string_view text) : text_(text) {}
  Result<std::string> Read() override { return std::exchange(text_, ""); }

 private:
  std::string text_;
};

template <typename T>
struct Named {
  std::string_view name;
  T value;
};
using InputType = ItemFormat::InputType;
using ManifestType = ItemFormat::ManifestType;
constexpr Named<InputType> kInputTypes[] = {{"JSON", InputType::kJson},
                                            {"JSONL", InputType::kJsonLines},
                                            {"CSV", InputType::kCsv},
                                            {"PARQUET", InputType::kParquet}};
constexpr Named<ManifestType> kManifestTypes[] = {{"ATHENA_DATA", ManifestType::kAthenaData},
                                                  {"S3_INVENTORY", ManifestType::kS3Inventory}};
constexpr Named<char> kDelimiters[] = {
    {"COMMA", ','}, {"PIPE", '|'}, {"SEMICOLON", ';'}, {"SPACE", ' '}, {"TAB", '\t'}};

template <typename T, size_t N>
std::optional<T> ByName(const Named<T> (&table)[N], std::string_view name) {
  for (const Named<T>& row : table) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

// The texts of a ReaderConfig, "" if they are not there, and of the reader's Resource.
struct Texts {
  explicit Texts(const Value& reader) {
    if (!reader.is_object()) return;
    resource = TextOf(reader, "Resource");
    const Value* config = reader.Find("ReaderConfig");
    if (config == nullptr || !config->is_object()) return;
    type = TextOf(*config, "InputType");
    manifest = TextOf(*config, "ManifestType");
    transformation = TextOf(*config, "Transformation");
    pointer = TextOf(*config, "ItemsPointer");
    header_location = TextOf(*config, "CSVHeaderLocation");
  }
  bool lists() const { return NamesIntegration(resource, kList); }
  bool flattens() const { return transformation == "LOAD_AND_FLATTEN"; }

  std::string_view resource, type, manifest, transformation, pointer, header_location;
};

// What is not executed: the field of the ReaderConfig, or "".
std::string_view NotExecuted(const Texts& t) {
  if (!t.manifest.empty() && !ByName(kManifestTypes, t.manifest)) return "ManifestType";
  if (!t.transformation.empty() && t.transformation != "NONE" && !t.flattens()) return "Transformation";
  if (t.flattens() && !t.lists()) return "Transformation";
  return "";
}

// Fields of a ReaderConfig that do not go together.
struct Misfit {
  bool (*found)(const Texts& t);
  std::string_view field;
  std::string_view message, hint;
};
constexpr Misfit kMisfits[] = {
    {[](const Texts& t) { return t.lists() && (!t.manifest.empty() || t.type == "MANIFEST"); }, "InputType",
     "A listing has no manifest", "read the manifest with arn:aws:states:::s3:getObject"},
    {[](const Texts& t) { return t.flattens() && t.type.empty(); }, "Transformation",
     "LOAD_AND_FLATTEN needs the InputType of the objects", "add InputType"},
    {[](const Texts& t) { return t.manifest == "S3_INVENTORY" && !t.type.empty() && t.type != "MANIFEST"; },
     "InputType", "The files of S3_INVENTORY are CSV, and InputType does not go with it", "remove InputType"},
    {[](const Texts& t) { return t.manifest == "ATHENA_DATA" && (t.type.empty() || t.type == "MANIFEST"); },
     "ManifestType", "ATHENA_DATA needs the InputType of the data files", "add InputType: CSV, JSONL or PARQUET"},
    {[](const Texts& t) { return !t.pointer.empty() && !t.pointer.starts_with('/'); }, "ItemsPointer",
     "The ItemsPointer is no JSON pointer", "begin it with /"},
};

void CheckEnum(const Value& config, std::string_view field, std::span<const std::string_view> values,
               const Place& place, Report& report) {
  const std::string_view text = TextOf(config, field);
  if (text.empty()) return;
  if (std::find(values.begin(), values.end(), text) != values.end()) return;
  const auto near = DidYouMean(text, values);
  report.Add("bad-item-reader", place.Key(field),
             "The field '" + std::string(field) + "' should have one of these values: " + Bracketed(values),
             near ? "did you mean " + std::string(*near) + "?" : "");
}

// What Step Functions demands of a ReaderConfig.
void CheckConfig(const Value& config, const Texts& texts, const Place& place, Report& report) {
  CheckEnum(config, "InputType", kTypeNames, place, report);
  CheckEnum(config, "CSVHeaderLocation", kHeaderLocations, place, report);
  std::vector<std::string_view> delimiters;
  for (const Named<char>& row : kDelimiters) delimiters.push_back(row.name);
  CheckEnum(config, "CSVDelimiter", delimiters, place, report);
  // A manifest may say what its files' columns are; how objects of a listing have theirs is not known.
  const bool alone = texts.manifest.empty() && texts.transformation.empty();
  const bool has_location = config.Find("CSVHeaderLocation") != nullptr;
  if (texts.type == "CSV" && alone && !has_location) {
    report.Add("bad-item-reader", place, "The field 'CSVHeaderLocation' is required",
               "FIRST_ROW, or GIVEN with the names in CSVHeaders");
  }
  if ((texts.type == "JSON" || texts.type == "JSONL" || texts.type == "PARQUET") && has_location) {
    report.AddAt("bad-item-reader", place.Key("CSVHeaderLocation"), place, "Field 'CSVHeaderLocation' is not supported",
                 "it is for the InputType CSV");
  }
  const Value* headers = config.Find("CSVHeaders");
  if (texts.header_location == "GIVEN" && headers == nullptr) {
    report.Add("bad-item-reader", place, "The field 'CSVHeaders' is required", "the names of the columns, in order");
  }
}

void CheckResource(const FieldReader& fields, const Place& place, Report& report) {
  if (!fields.Has("Resource")) {
    report.Add("reader-without-resource", place, "These fields are required: [Resource]",
               "arn:aws:states:::s3:getObject reads an object, arn:aws:states:::s3:listObjectsV2 lists a bucket");
    return;
  }
  const auto resource = fields.Text("Resource");
  if (!resource || NamesIntegration(*resource, kGetObject) || NamesIntegration(*resource, kList)) return;
  report.Add("bad-item-reader", place.Key("Resource"),
             "The resource provided " + *resource +
                 " is not recognized. The value is not a valid resource ARN, or the resource is not available in this "
                 "region.",
             "arn:aws:states:::s3:getObject reads an object, arn:aws:states:::s3:listObjectsV2 lists a bucket");
}

void ReportWhatCannotRun(const Texts& texts, const Place& place, Report& report) {
  const auto at = [&](std::string_view field) { return place.Key("ReaderConfig").Key(field); };
  if (const std::string_view field = NotExecuted(texts); !field.empty()) {
    report.Add("not-implemented", at(field), "gait does not execute a Map's ItemReader of this kind yet",
               "objects with CSV, JSON, JSONL or PARQUET, manifests, and listings are read");
    return;
  }
  for (const Misfit& misfit : kMisfits) {
    if (misfit.found(texts)) {
      report.Add("bad-item-reader", at(misfit.field), std::string(misfit.message), std::string(misfit.hint));
    }
  }
}

}  // namespace

FieldTable ItemReaderFields() { return kFields; }
FieldTable ReaderConfigFields() { return kConfigFields; }

std::optional<ItemReader> ItemReader::Of(const StateReader& map) {
  const Value* object = map.Get("ItemReader");
  if (object == nullptr || IsPlaceholder(*object)) return std::nullopt;
  const Place place = map.place().Key("ItemReader");
  const FieldReader fields(*object, place, map.language(), {kFields}, {}, map.report());
  ItemReader reader;
  reader.arguments_ = map.language() == QueryLanguage::kJsonata ? fields.Template("Arguments", "ItemReader/Arguments")
                                                                : fields.Template("Parameters");
  const Texts texts(*object);
  reader.resource_ = "arn:aws:states:::" + std::string(texts.lists() ? kList : kGetObject);
  CheckResource(fields, place, map.report());
  if (map.context().to_execute) ReportWhatCannotRun(texts, place, map.report());
  const Value* config = fields.Get("ReaderConfig");
  if (config == nullptr || !config->is_object()) return reader;
  const FieldReader numbers(*config, place.Key("ReaderConfig"), map.language(), {kConfigFields}, {}, map.report());
  reader.max_items_ = numbers.NumberOrPathOf("MaxItems", "MaxItemsPath");
  CheckConfig(*config, texts, numbers.place(), map.report());
  ItemFormat& format = reader.format_;
  format.type = ByName(kInputTypes, texts.type).value_or(InputType::kJson);
  format.manifest = ByName(kManifestTypes, texts.manifest);
  // A manifest of no type is the kind that there was first.
  if (!format.manifest && texts.type == "MANIFEST") format.manifest = ManifestType::kS3Inventory;
  if (format.manifest == ManifestType::kS3Inventory) format.type = InputType::kCsv;
  format.pointer = texts.pointer;
  format.delimiter = ByName(kDelimiters, TextOf(*config, "CSVDelimiter")).value_or(',');
  format.flatten = texts.flattens();
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
  if (format_.type == InputType::kParquet) {
    return WorkflowError{std::string(error_names::kItemReaderFailed), "What a test has for an ItemReader is a text"};
  }
  return ReadItems(*ItemsIn(format_, std::make_unique<TextBytes>(data)), *most);
}

}  // namespace gait
