// Numbers as texts, as JavaScript writes and JSONata reads them.
#pragma once

#include <string>
#include <string_view>

namespace gait::jsonata {

// JavaScript's Number.prototype.toString: "0.1", "1e+21". REQUIRES: `number` is finite.
std::string JavaScriptNumberText(double number);

// What $string gives: the same, after rounding to 15 significant digits what is no integer, so that 0.1 + 0.2 is "0.3".
// REQUIRES: `number` is finite.
std::string NumberText(double number);

// $number of a text: JSON's form, leading zeros allowed, or digits after 0x, 0o or 0b.
// Throws D3030 (the text as value, index 1) if it is none, or beyond double's range.
double ParseNumber(std::string_view text);

// $formatBase: both are rounded to integers, half to even. REQUIRES: both are finite.
// Throws D3100 (the radix as value) if the radix is not between 2 and 36.
std::string FormatBase(double number, double radix = 10);

}  // namespace gait::jsonata
