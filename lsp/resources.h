// The Resources of the optimised integrations, with the patterns that each action has.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
#pragma once

#include <string>
#include <vector>

namespace gait::lsp {

// "arn:aws:states:::lambda:invoke", "arn:aws:states:::lambda:invoke.waitForTaskToken", ...
std::vector<std::string> OptimizedResources();

}  // namespace gait::lsp
