// How the findings of `gait validate` are printed.
#pragma once

#include <span>

#include "cli/checked.h"

namespace gait::cli {

void PrintText(std::span<const Checked> all);
void PrintJson(std::span<const Checked> all);

}  // namespace gait::cli
