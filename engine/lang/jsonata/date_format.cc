#include <algorithm>
#include <cmath>

#include "engine/lang/jsonata/calendar.h"
#include "engine/lang/jsonata/date_picture.h"
#include "engine/lang/jsonata/date_time.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

// The hours and minutes of an offset from UTC. The reference divides rounding down, so "-0530" is -6 hours and -30
// minutes.
struct Offset {
  double hours = 0, minutes = 0;

  double AsNumber() const { return hours * 100 + minutes; }
  double Millis() const { return (hours * 60 + minutes) * 60'000; }
};

Offset ReadOffset(std::string_view timezone) {
  if (timezone.empty()) return {};
  const double number = ReadInteger(ToCodePoints(timezone));
  if (std::isnan(number)) throw Error("T0410").Token("fromMillis").With(Value::String(timezone)).Index(3);
  return {std::floor(number / 100), std::fmod(number, 100)};
}

double NumberOf(char component, const DateTime& date) {
  switch (component) {
    case 'Y': return static_cast<double>(date.year);
    case 'M': return date.month;
    case 'D': return date.day;
    case 'd': return date.DayOfYear();
    case 'F': return date.DayOfWeek();
    case 'W': return WeekOfYear(date).number;
    case 'w': return WeekOfMonth(date).number;
    case 'X': return static_cast<double>(WeekOfYear(date).of.year);
    case 'x': return WeekOfMonth(date).of.month;
    case 'H': return date.hour;
    case 'h': return date.hour % 12 == 0 ? 12 : date.hour % 12;
    case 'm': return date.minute;
    case 's': return date.second;
    default: return date.millisecond;
  }
}

std::string InCase(std::string text, DatePart::Names names) {
  if (names == DatePart::Names::kTitle) return text;
  for (char& c : text) c = names == DatePart::Names::kUpper ? ToUpper(c) : ToLower(c);
  return text;
}

std::string FormatName(const DatePart& part, int value) {
  const std::vector<DateName>& names = NamesOf(part.component);
  if (names.empty()) throw Error("D3133").With(Value::String(std::string(1, part.component)));
  const std::string_view name = names[static_cast<size_t>(value - 1)].name;
  return InCase(std::string(name.substr(0, part.name_length_max.value_or(name.size()))), part.names);
}

std::string FormatOffset(const DatePart& part, const Offset& offset) {
  const IntegerPicture& picture = *part.number;
  const size_t digits = picture.mandatory_digits;
  const bool hours_first = picture.interval == 0 && digits <= 2;
  if (digits == 0) throw Error("D3134");  // the hours in words, or Roman
  if (picture.interval == 0 && digits > 4) throw Error("D3134").With(Value::Int(static_cast<int64_t>(digits)));
  const double number = offset.AsNumber();
  if (number == 0 && part.zero_offset_is_z) return "Z";
  std::string text = part.component == 'z' ? "GMT" : "";
  if (number >= 0) text += '+';
  if (!hours_first) return text + FormatInteger(number, picture);
  text += FormatInteger(offset.hours, picture);
  if (offset.minutes == 0) return text;
  return text + ":" + FormatInteger(offset.minutes, AnalyseIntegerPicture(U"00"));
}

std::string FormatPart(const DatePart& part, const DateTime& date, const Offset& offset) {
  switch (part.component) {
    case 0: return ToUtf8(part.text);
    case 'Z':
    case 'z': return FormatOffset(part, offset);
    case 'P': {
      const bool upper = part.names == DatePart::Names::kUpper;
      return date.hour >= 12 ? (upper ? "PM" : "pm") : (upper ? "AM" : "am");
    }
    case 'C':
    case 'E': return "ISO";
    default: break;
  }
  double number = NumberOf(part.component, date);
  if (part.year_digits) number = std::fmod(number, std::pow(10, static_cast<double>(*part.year_digits)));
  return part.number ? FormatInteger(number, *part.number) : FormatName(part, static_cast<int>(number));
}

}  // namespace

std::string FormatMillis(double millis, std::optional<std::string_view> picture, std::string_view timezone) {
  constexpr std::string_view kIso8601 = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";
  const std::vector<DatePart> parts = AnalyseDatePicture(ToCodePoints(picture.value_or(kIso8601)));
  const Offset offset = ReadOffset(timezone);
  const double local = std::trunc(millis + offset.Millis());
  if (!(std::abs(local) <= kMillisMax)) throw Error("T0410").Token("fromMillis").With(Value::Double(millis)).Index(1);
  const DateTime date = ToDateTime(static_cast<int64_t>(local));
  std::string text;
  for (const DatePart& part : parts) text += FormatPart(part, date, offset);
  return text;
}

}  // namespace gait::jsonata
