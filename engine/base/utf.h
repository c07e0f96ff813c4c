// UTF-8 texts, also as Java and JavaScript see them: as UTF-16 code units.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gait {

// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool IsUtf8(std::string_view text);

// `text` with U+FFFD in the place of every byte that is not part of a character.
std::string ReplaceInvalidUtf8(std::string_view text);

// The number of bytes of the character at the beginning of the text; 0 if the bytes there are none, or not all of one.
// REQUIRES: the text is not empty.
size_t Utf8CharacterSize(std::string_view text);

// The number of bytes of the UTF-8 character that begins with `lead`; 1 for a byte that begins none.
size_t Utf8Size(char lead);

// The order of two UTF-8 texts by their UTF-16 code units, which is Java's String.compareTo and JavaScript's `<`. It
// differs from the order of bytes only where a character beyond U+FFFF meets one from U+E000 to U+FFFF.
std::strong_ordering CompareUtf16(std::string_view a, std::string_view b);

// REQUIRES: a code point that is no surrogate.
void AppendUtf8(std::string& text, uint32_t code_point);

// The number of code points. REQUIRES: valid UTF-8.
size_t CountCodePoints(std::string_view text);

}  // namespace gait
