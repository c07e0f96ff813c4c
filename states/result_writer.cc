#include "states/result_writer.h"

#include "engine/base/error_names.h"
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
    Structure("WriterConfig", FieldType::kObject),
};

constexpr std::string_view kOutputTypes[] = {"JSON", "JSONL"};
constexpr std::string_view kTransformationNames[] = {"NONE", "COMPACT", "FLATTEN"};

constexpr FieldRow kConfigFields[] = {
    Enum("OutputType", kOutputTypes),
    Enum("Transformation", kTransformationNames),
};

constexpr std::string_view kPutObject = "s3:putObject";

struct TransformationName {
  std::string_view name;
  ResultWriting::Transformation transformation;
};
constexpr TransformationName kTransformations[] = {{"NONE", ResultWriting::Transformation::kNone},
                                                   {"COMPACT", ResultWriting::Transformation::kCompact},
                                                   {"FLATTEN", ResultWriting::Transformation::kFlatten}};

void ReadConfig(const Value& config, ResultWriting& writing) {
  for (const TransformationName& t : kTransformations) {
    if (t.name == TextOf(config, "Transformation")) writing.transformation = t.transformation;
  }
  writing.lines = TextOf(config, "OutputType") == "JSONL";
}

// A writer exports, which takes a Resource and where to, or says how the results look, or both.
void CheckWriter(const FieldReader& fields, bool jsonata) {
  const std::string_view where = jsonata ? "Arguments" : "Parameters";
  const bool exports = fields.Has("Resource");
  if (exports != fields.Has(where)) {
    fields.report().Add("bad-result-writer", fields.place(),
                        "These fields are required: [" + std::string(exports ? where : "Resource") + "]",
                        "a ResultWriter that exports has a Resource, and the Bucket in " + std::string(where));
  } else if (!exports && !fields.Has("WriterConfig")) {
    fields.report().Add("bad-result-writer", fields.place(),
                        "These fields are required: [Resource, " + std::string(where) + "] or [WriterConfig]",
                        "say where the results go, or how they look, or leave ResultWriter out");
  }
  const auto resource = fields.Text("Resource");
  if (resource && !NamesIntegration(*resource, kPutObject)) {
    fields.report().Add("bad-result-writer", fields.place().Key("Resource"),
                        "The resource provided " + *resource +
                            " is not recognized. The value is not a valid resource "
                            "ARN, or the resource is not available in this region.",
                        "arn:aws:states:::s3:putObject writes into a bucket");
  }
}

}  // namespace

FieldTable ResultWriterFields() { return kFields; }

std::optional<ResultWriter> ResultWriter::Of(const StateReader& map) {
  const Value* object = map.Get("ResultWriter");
  if (object == nullptr || IsPlaceholder(*object)) return std::nullopt;
  const Place place = map.place().Key("ResultWriter");
  const FieldReader fields(*object, place, map.language(), {kFields}, {}, map.report());
  CheckWriter(fields, map.language() == QueryLanguage::kJsonata);
  ResultWriter writer;
  writer.writing_.exported = fields.Has("Resource");
  // Of what is exported, all that there is to know.
  if (writer.writing_.exported) writer.writing_.transformation = ResultWriting::Transformation::kNone;
  if (const Value* config = fields.Get("WriterConfig"); config != nullptr && config->is_object()) {
    const FieldReader checked(*config, place.Key("WriterConfig"), map.language(), {kConfigFields}, {}, map.report());
    ReadConfig(*config, writer.writing_);
  }
  writer.arguments_ = map.language() == QueryLanguage::kJsonata ? fields.Template("Arguments", "ResultWriter/Arguments")
                                                                : fields.Template("Parameters");
  return writer;
}

Result<ResultWriting> ResultWriter::Evaluate(const StepScope& scope, const Value& input) const {
  ResultWriting writing = writing_;
  if (!writing.exported) return writing;
  if (arguments_) {
    Result<Value> arguments = arguments_->Evaluate(scope.ForExpression(input));
    if (!arguments) return std::move(arguments).error();
    writing.bucket = TextOf(*arguments, "Bucket");
    writing.prefix = TextOf(*arguments, "Prefix");
  }
  if (writing.bucket.empty()) {
    return WorkflowError{std::string(error_names::kResultWriterFailed), "The ResultWriter names no Bucket"};
  }
  while (writing.prefix.ends_with('/')) writing.prefix.pop_back();
  return writing;
}

}  // namespace gait
