#include "states/result_writer.h"

#include "engine/base/error_names.h"
#include "engine/json/members.h"
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

constexpr std::string_view kPutObject = "arn:aws:states:::s3:putObject";

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

}  // namespace

FieldTable ResultWriterFields() { return kFields; }

std::optional<ResultWriter> ResultWriter::Of(const StateReader& map) {
  const Value* object = map.Get("ResultWriter");
  if (object == nullptr) return std::nullopt;
  const Place place = map.place().Key("ResultWriter");
  const FieldReader fields(*object, place, map.language(), {kFields}, {}, map.report());
  ResultWriter writer;
  writer.writing_.exported = fields.Has("Resource");
  // Of what is exported, all that there is to know.
  if (writer.writing_.exported) writer.writing_.transformation = ResultWriting::Transformation::kNone;
  if (const Value* config = fields.Get("WriterConfig")) ReadConfig(*config, writer.writing_);
  writer.arguments_ = map.language() == QueryLanguage::kJsonata ? fields.Template("Arguments", "ResultWriter/Arguments")
                                                                : fields.Template("Parameters");
  if (map.context().to_execute && writer.writing_.exported && fields.Text("Resource") != kPutObject) {
    map.report().Add("not-implemented", place.Key("Resource"), "gait does not execute a ResultWriter of this kind",
                     "\"" + std::string(kPutObject) + "\" writes into a bucket");
  }
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
