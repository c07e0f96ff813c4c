#include "engine/lang/jsonata/iso8601.h"

#include <limits>

#include "engine/lang/jsonata/calendar.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A field at a time, from the left.
class Iso8601Reader {
 public:
  explicit Iso8601Reader(std::string_view text) : text_(text) {}

  // Nothing if the text has another form; NaN if it has the form, and means no moment.
  std::optional<double> Read() {
    DateTimeFields fields{.year = 0};
    if (!Number(4, '9', fields.year)) return std::nullopt;
    const bool has_month = Field('-', '1', fields.month);
    const bool has_day = Field('-', '3', fields.day);
    const bool has_time = Take('T');
    if (has_time &&
        !(Number(2, '2', fields.hour) && Field(':', '5', fields.minute) && Field(':', '5', fields.second))) {
      return std::nullopt;
    }
    bool rest_needs_time = false;
    if (Take('.')) {
      const size_t begin = at_;
      while (at_ < text_.size() && IsDigit(static_cast<char32_t>(text_[at_]))) ++at_;
      if (at_ == begin) return std::nullopt;
      fields.millisecond = Milliseconds(text_.substr(begin, at_ - begin));
      rest_needs_time = true;
    }
    double offset = 0;
    if (!Take('Z') && at_ < text_.size()) {
      if (!ReadOffset(offset)) return std::nullopt;
      rest_needs_time = true;
    }
    if (at_ < text_.size()) return std::nullopt;
    if ((has_day && !has_month) || (rest_needs_time && !has_time) || !IsMoment(fields)) return kNaN;
    return Millis(fields) - offset * 60'000;
  }

 private:
  bool Take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // `size` digits of which the first is not above `first_max`.
  bool Number(size_t size, char first_max, double& value) {
    if (text_.size() - at_ < size || text_[at_] > first_max) return false;
    double number = 0;
    for (size_t i = at_; i < at_ + size; ++i) {
      if (!IsDigit(static_cast<char32_t>(text_[i]))) return false;
      number = 10 * number + (text_[i] - '0');
    }
    value = number;
    at_ += size;
    return true;
  }
  // A separator and two digits, or nothing.
  bool Field(char separator, char first_max, double& value) {
    const size_t begin = at_;
    if (Take(separator) && Number(2, first_max, value)) return true;
    at_ = begin;
    return false;
  }
  bool ReadOffset(double& minutes) {
    const bool negative = text_[at_] == '-';
    if (!Take('+') && !Take('-')) return false;
    double hours = 0, rest = 0;
    if (!Number(2, '2', hours)) return false;
    Take(':');
    if (!Number(2, '5', rest)) return false;
    minutes = (negative ? -1 : 1) * (hours * 60 + rest);
    if (hours > 23) minutes = kNaN;
    return true;
  }
  static double Milliseconds(std::string_view digits) {
    double milliseconds = 0;
    for (size_t i = 0; i < 3; ++i) milliseconds = 10 * milliseconds + (i < digits.size() ? digits[i] - '0' : 0);
    return milliseconds;
  }
  // A day beyond the month's end counts on into the next month; nothing else does.
  static bool IsMoment(const DateTimeFields& fields) {
    const bool midnight = fields.hour == 24 && fields.minute == 0 && fields.second == 0 && fields.millisecond == 0;
    return fields.month >= 1 && fields.month <= 12 && fields.day >= 1 && fields.day <= 31 &&
           (fields.hour <= 23 || midnight);
  }
  static double Millis(const DateTimeFields& fields) {
    // Four digits are the year itself, also below 100, where ToMillis means another.
    constexpr double kYearsPerEra = 400, kDaysPerEra = 146'097;
    DateTimeFields later = fields;
    later.year += kYearsPerEra;
    return ToMillis(later) - kDaysPerEra * static_cast<double>(kMillisPerDay);
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<double> ReadIso8601(std::string_view text) { return Iso8601Reader(text).Read(); }

}  // namespace gait::jsonata
