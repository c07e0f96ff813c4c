#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/lang/jsonata/calendar.h"
#include "engine/lang/jsonata/date_picture.h"
#include "engine/lang/jsonata/date_time.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/iso8601.h"
#include "engine/lang/jsonata/picture_text.h"
#include "engine/lang/jsonata/text_match.h"

namespace gait::jsonata {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool IsOffset(const DatePart& part) { return part.component == 'Z' || part.component == 'z'; }

// What stands between the hours and the minutes of an offset.
std::u32string_view OffsetSeparator(const DatePart& part) {
  if (part.number->interval == 0) return {};
  return std::u32string_view(&part.number->separators[0].character, 1);
}

void AppendOffset(const DatePart& part, std::vector<TextPiece>& pieces) {
  if (part.component == 'z') pieces.push_back({.kind = TextPiece::Kind::kText, .text = U"GMT"});
  pieces.push_back({.kind = TextPiece::Kind::kSign});
  pieces.push_back({.kind = TextPiece::Kind::kDigits});
  if (const std::u32string_view separator = OffsetSeparator(part); !separator.empty()) {
    pieces.push_back({.kind = TextPiece::Kind::kText, .text = separator});
    pieces.push_back({.kind = TextPiece::Kind::kDigits});
  }
}

void AppendNumber(const DatePart& part, std::vector<TextPiece>& pieces) {
  const IntegerPicture& number = *part.number;
  switch (number.kind) {
    case IntegerPicture::Kind::kDecimal:
      pieces.push_back({.kind = TextPiece::Kind::kDigits, .zero = number.zero, .count = part.parse_digits});
      if (number.ordinal) pieces.push_back({.kind = TextPiece::Kind::kOrdinalSuffix});
      break;
    case IntegerPicture::Kind::kLetters: pieces.push_back({.kind = TextPiece::Kind::kLetters}); break;
    case IntegerPicture::Kind::kRoman: pieces.push_back({.kind = TextPiece::Kind::kRomanDigits}); break;
    case IntegerPicture::Kind::kWords: pieces.push_back({.kind = TextPiece::Kind::kNumberWords}); break;
    case IntegerPicture::Kind::kSequence: throw Error("D3130").With(Value::String(ToUtf8(number.sequence)));
  }
}

// The pieces refer to `part`.
void AppendPieces(const DatePart& part, std::vector<TextPiece>& pieces) {
  if (part.component == 0) {
    pieces.push_back({.kind = TextPiece::Kind::kText, .text = part.text});
  } else if (IsOffset(part)) {
    AppendOffset(part, pieces);
  } else if (part.component == 'f') {
    pieces.push_back({.kind = TextPiece::Kind::kDigits});
  } else if (part.number) {
    AppendNumber(part, pieces);
  } else if (part.component == 'P' || !NamesOf(part.component).empty()) {
    pieces.push_back({.kind = TextPiece::Kind::kLetters});
  } else {
    throw Error("D3133").With(Value::String(std::string(1, part.component)));
  }
}

// In minutes. The sign is that of the hours only, as in the reference: "-05:30" is 4 hours and 30 minutes.
double ReadOffset(const DatePart& part, std::u32string_view text) {
  if (part.component == 'z') text.remove_prefix(3);  // "GMT"
  constexpr size_t kHoursSize = 3;                   // with the sign
  const std::u32string_view separator = OffsetSeparator(part);
  const size_t hours_size = separator.empty() ? kHoursSize : text.find(separator);
  const double hours = ReadInteger(text.substr(0, hours_size));
  if (hours_size >= text.size()) return hours * 60;
  return hours * 60 + ReadInteger(text.substr(hours_size + separator.size()));
}

// In milliseconds; more than three digits are cut off. Through the same doubles as the reference.
double ReadFraction(std::u32string_view text) {
  std::string digits;
  for (const char32_t c : text.substr(0, 3)) digits += static_cast<char>(c);
  return FromDecimal(digits, 0) * 1000;
}

// Nothing for a text that is no name, or not in the case of the picture's defaults: the component then counts as
// missing.
std::optional<double> ReadName(const DatePart& part, std::u32string_view text) {
  const std::string name = ToUtf8(text);
  if (part.component == 'P') {
    if (name == "am" || name == "AM") return 0;
    return name == "pm" || name == "PM" ? std::optional<double>(1) : std::nullopt;
  }
  const std::vector<DateName>& names = NamesOf(part.component);
  const size_t length = part.name_length_max.value_or(0) == 0 ? std::string_view::npos : *part.name_length_max;
  // Of names that become equal when cut off the last one counts.
  const auto found = std::find_if(names.rbegin(), names.rend(),
                                  [&](const DateName& candidate) { return candidate.name.substr(0, length) == name; });
  return found == names.rend() ? std::nullopt : std::optional<double>(found->value);
}

std::optional<double> ReadComponent(const DatePart& part, std::u32string_view text) {
  if (IsOffset(part)) return ReadOffset(part, text);
  if (part.component == 'f') return ReadFraction(text);
  return part.number ? ParseInteger(text, *part.number) : ReadName(part, text);
}

// What a text says, by the letters of the components.
class Components {
 public:
  std::optional<double>& operator[](char component) { return values_[static_cast<unsigned char>(component)]; }

  // Is one of `letters` given, and none of the others among `all`? A component that is 0 counts as not given, as in the
  // reference.
  bool AreOf(std::string_view letters, std::string_view all) {
    bool any = false;
    for (const char component : all) {
      const double value = (*this)[component].value_or(0);
      if (std::isnan(value) || value == 0) continue;
      if (letters.find(component) == std::string_view::npos) return false;
      any = true;
    }
    return any;
  }

 private:
  std::optional<double> values_[128];
};

double ComponentOf(const DateTime& date, char component) {
  switch (component) {
    case 'Y': return static_cast<double>(date.year);
    case 'M': return date.month;
    case 'D': return date.day;
    case 'H': return date.hour;
    case 'h': return date.hour % 12 == 0 ? 12 : date.hour % 12;
    case 'm': return date.minute;
    case 's': return date.second;
    case 'f': return date.millisecond;
    default: return 0;  // P: the morning
  }
}

// Gives a value to each of `order`, from the greatest unit to the least: in front of what the text says the present,
// behind it the beginning.
void FillIn(Components& components, std::string_view order, const DateTime& now) {
  bool begun = false, ended = false;
  for (const char component : order) {
    std::optional<double>& value = components[component];
    if (value) {
      if (ended) throw Error("D3136");
      begun = true;
    } else if (begun) {
      ended = true;
      value = component == 'M' || component == 'D' ? 1 : 0;
    } else {
      value = ComponentOf(now, component);
    }
  }
}

double MillisOf(Components& given, double now_millis) {
  constexpr std::string_view kDates = "YXMxWwdD", kTimes = "PHhmsf";
  const bool by_date = given.AreOf("YMD", kDates);
  const bool by_day_of_year = !by_date && given.AreOf("Yd", kDates);
  const bool by_week = given.AreOf("Xxw", kDates) || given.AreOf("XW", kDates);
  if (by_week) throw Error("D3136");  // the reference does not read them either
  const bool by_half_day = !given.AreOf("Hmsf", kTimes) && given.AreOf("Phmsf", kTimes);

  const std::string order = std::string(by_day_of_year ? "YD" : "YMD") + (by_half_day ? "Phmsf" : "Hmsf");
  FillIn(given, order, ToDateTime(static_cast<int64_t>(now_millis)));

  DateTimeFields fields{.year = *given['Y']};
  if (by_day_of_year) {
    const double day = ToMillis({.year = fields.year, .day = *given['d']});
    if (std::isnan(day)) return kNaN;
    // Day 366 of a short year is the first day of the same year, as in the reference.
    const DateTime date = ToDateTime(static_cast<int64_t>(day));
    fields.month = date.month;
    fields.day = date.day;
  } else {
    fields.month = *given['M'] >= 1 ? *given['M'] : 1;
    fields.day = *given['D'];
  }
  fields.hour = by_half_day ? (*given['h'] == 12 ? 0 : *given['h']) + 12 * *given['P'] : *given['H'];
  fields.minute = *given['m'];
  fields.second = *given['s'];
  fields.millisecond = *given['f'];
  double offset = given['Z'].value_or(0);
  if (offset == 0 || std::isnan(offset)) offset = given['z'].value_or(0);
  return ToMillis(fields) - (std::isnan(offset) ? 0 : offset * 60'000);
}

std::optional<double> ParseByPicture(std::u32string_view text, std::u32string_view picture, double now_millis) {
  if (picture.size() > kPictureLengthMax) FailPictureTooLong(kPictureLengthMax, "characters");
  const std::vector<DatePart> parts = AnalyseDatePicture(picture);
  std::vector<TextPiece> pieces;
  std::vector<size_t> pieces_until;  // the end of each part
  for (const DatePart& part : parts) {
    AppendPieces(part, pieces);
    pieces_until.push_back(pieces.size());
  }
  if (text.size() > kPictureLengthMax) return std::nullopt;
  const auto ends = MatchPieces(text, pieces);
  if (!ends) return std::nullopt;

  Components components;
  bool any = false;
  for (size_t i = 0, begin = 0; i < parts.size(); ++i) {
    const size_t end = (*ends)[pieces_until[i] - 1];
    if (parts[i].component != 0) {
      any = true;
      components[parts[i].component] = ReadComponent(parts[i], text.substr(begin, end - begin));
    }
    begin = end;
  }
  if (!any) return std::nullopt;
  return MillisOf(components, now_millis);
}

}  // namespace

std::optional<double> ParseMillis(std::string_view text, std::optional<std::string_view> picture, double now_millis) {
  if (picture) return ParseByPicture(ToCodePoints(text), ToCodePoints(*picture), now_millis);
  const std::optional<double> millis = ReadIso8601(text);
  if (!millis) throw Error("D3110").With(Value::String(text));
  return millis;
}

}  // namespace gait::jsonata
