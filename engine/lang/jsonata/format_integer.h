// $formatInteger and $parseInteger.
#pragma once

#include <string>
#include <string_view>

namespace gait::jsonata {

// A number with a fraction is rounded down. Throws D3130, D3131, U1001. REQUIRES: finite.
std::string FormatInteger(double number, std::string_view picture);

// NaN if the text is no such integer. Throws D3130, D3131, U1001.
double ParseInteger(std::string_view text, std::string_view picture);

}  // namespace gait::jsonata
