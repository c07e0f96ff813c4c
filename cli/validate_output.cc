#include "cli/validate_output.h"

#include <unistd.h>

#include <cstdio>

#include "cli/render.h"
#include "engine/json/write.h"

namespace gait::cli {
namespace {

Value ToJsonValue(const Diagnostic& d) {
  Value finding = Value::Object({
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
  return d.fix ? std::move(finding).With("fix", Value::String(d.fix->title)) : finding;
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

FindingCounts CountFindings(std::span<const Checked> all) {
  FindingCounts counts;
  for (const Checked& checked : all) {
    for (const Diagnostic& d : checked.diagnostics) {
      (d.severity == Severity::kError     ? counts.errors
       : d.severity == Severity::kWarning ? counts.warnings
                                          : counts.hints) += 1;
      counts.fixable += d.fix ? 1 : 0;
    }
  }
  return counts;
}

void PrintText(std::span<const Checked> all) {
  const bool color = UseColor(STDOUT_FILENO);
  for (const Checked& checked : all) {
    for (const Diagnostic& d : checked.diagnostics) {
      std::fputs(RenderDiagnostic(d, checked.file, checked.source, color).c_str(), stdout);
    }
  }
  const FindingCounts counts = CountFindings(all);
  const auto counted = [](size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); };
  std::string line = counted(all.size(), "definition") + ": " + counted(counts.errors, "error") + ", " +
                     counted(counts.warnings, "warning");
  if (counts.hints > 0) line += ", " + counted(counts.hints, "hint");
  if (counts.fixable > 0) line += "; " + std::to_string(counts.fixable) + " can be mended with --fix";
  std::printf("%s\n", line.c_str());
}

}  // namespace gait::cli
