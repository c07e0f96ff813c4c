#include "cli/recording.h"

#include <unistd.h>

#include <cstdio>

#include "cli/files.h"
#include "cli/render.h"
#include "engine/base/arn.h"
#include "engine/definition/compile.h"
#include "engine/json/document.h"
#include "engine/json/write.h"
#include "states/state_table.h"

namespace gait::cli {
namespace {

constexpr size_t kHistoryBytesMax = 512 * 1'048'576;
constexpr size_t kDefinitionBytesMax = 16 * 1'048'576;

void Print(const Diagnostics& diagnostics, const std::string& file, const std::string& source) {
  for (const Diagnostic& d : diagnostics) {
    std::fputs(RenderDiagnostic(d, file, source, UseColor(STDERR_FILENO)).c_str(), stderr);
  }
}

// The names in the execution's ARN: `execution:MACHINE:NAME`, or `express:MACHINE:NAME:RUN`.
void TakeNames(const std::string& text, ReplayRunOptions& run) {
  const auto arn = ParseArn(text);
  const std::string_view type = arn ? arn->resource_type() : "";
  const std::string_view names = arn ? arn->resource_name() : "";
  const size_t colon = names.find(':');
  if (!arn || arn->service != "states" || (type != "execution" && type != "express") ||
      colon == std::string_view::npos) {
    throw UsageError("--execution-arn '" + text +
                     "' is no execution's ARN: arn:aws:states:REGION:ACCOUNT:execution:STATE_MACHINE:NAME");
  }
  run.account = {std::string(arn->account), std::string(arn->region), std::string(arn->partition)};
  run.state_machine = names.substr(0, colon);
  const std::string_view name = names.substr(colon + 1);
  run.execution = name.substr(0, name.find(':'));
}

}  // namespace

void AddHistoryArgument(CommandLine& line, RecordingOptions& options) {
  line.Add("HISTORY", options.history,
           "what aws stepfunctions get-execution-history, or gait history --format json, printed; - is standard "
           "input")
      .Required();
}

void AddRecordingOptions(CommandLine& line, RecordingOptions& options) {
  line.Add("--type", options.type, "the type of state machine").OneOf({"STANDARD", "EXPRESS"}).ShowDefault();
  line.Add("--execution-arn", options.execution_arn,
           "of the recorded execution: what the context object shows; a history does not have it");
  line.Add("--limits", options.limits, "whether AWS's quotas are enforced").OneOf({"aws", "off"}).ShowDefault();
  line.Add("--substitution", options.substitutions, "NAME=VALUE for ${NAME}; may be repeated");
  line.Add("--substitutions", options.substitutions_file, "a file of them: JSON, YAML, or lines of NAME=VALUE");
}

std::optional<RecordedHistory> ReadRecording(const RecordingOptions& options) {
  const std::string text = ReadFile(options.history, kHistoryBytesMax);
  HistoryFileParse parse = ReadHistoryFile(text, FormatOfFile(options.history));
  if (HasErrors(parse.diagnostics)) {
    Print(parse.diagnostics, options.history, text);
    return std::nullopt;
  }
  if (parse.history.without_data) {
    throw UsageError(options.history +
                     " has no inputs and no outputs: the history was read without execution data (aws stepfunctions "
                     "get-execution-history has --include-execution-data)");
  }
  if (!parse.history.events.front().payload.present()) {
    throw UsageError(options.history + ": the execution's input was cut short in the history: it cannot be run again");
  }
  return std::move(parse.history);
}

std::optional<ReplayRunOptions> ReplayOptionsOf(const RecordingOptions& options) {
  ReplayRunOptions run;
  run.state_machine = StateMachineNameOf(options.definition);
  if (!options.execution_arn.empty()) TakeNames(options.execution_arn, run);
  run.type = options.type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  run.aws_limits = options.limits == "aws";
  const std::string source = ReadFile(options.definition, kDefinitionBytesMax);
  CompileOptions compile;
  compile.states = StateTypes();
  compile.type = run.type;
  compile.quotas = run.aws_limits ? Quotas::Aws() : Quotas::Off();
  compile.format = FormatOfFile(options.definition);
  compile.substitutions = ReadSubstitutions(options.substitutions, options.substitutions_file);
  const CompileResult compiled = CompileDefinition(source, compile);
  if (compiled.machine == nullptr) {
    Print(compiled.diagnostics, options.definition, source);
    return std::nullopt;
  }
  const bool as_it_is = compile.format == DocumentFormat::kJson && compile.substitutions.empty();
  run.definition = as_it_is ? source : ToJson(compiled.definition);
  return run;
}

}  // namespace gait::cli
