// How `gait validate` prints what it found, for those who read it by machine.
#pragma once

#include <span>
#include <string>

#include "cli/checked.h"

namespace gait::cli {

// A log of the Static Analysis Results Interchange Format 2.1.0, as code scanning takes it:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
std::string ToSarif(std::span<const Checked> all);

// A workflow command of GitHub Actions for each finding, which the page of the change then shows beside its line:
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
std::string ToGithubAnnotations(std::span<const Checked> all);

// A Code Quality report of GitLab: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
std::string ToGitlabCodeQuality(std::span<const Checked> all);

// A test case for each definition, which fails if it has errors; its other findings are the output of the case.
std::string ToJunit(std::span<const Checked> all);

}  // namespace gait::cli
