// A prompt on the terminal, with history (arrow keys) and completion (Tab).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gait::cli {

// Asks for line after line until the input ends, and hands each that is not empty to `take`. `words` are what Tab
// completes.
void Prompt(const char* text, const std::vector<std::string>& words,
            const std::function<void(const std::string&)>& take);

}  // namespace gait::cli
