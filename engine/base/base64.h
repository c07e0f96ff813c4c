// Base64: RFC 4648, section 4, the alphabet with + and /, padded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gait {

std::string ToBase64(std::string_view bytes);

// Empty if `text` is not Base64. As Java's decoder: the padding may be left out, whole; bits that the last character
// has to spare are ignored; no white space, no URL alphabet.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace gait
