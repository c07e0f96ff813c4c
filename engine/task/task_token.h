// Task tokens: they say which task they are for, and carry 256 random bits that nobody can guess. Only their hash is
// kept, in the history, so a token is good as long as its task waits, across restarts, and there is no table of them.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/random.h"
#include "engine/task/task_id.h"

namespace gait {

// 64 characters of the URL-safe base64 alphabet. `random` must be the operating system's where the token is to be
// secret.
std::string MakeTaskToken(const TaskId& task, Random& random);

struct TaskToken {
  TaskId task;
  std::string hash;  // of the whole text: what the task's event has
};

// Reads a text that MakeTaskToken can have made; nothing if it is another.
std::optional<TaskToken> ReadTaskToken(std::string_view text);

// The token of this hash, if it stands in `text`, by itself or between characters that no token has; else "".
std::string FindTaskToken(std::string_view text, std::string_view hash);

// SHA-256, 64 hexadecimal digits.
std::string HashOfTaskToken(std::string_view text);

}  // namespace gait
