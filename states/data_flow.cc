#include "states/data_flow.h"

#include <cmath>

#include "engine/base/cause_table.h"
#include "engine/base/error_names.h"
#include "engine/definition/fixes.h"
#include "engine/json/write.h"
#include "engine/lang/reference_path.h"

namespace gait {
namespace {

WorkflowError Runtime(std::string cause) { return {std::string(error_names::kRuntime), std::move(cause)}; }

std::optional<WorkflowError> CheckVariables(const StepScope& scope, const Value& assigned) {
  const Quotas& quotas = scope.quotas();
  size_t total = 0;
  for (const Member& m : assigned.members()) {
    const size_t size = JsonSize(m.value);
    total += size;
    if (size > quotas.variable_bytes_max) {
      return WorkflowError{std::string(error_names::kDataLimitExceeded),
                           CauseText(Cause::kVariableTooLarge, {"the variable '" + std::string(m.name()) + "'"})};
    }
  }
  if (total > quotas.variable_bytes_max) {
    return WorkflowError{std::string(error_names::kDataLimitExceeded),
                         CauseText(Cause::kVariableTooLarge, {"the variables that one Assign sets"})};
  }
  for (const Branch* b : scope.progress().branches()) {
    if (b->variables.is_object()) total += JsonSize(b->variables);
  }
  if (total > quotas.variables_bytes_max) {
    return WorkflowError{std::string(error_names::kDataLimitExceeded),
                         CauseText(Cause::kVariableTooLarge, {"all variables of the execution"})};
  }
  return std::nullopt;
}

// `value` where `result_path` says, in `raw`.
Result<Payload> Combine(const std::optional<PathOrNull>& result_path, const Payload& raw, Value value) {
  if (!result_path) return Payload(std::move(value));
  if (!result_path->path) return raw;  // null: the result is discarded
  const Path& path = *result_path->path;
  if (path.json_path().reference_steps().empty()) return Payload(std::move(value));
  std::optional<Value> combined = PlaceAt(raw.value(), path.json_path(), std::move(value));
  if (combined) return Payload(*std::move(combined));
  return WorkflowError{std::string(error_names::kResultPathMatchFailure),
                       CauseText(Cause::kResultPathNotApplicable, {path.text(), raw.text()})};
}

}  // namespace

void ReportBadTimestamp(const FieldReader& reader, std::string_view field, std::string_view text) {
  const Place place = reader.place().Key(field);
  const std::string path_field = std::string(field) + "Path";
  const bool is_path = LooksLikePath(text);
  Diagnostic& finding = reader.report().Add(
      "bad-timestamp", place, "String does not match RFC3339 timestamp",
      is_path ? "a path stands in " + path_field : "write it as 2016-03-14T01:59:00Z, with T and a zone");
  std::string upper(text);
  for (char& c : upper) c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;
  if (is_path && !reader.Has(path_field)) finding.fix = RenameTo(path_field, place, field);
  if (ParseTimestamp(upper)) finding.fix = SetTo(Value::String(upper), place);
}

WorkflowError InvalidPath(const Path& path, const JsonPathMiss& miss) {
  return Runtime(CauseText(Cause::kInvalidPath, {path.text(), miss.message}));
}

std::optional<WorkflowError> CheckPayload(const StepScope& scope, const Value& payload, std::string_view of) {
  if (payload.depth() > kNestingMax) return Runtime(CauseText(Cause::kNestingTooDeep));
  if (JsonSize(payload) <= scope.quotas().payload_bytes_max) return std::nullopt;
  return WorkflowError{std::string(error_names::kDataLimitExceeded), CauseText(Cause::kStateOutputTooLarge, {of})};
}

Result<Value> EvaluateAssign(const StepScope& scope, const std::optional<PayloadTemplate>& assign, const Scope& seen) {
  if (!assign) return Value();
  Result<Value> assigned = assign->Evaluate(seen);
  if (!assigned || assigned->size() == 0) return assigned ? Result<Value>(Value()) : assigned;
  if (auto error = CheckVariables(scope, *assigned)) return *std::move(error);
  return assigned;
}

Result<double> EvaluateNumber(const StepScope& scope, const NumberOrPath& field, std::string_view path_field,
                              const Value& input, bool integer) {
  if (field.expression) {
    Result<Value> value = field.expression->EvaluateAs("number", scope.ForExpression(input));
    if (!value) return std::move(value).error();
    return value->as_double();
  }
  if (!field.path) return field.literal.value_or(0);
  auto found = field.path->Evaluate(scope.ForExpression(input));
  if (auto* miss = std::get_if<JsonPathMiss>(&found)) return InvalidPath(*field.path, *miss);
  const Value& value = std::get<Value>(found);
  double number = value.is_number() ? value.as_double() : NAN;
  if (value.is_string()) {  // recorded: "2" is taken for 2
    const std::string text(value.as_string());
    char* end = nullptr;
    number = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') number = NAN;
  }
  if (std::isfinite(number) && (!integer || number == std::floor(number))) return number;
  return Runtime(
      CauseText(integer ? Cause::kNotAnInteger : Cause::kNotAFloat,
                {path_field, value.is_string() ? std::string(value.as_string()) : ToJson(value), field.path->text()}));
}

DataFlow::DataFlow(const StateReader& reader)
    : state_name_(reader.name()),
      language_(reader.language()),
      input_path_(reader.NullablePath("InputPath")),
      output_path_(reader.NullablePath("OutputPath")),
      result_path_(reader.NullablePath("ResultPath")),
      parameters_(reader.Template(language_ == QueryLanguage::kJsonata ? "Arguments" : "Parameters")),
      result_selector_(reader.Template("ResultSelector")),
      assign_(reader.Assign()),
      output_(reader.Template("Output")) {}

Result<Payload> DataFlow::ApplyPath(const StepScope& scope, const std::optional<PathOrNull>& path,
                                    const Payload& to) const {
  if (!path) return to;
  if (!path->path) return Payload(Value::Object());
  auto found = path->path->Evaluate(scope.ForExpression(to.value()));
  if (auto* miss = std::get_if<JsonPathMiss>(&found)) return InvalidPath(*path->path, *miss);
  Value& value = std::get<Value>(found);
  if (value.SameAs(to.value())) return to;
  return Payload(std::move(value));
}

Result<Payload> DataFlow::Input(const StepScope& scope, const Payload& raw) const {
  Result<Payload> input = ApplyPath(scope, input_path_, raw);
  if (scope.inspected() && input && language_ == QueryLanguage::kJsonPath) {
    scope.Note(Inspected::kAfterInputPath, input->value());
  }
  return input;
}

Result<Payload> DataFlow::Arguments(const StepScope& scope, const Payload& input) const {
  Result<Payload> arguments = EvaluateArguments(scope, input);
  if (scope.inspected() && arguments) {
    const bool jsonata = language_ == QueryLanguage::kJsonata;
    scope.Note(jsonata ? Inspected::kAfterArguments : Inspected::kAfterParameters, arguments->value());
  }
  return arguments;
}

Result<Payload> DataFlow::EvaluateArguments(const StepScope& scope, const Payload& input) const {
  if (!parameters_) return input;
  Result<Value> value = parameters_->Evaluate(scope.ForExpression(input.value()));
  if (!value) return std::move(value).error();
  if (auto error = CheckPayload(scope, *value, state_name_.as_string())) return *std::move(error);
  return Payload(std::move(value).value());
}

Result<Payload> DataFlow::Finish(const StepScope& scope, Payload output) const {
  Result<Payload> filtered = ApplyPath(scope, output_path_, output);
  if (!filtered) return filtered;
  if (auto error = CheckPayload(scope, filtered->value(), state_name_.as_string())) return *std::move(error);
  return filtered;
}

Result<Passed> DataFlow::Evaluated(const StepScope& scope, const Scope& seen, const Payload& otherwise,
                                   const std::optional<PayloadTemplate>& output,
                                   const std::optional<PayloadTemplate>& assign, std::string_view state) {
  Result<Value> assigned = EvaluateAssign(scope, assign, seen);
  if (!assigned) return std::move(assigned).error();
  if (!output) return Passed{otherwise, std::move(assigned).value()};
  Result<Value> value = output->Evaluate(seen);
  if (!value) return std::move(value).error();
  if (auto error = CheckPayload(scope, *value, state)) return *std::move(error);
  return Passed{Payload(std::move(value).value()), std::move(assigned).value()};
}

Result<Passed> DataFlow::Output(const StepScope& scope, const Payload& raw, Value result) const {
  if (language_ == QueryLanguage::kJsonata) {
    const Payload otherwise(result);
    Scope seen = scope.ForExpression(raw.value());
    seen.result = &otherwise.value();
    return Evaluated(scope, seen, otherwise, output_, assign_, state_name_.as_string());
  }
  if (result_selector_) {
    Result<Value> selected = result_selector_->Evaluate(scope.ForExpression(result));
    if (!selected) return std::move(selected).error();
    result = std::move(selected).value();
  }
  scope.Note(Inspected::kAfterResultSelector, result);
  Result<Value> assigned = EvaluateAssign(scope, assign_, scope.ForExpression(result));
  if (!assigned) return std::move(assigned).error();
  Result<Payload> combined = Combine(result_path_, raw, std::move(result));
  if (!combined) return std::move(combined).error();
  if (scope.inspected()) scope.Note(Inspected::kAfterResultPath, combined->value());
  Result<Payload> output = Finish(scope, std::move(combined).value());
  if (!output) return std::move(output).error();
  return Passed{std::move(output).value(), std::move(assigned).value()};
}

Result<Passed> DataFlow::PassOn(const StepScope& scope, const Payload& input,
                                const std::optional<PayloadTemplate>& assign,
                                const std::optional<PayloadTemplate>& output) const {
  if (language_ == QueryLanguage::kJsonata) {
    return Evaluated(scope, scope.ForExpression(input.value()), input, output ? output : output_, assign,
                     state_name_.as_string());
  }
  Result<Value> assigned = EvaluateAssign(scope, assign, scope.ForExpression(input.value()));
  if (!assigned) return std::move(assigned).error();
  Result<Payload> finished = Finish(scope, input);
  if (!finished) return std::move(finished).error();
  return Passed{std::move(finished).value(), std::move(assigned).value()};
}

Result<Passed> DataFlow::CaughtOutput(const StepScope& scope, const Payload& raw, const Catcher& catcher,
                                      const WorkflowError& error, std::string_view state) {
  const Value error_output = Value::Object(
      {{"Error", Value::String(error.error.value_or(""))}, {"Cause", Value::String(error.cause.value_or(""))}});
  if (catcher.language == QueryLanguage::kJsonata) {
    Scope seen = scope.ForExpression(raw.value());
    seen.error_output = &error_output;
    return Evaluated(scope, seen, Payload(error_output), catcher.output, catcher.assign, state);
  }
  Result<Value> assigned = EvaluateAssign(scope, catcher.assign, scope.ForExpression(error_output));
  if (!assigned) return std::move(assigned).error();
  Result<Payload> output = Combine(catcher.result_path, raw, error_output);
  if (!output) return std::move(output).error();
  return Passed{std::move(output).value(), std::move(assigned).value()};
}

}  // namespace gait
