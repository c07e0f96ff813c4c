// SHA-256 (FIPS 180-4), and messages authenticated with it (HMAC, RFC 2104).
#pragma once

#include <string>
#include <string_view>

namespace gait {

// 64 hexadecimal digits, lower case.
std::string Sha256Hex(std::string_view text);

// 32 bytes.
std::string HmacSha256(std::string_view key, std::string_view text);

// Two hexadecimal digits a byte, lower case.
std::string HexOf(std::string_view bytes);

// Are they the same? Takes as long wherever they differ, so that who guesses at `secret` learns nothing from the time.
bool EqualInConstantTime(std::string_view guess, std::string_view secret);

}  // namespace gait
