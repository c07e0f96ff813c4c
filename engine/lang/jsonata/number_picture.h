// The pictures of $formatNumber: what stands for what in them, and what they ask for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/value.h"

namespace gait::jsonata {

struct DecimalFormat {
  std::u32string decimal_separator = U".";
  std::u32string grouping_separator = U",";
  std::u32string exponent_separator = U"e";
  std::u32string infinity = U"Infinity";
  std::u32string minus_sign = U"-";
  std::u32string nan = U"NaN";
  std::u32string percent = U"%";
  std::u32string per_mille = U"\u2030";
  std::u32string zero_digit = U"0";
  std::u32string digit = U"#";
  std::u32string pattern_separator = U";";

  bool IsZeroToNine(char32_t c) const;
  // Does `c` stand for something in a picture, or for itself?
  bool IsActive(char32_t c) const;
};

// With what `options` say instead; undefined: nothing. Throws T0410 for an option that is no string, or an empty zero
// digit.
DecimalFormat ReadDecimalFormat(const Value& options);

// How numbers of one sign are written.
struct NumberPicture {
  enum class Scale { kOne, kPercent, kPerMille };

  std::u32string prefix, suffix;
  Scale scale = Scale::kOne;
  bool has_decimal_separator = false;
  size_t integer_digits = 0;   // at least
  size_t mantissa_digits = 0;  // before the decimal separator, where there is an exponent
  size_t fraction_digits = 0, fraction_digits_max = 0;
  size_t exponent_digits = 0;  // at least; 0: no exponent is written
  // How many integer digits stand to the right of each grouping separator, how many fraction digits to its left.
  std::vector<size_t> integer_groups, fraction_groups;
  size_t interval = 0;  // of the integer groups, where they repeat; 0: they do not
};

// One picture, or one for numbers from 0 on and one for those below.
// Throws D3080 to D3093, and U1001 for a picture that is too long.
std::vector<NumberPicture> AnalyseNumberPicture(std::u32string_view picture, const DecimalFormat& format);

}  // namespace gait::jsonata
