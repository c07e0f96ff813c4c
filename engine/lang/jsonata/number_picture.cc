#include "engine/lang/jsonata/number_picture.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

constexpr size_t kNone = std::u32string_view::npos;

struct Option {
  std::string_view name;
  std::u32string DecimalFormat::*text;
};
constexpr Option kOptions[] = {
    {"decimal-separator", &DecimalFormat::decimal_separator},
    {"grouping-separator", &DecimalFormat::grouping_separator},
    {"exponent-separator", &DecimalFormat::exponent_separator},
    {"infinity", &DecimalFormat::infinity},
    {"minus-sign", &DecimalFormat::minus_sign},
    {"NaN", &DecimalFormat::nan},
    {"percent", &DecimalFormat::percent},
    {"per-mille", &DecimalFormat::per_mille},
    {"zero-digit", &DecimalFormat::zero_digit},
    {"digit", &DecimalFormat::digit},
    {"pattern-separator", &DecimalFormat::pattern_separator},
};

bool Is(char32_t c, std::u32string_view text) { return text.size() == 1 && text[0] == c; }
bool Contains(std::u32string_view text, std::u32string_view part) { return text.find(part) != kNone; }
bool ContainsTwice(std::u32string_view text, std::u32string_view part) { return text.find(part) != text.rfind(part); }

// The parts of a picture, named as in XPath Functions 3.1, section 4.7.3.
struct Parts {
  std::u32string_view picture, prefix, active, suffix;
  std::u32string_view mantissa, integer, fraction;
  std::optional<std::u32string_view> exponent;
};

std::u32string_view From(std::u32string_view text, size_t begin) { return text.substr(std::min(begin, text.size())); }

Parts Split(std::u32string_view picture, const DecimalFormat& format) {
  // An exponent separator alone is often a letter of the prefix or suffix.
  const auto begins_number = [&](char32_t c) { return format.IsActive(c) && !Is(c, format.exponent_separator); };
  const auto first = std::find_if(picture.begin(), picture.end(), begins_number);
  const auto last = std::find_if(picture.rbegin(), picture.rend(), begins_number);
  Parts parts;
  parts.picture = parts.active = picture;
  if (first != picture.end()) {
    const auto prefix = static_cast<size_t>(first - picture.begin());
    const auto suffix = static_cast<size_t>(last - picture.rbegin());
    parts.prefix = picture.substr(0, prefix);
    parts.suffix = picture.substr(picture.size() - suffix);
    parts.active = picture.substr(prefix, picture.size() - suffix - prefix);
  }
  parts.mantissa = parts.active;
  const size_t exponent = picture.find(format.exponent_separator, parts.prefix.size());
  if (exponent <= picture.size() - parts.suffix.size()) {
    // The reference counts within the active part, from where the separator is in the whole picture.
    parts.mantissa = parts.active.substr(0, exponent);
    parts.exponent = From(parts.active, exponent + 1);
  }
  const size_t decimal = parts.mantissa.find(format.decimal_separator);
  parts.integer = parts.mantissa.substr(0, decimal);
  parts.fraction = decimal == kNone ? parts.suffix : From(parts.mantissa, decimal + 1);
  return parts;
}

// What is wrong; where several things are, the last of these, as in the reference.
std::optional<std::string_view> FindError(const Parts& parts, const DecimalFormat& format) {
  const std::u32string_view picture = parts.picture;
  const auto is_digit = [&](char32_t c) { return format.IsZeroToNine(c); };
  const auto any_digit = [&](std::u32string_view text) { return std::any_of(text.begin(), text.end(), is_digit); };
  const bool has_percent = Contains(picture, format.percent);
  const bool has_per_mille = Contains(picture, format.per_mille);
  const auto groups_at = [&](size_t i) { return i < picture.size() && Is(picture[i], format.grouping_separator); };

  std::optional<std::string_view> error;
  if (ContainsTwice(picture, format.decimal_separator)) error = "D3081";
  if (ContainsTwice(picture, format.percent)) error = "D3082";
  if (ContainsTwice(picture, format.per_mille)) error = "D3083";
  if (has_percent && has_per_mille) error = "D3084";
  if (std::none_of(parts.mantissa.begin(), parts.mantissa.end(),
                   [&](char32_t c) { return is_digit(c) || Is(c, format.digit); })) {
    error = "D3085";
  }
  if (!std::all_of(parts.active.begin(), parts.active.end(), [&](char32_t c) { return format.IsActive(c); })) {
    error = "D3086";
  }
  if (const size_t decimal = picture.find(format.decimal_separator); decimal != kNone) {
    if (groups_at(decimal + 1) || (decimal > 0 && groups_at(decimal - 1))) error = "D3087";
  } else if (!parts.integer.empty() && Is(parts.integer.back(), format.grouping_separator)) {
    error = "D3088";
  }
  if (Contains(picture, format.grouping_separator + format.grouping_separator)) error = "D3089";
  if (const size_t optional = parts.integer.find(format.digit); optional != kNone) {
    if (any_digit(parts.integer.substr(0, optional))) error = "D3090";
  }
  if (const size_t optional = parts.fraction.rfind(format.digit); optional != kNone) {
    if (any_digit(parts.fraction.substr(optional))) error = "D3091";
  }
  if (parts.exponent) {
    const std::u32string_view exponent = *parts.exponent;
    if (!exponent.empty() && (has_percent || has_per_mille)) error = "D3092";
    if (exponent.empty() || !std::all_of(exponent.begin(), exponent.end(), is_digit)) error = "D3093";
  }
  return error;
}

// The distance at which the separators repeat from the decimal separator on; 0 if they do not.
size_t IntervalOf(std::vector<size_t> positions) {
  size_t interval = 0;
  for (const size_t position : positions) interval = std::gcd(interval, position);
  std::sort(positions.begin(), positions.end());
  for (size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] != (i + 1) * interval) return 0;
  }
  return interval;
}

class Analysis {
 public:
  Analysis(const Parts& parts, const DecimalFormat& format) : parts_(parts), format_(format) {}

  NumberPicture Run() const {
    NumberPicture result;
    result.prefix = parts_.prefix;
    result.suffix = parts_.suffix;
    if (Contains(parts_.picture, format_.percent)) {
      result.scale = NumberPicture::Scale::kPercent;
    } else if (Contains(parts_.picture, format_.per_mille)) {
      result.scale = NumberPicture::Scale::kPerMille;
    }
    result.has_decimal_separator = Contains(parts_.picture, format_.decimal_separator);
    CountDigits(result);
    FindGroups(result);
    return result;
  }

 private:
  bool IsAnyDigit(char32_t c) const { return format_.IsZeroToNine(c) || Is(c, format_.digit); }
  size_t Mandatory(std::u32string_view text) const {
    return static_cast<size_t>(
        std::count_if(text.begin(), text.end(), [&](char32_t c) { return format_.IsZeroToNine(c); }));
  }
  // How many digits stand before each character of the text, and before its end.
  std::vector<size_t> Places(std::u32string_view text) const {
    std::vector<size_t> places(text.size() + 1, 0);
    for (size_t i = 0; i < text.size(); ++i) places[i + 1] = places[i] + IsAnyDigit(text[i]);
    return places;
  }

  void CountDigits(NumberPicture& result) const {
    result.integer_digits = result.mantissa_digits = Mandatory(parts_.integer);
    result.fraction_digits = Mandatory(parts_.fraction);
    result.fraction_digits_max = Places(parts_.fraction).back();
    if (result.integer_digits == 0 && result.fraction_digits_max == 0) {
      if (parts_.exponent) {
        result.fraction_digits = result.fraction_digits_max = 1;
      } else {
        result.integer_digits = 1;
      }
    }
    if (parts_.exponent) {
      if (result.integer_digits == 0 && Contains(parts_.integer, format_.digit)) result.integer_digits = 1;
      result.exponent_digits = Mandatory(*parts_.exponent);
    }
    if (result.integer_digits == 0 && result.fraction_digits == 0) result.fraction_digits = 1;
  }

  void FindGroups(NumberPicture& result) const {
    const std::u32string& separator = format_.grouping_separator;
    const std::vector<size_t> integer = Places(parts_.integer), fraction = Places(parts_.fraction);
    for (size_t at = parts_.integer.find(separator); at != kNone; at = parts_.integer.find(separator, at + 1)) {
      result.integer_groups.push_back(integer.back() - integer[at]);
    }
    result.interval = IntervalOf(result.integer_groups);
    // Behind the first separator of the fraction the reference looks for others in the integer part.
    for (size_t at = parts_.fraction.find(separator); at != kNone; at = parts_.integer.find(separator, at + 1)) {
      result.fraction_groups.push_back(fraction[std::min(at, parts_.fraction.size())]);
    }
  }

  const Parts& parts_;
  const DecimalFormat& format_;
};

}  // namespace

bool DecimalFormat::IsZeroToNine(char32_t c) const { return IsDigit(c, zero_digit[0]); }

bool DecimalFormat::IsActive(char32_t c) const {
  return IsZeroToNine(c) || Is(c, decimal_separator) || Is(c, exponent_separator) || Is(c, grouping_separator) ||
         Is(c, digit) || Is(c, pattern_separator);
}

DecimalFormat ReadDecimalFormat(const Value& options) {
  DecimalFormat format;
  if (!options.is_object()) return format;
  for (const Option& option : kOptions) {
    const Value* value = options.Find(option.name);
    if (value == nullptr) continue;
    if (!value->is_string()) throw Error("T0410").Token("formatNumber").With(*value).Index(3);
    format.*option.text = ToCodePoints(value->as_string());
  }
  if (format.zero_digit.empty()) throw Error("T0410").Token("formatNumber").With(options).Index(3);
  return format;
}

std::vector<NumberPicture> AnalyseNumberPicture(std::u32string_view picture, const DecimalFormat& format) {
  std::vector<std::u32string_view> pictures;
  const std::u32string& separator = format.pattern_separator;
  for (size_t end = 0; end != kNone;) {
    if (pictures.size() == 2) throw Error("D3080");
    // An empty separator stands between any two characters.
    end = separator.empty() ? (picture.size() > 1 ? 1 : kNone) : picture.find(separator);
    pictures.push_back(picture.substr(0, end));
    if (end != kNone) picture.remove_prefix(end + separator.size());
  }
  std::vector<Parts> parts;
  for (const std::u32string_view one : pictures) {
    parts.push_back(Split(one, format));
    if (const auto error = FindError(parts.back(), format)) throw Error(*error);
  }
  std::vector<NumberPicture> result;
  for (const Parts& one : parts) {
    if (one.active.size() > kPictureLengthMax) FailPictureTooLong(kPictureLengthMax, "digits");
    result.push_back(Analysis(one, format).Run());
  }
  return result;
}

}  // namespace gait::jsonata
