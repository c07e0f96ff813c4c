// A recorded execution as a mock configuration (docs/mocks.md) and a workflow test (docs/testing-workflows.md).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/json/value.h"
#include "engine/step/execution_info.h"
#include "testing/history_file.h"
#include "testing/history_tree.h"
#include "testing/replay_run.h"

namespace gait {

struct HistoryMocksOptions {
  std::string name;            // of the test case, and what the names of mocked responses begin with
  std::string state_machine;   // its name
  std::string definition;      // the path that the test names
  std::string mock_config;     // the same
  std::string execution_name;  // "": not known
  StateMachineType type = StateMachineType::kStandard;
  std::map<std::string, std::string, std::less<>> substitutions = {};  // of the definition
};

struct HistoryMocks {
  Value mock_config;
  std::optional<Value> test;       // empty: no test can say what was recorded; a note has the reason
  std::vector<std::string> notes;  // sentences: what is left out, or may be otherwise
};

// `run` is what becomes of the execution when its tasks are answered at once, as mocks do; null if there is no
// definition to run. Attempts are numbered in the order in which it asked for them; without it, as they were scheduled
// in the recording. Of the output it expects what the run has, too: the rest is made anew each time.
HistoryMocks MakeMocks(const RecordedHistory& history, const HistoryTree& tree, const ReplayRun* run,
                       const HistoryMocksOptions& options);

// The test as YAML; as JSON, which YAML includes, if it would not be read back as the same value.
std::string ToTestYaml(const Value& test);

}  // namespace gait
