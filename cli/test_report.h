// What became of the tests, for people.
#pragma once

#include <string>
#include <vector>

#include "testing/coverage.h"
#include "testing/test_run.h"

namespace gait::cli {

//   orders.test.yaml
//     ok    an order is charged and shipped
//     FAIL  the card is declined
//           status: expected FAILED, got SUCCEEDED
//           path: Charge > Ship
//   1 file: 2 cases, 1 passed, 1 failed
std::string RenderTests(const TestReport& report, bool color);

// A row for each definition, and what was missed of it.
std::string RenderCoverage(const std::vector<Coverage>& all, bool color);

}  // namespace gait::cli
