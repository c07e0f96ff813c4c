// The proleptic Gregorian calendar in UTC, over the years that JavaScript's dates reach: 271821 BC to 275760 AD.
#pragma once

#include <cstdint>

namespace gait::jsonata {

inline constexpr double kMillisMax = 8.64e15;  // either side of 1970
inline constexpr int64_t kMillisPerDay = 86'400'000;

struct YearMonth {
  int64_t year;
  int month;  // 1 to 12
};

struct DateTime {
  int64_t days;  // since 1970-01-01
  int64_t year;  // 0 is 1 BC
  int month, day;
  int hour, minute, second, millisecond;

  int DayOfYear() const;
  int DayOfWeek() const;  // 1 to 7, Monday is 1
};

// REQUIRES: within kMillisMax.
DateTime ToDateTime(int64_t millis);

// The first week of a year, or of a month, is the one with its first Thursday, so the days at either end may belong to
// the neighbour.
struct Week {
  YearMonth of;
  int number;  // from 1
};
Week WeekOfYear(const DateTime& date);  // `of.month` is 1
Week WeekOfMonth(const DateTime& date);

// Fields as people write them, fractions cut off. A month, day or time beyond its range runs over into the next. Years
// 0 to 99 are 1900 to 1999, as in JavaScript's Date.UTC. NaN beyond kMillisMax, or if a field is NaN.
struct DateTimeFields {
  double year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
};
double ToMillis(const DateTimeFields& fields);

}  // namespace gait::jsonata
