// Decimal numbers as texts, compared by value whatever their size and precision.
#pragma once

#include <string_view>

namespace gait::jsonpath {

// Is `text` a number as Java's BigDecimal reads one? `-1`, `+1`, `.5`, `1.`, `1e-3`; no blanks, and an exponent of
// at most nine digits.
bool IsDecimal(std::string_view text);

// Negative, zero or positive, as `a` is less than, equal to or greater than `b`. REQUIRES: IsDecimal of both.
int CompareDecimals(std::string_view a, std::string_view b);

}  // namespace gait::jsonpath
