// Running the cases of test files, several at a time.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "testing/check.h"
#include "testing/test_file.h"

namespace gait {

enum class CaseResult {
  kPassed,
  kFailed,
  kSkipped,  // it was not begun, for another had failed
};

struct CaseReport {
  std::string name;
  SourcePosition position;  // in the test file
  CaseResult result = CaseResult::kSkipped;
  std::vector<CaseFailure> failures;  // of one that failed
  std::vector<std::string> path;
  Duration elapsed;  // virtual
  double real_seconds = 0;
};

struct FileReport {
  std::string path;
  std::vector<CaseReport> cases;  // in the order of the file; those that the filter left out are not there
  Taken taken;                    // by all of them
};

struct TestReport {
  std::vector<FileReport> files;  // in the order in which they were given
  double real_seconds = 0;

  size_t Count(CaseResult result) const;
};

struct TestRunOptions {
  std::string filter;                               // in the name of a case, or in `FILE: NAME`
  bool bail = false;                                // no case is begun once one has failed
  int jobs = 1;                                     // cases at a time
  std::chrono::milliseconds case_time_max{60'000};  // real
  std::function<void(std::string_view)> log = {};   // as of CaseRequest
};

// REQUIRES: the files have no errors.
TestReport RunTests(const std::vector<TestFile>& files, const TestRunOptions& options);

}  // namespace gait
