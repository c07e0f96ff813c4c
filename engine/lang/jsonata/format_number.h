// $formatNumber: numbers by XPath's decimal-format pictures (XPath Functions 3.1, section 4.7), `#,##0.00`.
#pragma once

#include <string>
#include <string_view>

#include "engine/json/value.h"

namespace gait::jsonata {

// `options`: an object of other characters than the usual, "decimal-separator" and the like, or undefined.
// Throws D3080 to D3093 for a picture that is none, T0410 for an option that is no string or an empty zero digit, U1001
// for a picture of more digits than a number has.
std::string FormatNumber(double number, std::string_view picture, const Value& options);

}  // namespace gait::jsonata
