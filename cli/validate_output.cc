#include "cli/validate_output.h"

#include <unistd.h>

#include <cstdio>

#include "cli/render.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

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

}  // namespace

void PrintJson(std::span<const Checked> all) {
  ArrayBuilder files;
  for (const Checked& checked : all) {
    ArrayBuilder diagnostics;
    for (const Diagnostic& d : checked.diagnostics) diagnostics.Add(ToJsonValue(d));
    Value file = Value::Object({{"file", Value::String(checked.file)}});
    if (!checked.machine.empty()) file = std::move(file).With("machine", Value::String(checked.machine));
    files.Add(std::move(file).With("diagnostics", diagnostics.Build()));
  }
  const std::string text = ToPrettyJson(Value::Object({{"files", files.Build()}}));
  std::printf("%s\n", text.c_str());
}

void PrintText(std::span<const Checked> all) {
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

}  // namespace gait::cli
