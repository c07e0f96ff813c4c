// $fromMillis and $toMillis: moments in milliseconds since 1970-01-01T00:00:00Z, as texts by date pictures or in ISO
// 8601. The one direction is in date_format.cc, the other in date_parse.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gait::jsonata {

// No picture: "2018-03-23T10:33:36.617Z". `timezone` is what the offset from UTC is as a number of hours and minutes,
// "+0530"; "": UTC.
// Throws D3130 to D3135 for what is wrong with the picture, T0410 if the moment lies beyond the calendar, or the time
// zone is no number, U1001 for a width that no component needs.
std::string FormatMillis(double millis, std::optional<std::string_view> picture, std::string_view timezone);

// Nothing if the text does not match the picture, or the picture has no components. NaN for a date that does not exist,
// "2018-13-01". What stands to the left of all that the text says is taken from `now_millis`: a time is one of today.
// No picture: ISO 8601; a time without an offset is in UTC. Throws D3110 if it is not that.
// Throws D3130 to D3133 and D3135 for what is wrong with the picture, D3136 for a component missing between others,
// U1001 for a picture of more than kPictureLengthMax.
std::optional<double> ParseMillis(std::string_view text, std::optional<std::string_view> picture, double now_millis);

}  // namespace gait::jsonata
