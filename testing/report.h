// What became of the tests, for programs.
#pragma once

#include <string>
#include <vector>

#include "testing/coverage.h"
#include "testing/test_run.h"

namespace gait {

// Test Anything Protocol, version 14: https://testanything.org/tap-version-14-specification.html
std::string TapReport(const TestReport& report);

// JUnit's XML, as CI services read it: a testsuite for each file.
std::string JunitReport(const TestReport& report);

// {"files": [{"file", "cases": [{"name", "line", "result", "seconds", "elapsedSeconds", "path", "failures":
// [{"expectation", "message", "differences": [{"pointer", "expected", "actual"}]}]}]}], "passed", "failed", "skipped",
// "seconds", "coverage": [{"definition", "states": {"covered", "all", "missed": [{"what", "pointer", "line"}]}, ...}]}.
// What is not there on a side of a difference is left out.
std::string JsonReport(const TestReport& report, const std::vector<Coverage>& coverage);

// What is wrong with the files: {"findings": [{"file", "line", "column", "pointer", "severity", "rule", "message",
// "hint"}]}.
std::string FindingsReport(const std::vector<FileFindings>& findings);

// "passed", "failed", "skipped"
std::string_view ResultName(CaseResult result);

// A failure as lines for people, without indentation: "output differs", "  /total: expected 1, got 2".
std::vector<std::string> FailureLines(const CaseFailure& failure);

}  // namespace gait
