// UTF-8 texts, as Java and JavaScript see them: as UTF-16 code units.
#pragma once

#include <compare>
#include <cstddef>
#include <string_view>

namespace gait {

// The order of two UTF-8 texts by their UTF-16 code units, which is Java's String.compareTo and JavaScript's `<`. It differs
// from the order of bytes only where a character beyond U+FFFF meets one from U+E000 to U+FFFF.
std::strong_ordering CompareUtf16(std::string_view a, std::string_view b);

// The number of code points. REQUIRES: valid UTF-8.
size_t CountCodePoints(std::string_view text);

}  // namespace gait
