// Answers the tasks of executions that run a test case of the mock configuration.
#pragma once

#include <optional>

#include "engine/task/mocked_task.h"
#include "integrations/mock_config.h"

namespace gait {

// What a MockedAnswerOf answers, at once. An attempt for which the mocked response has no answer, and a test case that
// is not there any more, fail the execution with States.Runtime, which nothing catches: a test must not go on with the
// real services.
std::optional<Result<Value>> MockedAnswer(const MockConfig& config, const MockedTask& task);

}  // namespace gait
