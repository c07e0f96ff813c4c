// Does an outcome meet the expectations of its case?
#pragma once

#include <string>
#include <vector>

#include "testing/case_run.h"
#include "testing/compare.h"
#include "testing/test_file.h"

namespace gait {

struct CaseFailure {
  std::string expectation;              // "output", "calls of Charge", "elapsed", ...; "run": it was no test
  std::string message;                  // "expected 3, got 2"; "" where the differences say it
  std::vector<Difference> differences;  // none where the message says it
};

// None: the case passed. Where there is a problem with the run, only that.
std::vector<CaseFailure> CheckOutcome(const Expectations& expect, const CaseOutcome& outcome);

// `A > B > C`; of a long one the beginning and the end.
std::string PathText(const std::vector<std::string>& path);

// "1.5 s"
std::string SecondsText(double seconds);

}  // namespace gait
