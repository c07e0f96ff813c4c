// What AWS says of a text that is not JSON: it quotes its parser, Jackson, and users compare it.
#pragma once

#include <string>
#include <string_view>

namespace gait {

// The message of the first error in `text`, without the position. REQUIRES: ParseJson refuses the text.
std::string JacksonMessage(std::string_view text);

}  // namespace gait
