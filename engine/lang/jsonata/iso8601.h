// Dates and times in ISO 8601, as $toMillis reads them without a picture.
#pragma once

#include <optional>
#include <string_view>

namespace gait::jsonata {

// A year, with a month, with a day, with a time in seconds or fractions of them, with "Z" or an offset from UTC:
// "2018-03-23T10:33:36.617+05:30". Milliseconds since 1970-01-01T00:00:00Z.
// Nothing if the text has another form; NaN if it has the form and means no moment, "2018-13".
std::optional<double> ReadIso8601(std::string_view text);

}  // namespace gait::jsonata
