#include "engine/base/error_names.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

WorkflowError Error(const char* name) { return WorkflowError{name, std::nullopt}; }

TEST_CASE("ErrorEquals matches as AWS does") {
  struct Row {
    const char* pattern;
    const char* error;
    bool matches;
  };
  const Row rows[] = {
      {"States.ALL", "CustomError", true},
      {"States.ALL", "States.Timeout", true},
      {"States.ALL", "States.DataLimitExceeded", true},
      {"States.ALL", "States.Runtime", false},
      {"States.Runtime", "States.Runtime", false},
      {"States.TaskFailed", "Lambda.ResourceNotFoundException", true},
      {"States.TaskFailed", "States.Timeout", false},
      {"States.TaskFailed", "States.Runtime", false},
      {"States.Timeout", "States.Timeout", true},
      {"States.DataLimitExceeded", "States.DataLimitExceeded", true},
      {"CustomError", "CustomError", true},
      {"CustomError", "customerror", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.error);
    CHECK(ErrorMatches(row.pattern, Error(row.error)) == row.matches);
  }
}

TEST_CASE("an error without a name is matched by the wildcards alone") {
  const WorkflowError nameless;
  CHECK(ErrorMatches("States.ALL", nameless));
  CHECK(ErrorMatches("States.TaskFailed", nameless));
  CHECK_FALSE(ErrorMatches("", nameless));
  CHECK_FALSE(ErrorMatches("Internal Error", nameless));
}

TEST_CASE("a missing heartbeat is a time-out that has a second name") {
  CHECK(ErrorMatches("States.Timeout", Error("States.Timeout"), true));
  CHECK(ErrorMatches("States.HeartbeatTimeout", Error("States.Timeout"), true));
  CHECK_FALSE(ErrorMatches("States.HeartbeatTimeout", Error("States.Timeout"), false));
}

}  // namespace
}  // namespace gait
