// How data goes through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath and Assign of a JSONPath
// state; Arguments, Output and Assign of a JSONata state.
// https://states-language.net/#filters and
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
#pragma once

#include <optional>

#include "engine/base/result.h"
#include "engine/definition/state_reader.h"

namespace gait {

// What is the same for all states: the rows of the fields, for their tables.
inline constexpr FieldRow kInputPathField = NullablePath("InputPath");
inline constexpr FieldRow kOutputPathField = NullablePath("OutputPath");
inline constexpr FieldRow kResultPathField = NullablePath("ResultPath", FieldType::kReferencePath);
inline constexpr FieldRow kParametersField = Template("Parameters", FieldLanguage::kJsonPath);
inline constexpr FieldRow kResultSelectorField = Template("ResultSelector", FieldLanguage::kJsonPath);
inline constexpr FieldRow kArgumentsField = Template("Arguments", FieldLanguage::kJsonata);
inline constexpr FieldRow kOutputField = Template("Output", FieldLanguage::kJsonata);
inline constexpr FieldRow kAssignField = Template("Assign");

// Of a field that holds no timestamp.
void ReportBadTimestamp(const FieldReader& reader, std::string_view field, std::string_view text);

// What a state passes on, and the variables it sets.
struct Passed {
  Payload output;
  Value assigned;  // an object, or undefined if there is no Assign or it is empty
};

class DataFlow {
 public:
  explicit DataFlow(const StateReader& reader);

  // The input as the state sees it: InputPath applied. `raw` itself where there is no InputPath.
  Result<Payload> Input(const StepScope& scope, const Payload& raw) const;

  // What the state works on: Parameters or Arguments applied to `input`, or `input` itself.
  Result<Payload> Arguments(const StepScope& scope, const Payload& input) const;

  // What follows from `result`: ResultSelector, ResultPath into `raw`, OutputPath; Assign from the selected result. Or
  // Output and Assign, in which `result` is $states.result.
  Result<Passed> Output(const StepScope& scope, const Payload& raw, Value result) const;

  // The same for a state without a result of its own (Choice, Wait, Succeed): OutputPath applied to `input`, Assign
  // from it.
  Result<Passed> PassOn(const StepScope& scope, const Payload& input) const { return PassOn(scope, input, assign_); }
  // With another Assign than the state's, and another Output if there is one.
  Result<Passed> PassOn(const StepScope& scope, const Payload& input, const std::optional<PayloadTemplate>& assign,
                        const std::optional<PayloadTemplate>& output = std::nullopt) const;

  // What follows from a caught error: ResultPath of the Catcher into `raw`, and its Assign. OutputPath is not applied.
  // In JSONata its Output and Assign, in which the error is $states.errorOutput.
  static Result<Passed> CaughtOutput(const StepScope& scope, const Payload& raw, const Catcher& catcher,
                                     const WorkflowError& error, std::string_view state);

 private:
  Result<Payload> EvaluateArguments(const StepScope& scope, const Payload& input) const;
  Result<Payload> ApplyPath(const StepScope& scope, const std::optional<PathOrNull>& path, const Payload& to) const;
  Result<Payload> Finish(const StepScope& scope, Payload output) const;
  // Of a JSONata state: `output`, or else `otherwise`, and `assign`, all of which see what `seen` has.
  static Result<Passed> Evaluated(const StepScope& scope, const Scope& seen, const Payload& otherwise,
                                  const std::optional<PayloadTemplate>& output,
                                  const std::optional<PayloadTemplate>& assign, std::string_view state);

  const Value state_name_;
  const QueryLanguage language_;
  std::optional<PathOrNull> input_path_;
  std::optional<PathOrNull> output_path_;
  std::optional<PathOrNull> result_path_;
  std::optional<PayloadTemplate> parameters_;  // Arguments, in JSONata
  std::optional<PayloadTemplate> result_selector_;
  std::optional<PayloadTemplate> assign_;
  std::optional<PayloadTemplate> output_;  // JSONata
};

// Evaluates an Assign, which sees what `seen` has. The values are those of before, whatever the order of the variables.
Result<Value> EvaluateAssign(const StepScope& scope, const std::optional<PayloadTemplate>& assign, const Scope& seen);

// States.Runtime with AWS's sentence for a path that does not apply.
WorkflowError InvalidPath(const Path& path, const JsonPathMiss& miss);

// The number that a field gives or refers to. Fails with AWS's sentences for `path_field`, the name of the ...Path
// form.
Result<double> EvaluateNumber(const StepScope& scope, const NumberOrPath& field, std::string_view path_field,
                              const Value& input, bool integer);

// Is it within the quota for a payload, and within the depth that this process can write? Else the error that says so.
std::optional<WorkflowError> CheckPayload(const StepScope& scope, const Value& payload, std::string_view of);

}  // namespace gait
