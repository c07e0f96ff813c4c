// What `gait validate` is to look at: files, folders, patterns, standard input.
#pragma once

#include <string>
#include <vector>

#include "templates/sources.h"

namespace gait::cli {

// A definition may have 1 MiB, and a template, too; a plan may have more. What is larger is no input.
inline constexpr size_t kInputBytesMax = 16 * 1'048'576;

struct Input {
  std::string argument;            // as the user wrote it
  bool named;                      // the argument is the one file; otherwise files are what was found by it
  std::vector<std::string> files;  // sorted
};

// A folder gives the files below it that may hold a state machine, by their names; a pattern (`*`, `?`, `[...]`, `**`
// for any folders) those that match. Neither goes into hidden folders, node_modules, or along symbolic links to
// elsewhere. No file comes twice, unless it is named twice. Throws UsageError where nothing matches a pattern, or a
// folder cannot be read.
std::vector<Input> FindInputs(const std::vector<std::string>& arguments);

// Does a pattern, as above, match the path as a whole?
bool MatchesPattern(const std::string& pattern, const std::string& path);

// Reads the files that `template_file` names: those below its folder or the current one.
templates::FileReader ReaderFor(const std::string& template_file);

}  // namespace gait::cli
