// The settings of `gait validate`: the file .gait.yaml of a project, and what the command line says in its place.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/files.h"
#include "engine/base/diagnostic.h"

namespace gait::cli {

struct ValidateSettings {
  std::map<std::string, std::optional<Severity>, std::less<>> severities;  // by rule; empty: off
  std::optional<size_t> max_warnings;
  std::string type;                   // "" if not given
  std::vector<std::string> excluded;  // globs of files, from the settings file's folder
  std::string folder;                 // of the settings file, "" if there is none
  Substitutions substitutions;
};

// The settings file of the present folder, or of the nearest one around it up to the one that has `.git`; "" if there
// is none. Its name is .gait.yaml, .gait.yml or .gait.json.
std::string FindSettingsFile();

// Throws UsageError, with all that is wrong, if it cannot be read.
ValidateSettings ReadSettingsFile(const std::string& file);

// `RULE=off`, `RULE=info`, `RULE=warning`, `RULE=error`. Throws UsageError.
void SetSeverity(ValidateSettings& settings, std::string_view flag);

// Findings of rules that are off are gone; the others have the severity that the settings give their rule.
void ApplySeverities(const ValidateSettings& settings, Diagnostics& diagnostics);

}  // namespace gait::cli
