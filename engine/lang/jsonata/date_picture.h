// Pictures of dates and times, `[D1o] [MNn] [Y0001], [H01]:[m01]` (XPath Functions 3.1, section 9.8.4).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lang/jsonata/integer_picture.h"

namespace gait::jsonata {

// A text that stands for itself, or one component of the date.
struct DatePart {
  enum class Names { kNone, kLower, kUpper, kTitle };

  // Y year, M month, D day of the month, d day of the year, F day of the week, W week of the year, w week of the month,
  // X year of the week, x month of the week, H hour of 24, h hour of 12, P am or pm, m minute, s second, f
  // milliseconds, Z and z offset from UTC, C calendar, E era. 0: a text.
  char component = 0;
  std::u32string text;

  Names names = Names::kNone;            // by name, not by number
  std::optional<IntegerPicture> number;  // of all numeric components, also of Z and z
  std::optional<size_t> name_length_max;
  std::optional<size_t> year_digits;  // only the last so many are written
  bool zero_offset_is_z = false;      // Z and z: "Z" for UTC
  size_t parse_digits = 0;            // a number directly follows, so it has just so many; 0: any number
};

// Throws D3132 for an unknown component, D3135 for a bracket that is not closed, D3131 for digits of several scripts,
// U1001 for a width that no component needs.
std::vector<DatePart> AnalyseDatePicture(std::u32string_view picture);

struct DateName {
  std::string_view name;
  int value;
};
// The names of a month's component or a weekday's, in order; empty for a component that has none.
const std::vector<DateName>& NamesOf(char component);

}  // namespace gait::jsonata
