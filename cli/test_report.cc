#include "cli/test_report.h"

#include <cstdio>

#include "cli/table.h"
#include "testing/coverage_report.h"
#include "testing/report.h"

namespace gait::cli {
namespace {

std::string Paint(bool color, std::string_view code, std::string_view text) {
  return color ? "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string Counted(size_t n, std::string_view what) {
  return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

std::string RenderCase(const CaseReport& report, bool color) {
  const bool failed = report.result == CaseResult::kFailed;
  const std::string_view word = failed ? "FAIL" : report.result == CaseResult::kPassed ? "ok  " : "skip";
  const std::string_view code = failed ? "1;31" : report.result == CaseResult::kPassed ? "32" : "33";
  std::string text = "  " + Paint(color, code, word) + "  " + Printable(report.name) + "\n";
  if (!failed) return text;
  for (const CaseFailure& failure : report.failures) {
    for (const std::string& line : FailureLines(failure)) text += "        " + Printable(line) + "\n";
  }
  return text + "        " + Paint(color, "2", Printable("path: " + PathText(report.path))) + "\n";
}

}  // namespace

std::string RenderTests(const TestReport& report, bool color) {
  std::string text;
  size_t files = 0, cases = 0;
  for (const FileReport& file : report.files) {
    if (file.cases.empty()) continue;
    ++files;
    cases += file.cases.size();
    text += Paint(color, "1", Printable(file.path)) + "\n";
    for (const CaseReport& c : file.cases) text += RenderCase(c, color);
  }
  const size_t failed = report.Count(CaseResult::kFailed), skipped = report.Count(CaseResult::kSkipped);
  text += Counted(files, "file") + ": " + Counted(cases, "case") + ", " +
          std::to_string(report.Count(CaseResult::kPassed)) + " passed";
  if (failed > 0) text += ", " + Paint(color, "1;31", std::to_string(failed) + " failed");
  if (skipped > 0) text += ", " + std::to_string(skipped) + " skipped";
  return text + "\n";
}

std::string RenderCoverage(const std::vector<Coverage>& all, bool color) {
  Table table({"COVERAGE", "STATES", "TRANSITIONS", "RULES", "CATCHERS", "RETRIERS"});
  std::string missed;
  for (const Coverage& coverage : all) {
    std::vector<std::string> row{Printable(coverage.path)};
    for (size_t kind = 0; kind < kCoverageKinds; ++kind) {
      const CoverageCount count = coverage.Count(static_cast<CoverageKind>(kind));
      row.push_back(count.all == 0
                        ? "-"
                        : std::to_string(count.covered) + "/" + std::to_string(count.all) + " " + PercentText(count));
      for (const CoverageItem& item : coverage.items[kind]) {
        if (item.times > 0) continue;
        missed += Paint(color, "31", "not covered:") + " " +
                  Printable(coverage.path + ":" + std::to_string(item.position.line) + ":" +
                            std::to_string(item.position.column) + ": " + item.what) +
                  "\n";
      }
    }
    table.Add(std::move(row));
  }
  return table.Render() + missed;
}

}  // namespace gait::cli
