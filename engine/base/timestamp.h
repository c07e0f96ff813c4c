// Moments and spans of time, in milliseconds, and their RFC 3339 texts. Nothing here reads a clock
// (engine/run/clock.h).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gait {

struct Duration {
  int64_t ms = 0;

  static constexpr Duration Milliseconds(int64_t n) { return {n}; }
  static constexpr Duration Seconds(int64_t n) { return {n * 1000}; }
  static constexpr Duration Days(int64_t n) { return {n * 86'400'000}; }

  constexpr auto operator<=>(const Duration&) const = default;
};

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Timestamp {
  int64_t ms = 0;

  constexpr auto operator<=>(const Timestamp&) const = default;
  constexpr Timestamp operator+(Duration d) const { return {ms + d.ms}; }
  constexpr Duration operator-(Timestamp t) const { return {ms - t.ms}; }
};

// `2016-03-14T01:59:00.123Z`: what the context object shows (`$$.Execution.StartTime`).
std::string FormatTimestamp(Timestamp t);

// Reads an ISO 8601 extended offset date-time as java.time's does, which is what AWS's messages say it wants: date,
// `T`, hours and minutes, optional seconds and fraction (up to nine digits), then `Z` or an offset. Nothing else may
// follow. Empty if the text is none, or a field is out of range.
std::optional<Timestamp> ParseTimestamp(std::string_view text);

}  // namespace gait
