// How the findings of `gait validate` are printed.
#pragma once

#include <cstddef>
#include <span>

#include "cli/checked.h"

namespace gait::cli {

struct FindingCounts {
  size_t errors = 0, warnings = 0, hints = 0;
  size_t fixable = 0;  // of all of them
};
FindingCounts CountFindings(std::span<const Checked> all);

void PrintText(std::span<const Checked> all);
void PrintJson(std::span<const Checked> all);

}  // namespace gait::cli
