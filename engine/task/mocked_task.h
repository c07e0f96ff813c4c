// A task of an execution that runs a test case of the mock configuration, and what answers it in the place of the one
// who does such work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "engine/base/result.h"
#include "engine/json/value.h"
#include "engine/task/resource.h"

namespace gait {

struct MockedTask {
  const TaskResource& resource;
  std::string_view state_machine;  // its name
  std::string_view test_case;
  std::string_view state;
  int64_t attempt = 0;  // of this state within its execution, from 0: retries count, and so does entering it again
};

// The output or the error of the task, or nothing if its work is to be done: the test case does not name the state.
// Any thread.
using MockedAnswerOf = std::function<std::optional<Result<Value>>(const MockedTask&)>;

}  // namespace gait
