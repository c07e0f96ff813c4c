#include "engine/lang/jsonata/calendar.h"

#include <cmath>
#include <limits>

namespace gait::jsonata {
namespace {

constexpr int64_t kDaysPerEra = 146'097;  // 400 years
constexpr int64_t kDaysTo1970 = 719'468;  // from 0000-03-01, where eras begin

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

int WeekdayOf(int64_t days) {
  constexpr int64_t kMondayOffset = 3;  // 1970-01-01 was a Thursday
  return static_cast<int>(days + kMondayOffset - FloorDivide(days + kMondayOffset, 7) * 7) + 1;
}

int64_t DaysFrom1970(int64_t year, int month, int day) {
  // Years that begin in March have the leap day at their end.
  if (month <= 2) --year;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysTo1970;
}

int64_t FirstMonday(YearMonth of) {
  constexpr int kThursday = 4;
  const int64_t first = DaysFrom1970(of.year, of.month, 1);
  const int weekday = WeekdayOf(first);
  return first + (weekday > kThursday ? 8 : 1) - weekday;
}

Week WeekAmong(int64_t days, YearMonth before, YearMonth here, YearMonth after) {
  const YearMonth of = days >= FirstMonday(after) ? after : days < FirstMonday(here) ? before : here;
  return {of, static_cast<int>((days - FirstMonday(of)) / 7) + 1};
}

}  // namespace

DateTime ToDateTime(int64_t millis) {
  DateTime date;
  date.days = FloorDivide(millis, kMillisPerDay);
  const auto time = static_cast<int>(millis - date.days * kMillisPerDay);
  date.millisecond = time % 1000;
  date.second = time / 1000 % 60;
  date.minute = time / 60'000 % 60;
  date.hour = time / 3'600'000;

  const int64_t shifted = date.days + kDaysTo1970;
  const int64_t era = FloorDivide(shifted, kDaysPerEra);
  const int64_t day_of_era = shifted - era * kDaysPerEra;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto month_from_march = static_cast<int>((5 * day_of_year + 2) / 153);
  date.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

int DateTime::DayOfYear() const { return static_cast<int>(days - DaysFrom1970(year, 1, 1)) + 1; }
int DateTime::DayOfWeek() const { return WeekdayOf(days); }

Week WeekOfYear(const DateTime& date) {
  return WeekAmong(date.days, {date.year - 1, 1}, {date.year, 1}, {date.year + 1, 1});
}

Week WeekOfMonth(const DateTime& date) {
  const YearMonth here = {date.year, date.month};
  const YearMonth before = here.month == 1 ? YearMonth{here.year - 1, 12} : YearMonth{here.year, here.month - 1};
  const YearMonth after = here.month == 12 ? YearMonth{here.year + 1, 1} : YearMonth{here.year, here.month + 1};
  return WeekAmong(date.days, before, here, after);
}

double ToMillis(const DateTimeFields& fields) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kYearMax = 400'000;  // beyond all dates, and small enough for integers
  double year = std::trunc(fields.year);
  if (year >= 0 && year <= 99) year += 1900;
  const double month = std::trunc(fields.month) - 1;
  year += std::floor(month / 12);
  if (!(std::abs(year) <= kYearMax)) return kNaN;
  const auto month_of_year = static_cast<int>(month - std::floor(month / 12) * 12) + 1;
  const auto first = static_cast<double>(DaysFrom1970(static_cast<int64_t>(year), month_of_year, 1));
  const double time = std::trunc(fields.hour) * 3'600'000 + std::trunc(fields.minute) * 60'000 +
                      std::trunc(fields.second) * 1000 + std::trunc(fields.millisecond);
  const double millis = (first + std::trunc(fields.day) - 1) * static_cast<double>(kMillisPerDay) + time;
  return std::abs(millis) <= kMillisMax ? millis : kNaN;
}

}  // namespace gait::jsonata
