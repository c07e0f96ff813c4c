// gait validate: checks definitions, for people and for CI.
#include <unistd.h>

#include <cstdio>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/render.h"
#include "engine/definition/compile.h"
#include "engine/json/write.h"
#include "engine/lint/lint.h"
#include "states/state_table.h"

namespace gait::cli {
namespace {

// A definition may have 1 MiB; what is larger is read this far to say so.
constexpr size_t kBytesMax = 16 * 1'048'576;

struct Options {
  std::vector<std::string> files;
  std::string type = "STANDARD";
  std::string format = "text";
  std::vector<std::string> substitutions;
  std::string substitutions_file;
};

struct Checked {
  std::string file;
  std::string source;
  Diagnostics diagnostics;
};

Checked Check(const std::string& file, const Options& options) {
  CompileOptions compile;
  compile.states = StateTypes();
  compile.type = options.type == "EXPRESS" ? StateMachineType::kExpress : StateMachineType::kStandard;
  compile.format = FormatOfFile(file);
  compile.substitutions = ReadSubstitutions(options.substitutions, options.substitutions_file);
  compile.keep_placeholders = true;
  compile.lint = [&](const Value& definition, Report& report) { Lint(definition, {compile.type}, report); };
  Checked checked{file, ReadFile(file, kBytesMax), {}};
  CompileResult result = CompileDefinition(checked.source, compile);
  checked.diagnostics = std::move(result.diagnostics);
  ApplySuppressions(checked.source, compile.format, result.definition, checked.diagnostics);
  return checked;
}

Value ToJsonValue(const Diagnostic& d) {
  return Value::Object({
      {"severity", Value::String(SeverityName(d.severity))},
      {"rule", Value::String(d.rule)},
      {"code", Value::String(d.code)},
      {"message", Value::String(d.message)},
      {"hint", Value::String(d.hint)},
      {"pointer", Value::String(d.pointer)},
      {"location", Value::String(d.location)},
      {"line", Value::Int(d.position.line)},
      {"column", Value::Int(d.position.column)},
  });
}

void PrintJson(const std::vector<Checked>& all) {
  ArrayBuilder files;
  for (const Checked& checked : all) {
    ArrayBuilder diagnostics;
    for (const Diagnostic& d : checked.diagnostics) diagnostics.Add(ToJsonValue(d));
    files.Add(Value::Object({{"file", Value::String(checked.file)}, {"diagnostics", diagnostics.Build()}}));
  }
  const std::string text = ToPrettyJson(Value::Object({{"files", files.Build()}}));
  std::printf("%s\n", text.c_str());
}

void PrintText(const std::vector<Checked>& all) {
  const bool color = UseColor(STDOUT_FILENO);
  size_t errors = 0, warnings = 0;
  for (const Checked& checked : all) {
    for (const Diagnostic& d : checked.diagnostics) {
      (d.severity == Severity::kError ? errors : warnings) += 1;
      std::fputs(RenderDiagnostic(d, checked.file, checked.source, color).c_str(), stdout);
    }
  }
  std::printf("%zu %s: %zu %s, %zu %s\n", all.size(), all.size() == 1 ? "definition" : "definitions", errors,
              errors == 1 ? "error" : "errors", warnings, warnings == 1 ? "warning" : "warnings");
}

int Validate(const Options& options) {
  std::vector<Checked> all;
  bool valid = true;
  for (const std::string& file : options.files) {
    all.push_back(Check(file, options));
    valid = valid && !HasErrors(all.back().diagnostics);
  }
  if (options.format == "json") {
    PrintJson(all);
  } else {
    PrintText(all);
  }
  return valid ? kSucceeded : kFailed;
}

}  // namespace

std::function<int()> ConfigureValidate(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("FILE", options->files, "definitions: .asl.json, .asl.yaml; - is standard input").Required();
  line.Add("--type", options->type, "the type of state machine that the definitions are for")
      .OneOf({"STANDARD", "EXPRESS"})
      .ShowDefault();
  line.Add("--format", options->format, "how findings are printed").OneOf({"text", "json"}).ShowDefault();
  line.Add("--substitution", options->substitutions, "NAME=VALUE for ${NAME}; may be repeated");
  line.Add("--substitutions", options->substitutions_file, "a file of them: JSON, YAML, or lines of NAME=VALUE");
  return [options] { return Validate(*options); };
}

}  // namespace gait::cli
