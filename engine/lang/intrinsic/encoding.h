// Texts and bytes, as the functions need them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gait::intrinsic {

// The number of bytes of the UTF-8 character that begins with `lead`; 1 for a byte that begins none.
size_t CharacterSize(char lead);
// The number of characters. REQUIRES: `text` is UTF-8.
size_t CharacterCount(std::string_view text);
// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(std::string_view text);

// RFC 4648, 4: the alphabet with + and /, padded.
std::string ToBase64(std::string_view bytes);
// Empty if `text` is not Base64. As Java's decoder: the padding may be left out, whole; bits that the last character
// has to spare are ignored; no white space, no URL alphabet.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace gait::intrinsic
