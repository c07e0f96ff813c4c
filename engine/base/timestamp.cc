#include "engine/base/timestamp.h"

#include <chrono>
#include <cstdio>

namespace gait {
namespace {

// Reads the text from the left; every function fails without having to be undone, for a failure ends the parse.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool Digits(int count, int& value) {
    value = 0;
    for (int i = 0; i < count; ++i) {
      if (at_ == text_.size() || text_[at_] < '0' || text_[at_] > '9') return false;
      value = value * 10 + (text_[at_++] - '0');
    }
    return true;
  }
  bool Literal(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // The digits after the decimal point, as milliseconds; 1 to 9 of them.
  bool Fraction(int& ms) {
    ms = 0;
    int count = 0;
    for (int unit = 100; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++count, unit /= 10) {
      ms += (text_[at_] - '0') * unit;
    }
    return count >= 1 && count <= 9;
  }
  bool done() const { return at_ == text_.size(); }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::string FormatTimestamp(Timestamp t) {
  const auto moment = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(t.ms));
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(moment - midnight);
  char buffer[48];
  const int n =
      std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return std::string(buffer, static_cast<size_t>(n));
}

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  Reader in(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
  if (!in.Digits(4, year) || !in.Literal('-') || !in.Digits(2, month) || !in.Literal('-') || !in.Digits(2, day) ||
      !in.Literal('T') || !in.Digits(2, hour) || !in.Literal(':') || !in.Digits(2, minute)) {
    return std::nullopt;
  }
  if (in.Literal(':')) {
    if (!in.Digits(2, second)) return std::nullopt;
    if (in.Literal('.') && !in.Fraction(ms)) return std::nullopt;
  }
  int offset_minutes = 0;
  if (!in.Literal('Z')) {
    const bool minus = in.Literal('-');
    int h = 0, m = 0, s = 0;
    if ((!minus && !in.Literal('+')) || !in.Digits(2, h)) return std::nullopt;
    if (in.Literal(':')) {
      if (!in.Digits(2, m)) return std::nullopt;
      if (in.Literal(':') && !in.Digits(2, s)) return std::nullopt;
    }
    if (h > 18 || m > 59 || s > 59) return std::nullopt;
    offset_minutes = (minus ? -1 : 1) * (h * 60 + m);
  }
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!in.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * 86'400 + hour * 3600 + (minute - offset_minutes) * 60 + second;
  return Timestamp{seconds * 1000 + ms};
}

}  // namespace gait
