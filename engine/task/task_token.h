// Task tokens: 256 random bits, handed out as text, stored as their hash alone.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/random.h"

namespace gait {

// 43 characters of the URL-safe base64 alphabet. `random` must be the operating system's where the token is to be
// secret.
std::string MakeTaskToken(Random& random);

// Is it a text that MakeTaskToken can have made?
bool IsTaskToken(std::string_view text);

}  // namespace gait
