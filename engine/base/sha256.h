// SHA-256 (FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

namespace gait {

// 64 hexadecimal digits, lower case.
std::string Sha256Hex(std::string_view text);

}  // namespace gait
