// A task of an execution that runs a test case of the mock configuration, and what answers it in the place of the one
// who does such work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/result.h"
#include "engine/base/timestamp.h"
#include "engine/json/value.h"
#include "engine/task/resource.h"
#include "engine/task/task_id.h"

namespace gait {

struct MockedTask {
  const TaskResource& resource;
  std::string_view state_machine;  // its name
  std::string_view test_case;
  std::string_view state;
  int64_t attempt = 0;  // of this state within its execution, from 0: retries count, and so does entering it again
  TaskId id = {};       // its ...Scheduled event, which observers have been told of
  std::optional<int64_t> timeout_seconds = {}, heartbeat_seconds = {};
};

// The output or the error of a task, and how long it takes: by default none comes between the call and it.
struct MockedOutcome {
  MockedOutcome(Result<Value> r, Duration d = {})
      : result(std::move(r)), after(d) {}  // NOLINT(google-explicit-constructor)

  Result<Value> result;
  Duration after;
};

// Nothing if the task's work is to be done: the test case does not name the state. Any thread.
using MockedAnswerOf = std::function<std::optional<MockedOutcome>(const MockedTask&)>;

}  // namespace gait
