// What `gait replay` and `gait mocks from-history` read: a recorded history, and a definition to run with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "testing/history_file.h"
#include "testing/replay_run.h"

namespace gait::cli {

struct RecordingOptions {
  std::string history;
  std::string definition;
  std::string type = "STANDARD";
  std::string execution_arn;
  std::string limits = "aws";
  std::vector<std::string> substitutions;
  std::string substitutions_file;
};

// HISTORY
void AddHistoryArgument(CommandLine& line, RecordingOptions& options);
// --type, --execution-arn, --limits, --substitution, --substitutions
void AddRecordingOptions(CommandLine& line, RecordingOptions& options);

// The history; empty if the file has none, and then what is wrong was printed. Throws UsageError if it cannot be run
// again: it was read without data.
std::optional<RecordedHistory> ReadRecording(const RecordingOptions& options);

// The definition, and what runs of it are called; empty if it is invalid, and then what is wrong was printed.
std::optional<ReplayRunOptions> ReplayOptionsOf(const RecordingOptions& options);

}  // namespace gait::cli
