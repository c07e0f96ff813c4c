#include "engine/lang/jsonata/format_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/lang/jsonata/number_picture.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {
namespace {

constexpr size_t kFractionDigitsMax = 100;  // JavaScript's toFixed writes no more
constexpr size_t kMantissaDigitsMax = 308;  // a double has no more before the decimal point

// Halves go to the even neighbour. The decimal digits are rounded, not what the binary number is exactly: 2.675 to two
// places is 2.68.
double RoundTo(double number, size_t places) {
  if (places == 0) return std::nearbyint(number);
  const ShortestDecimal decimal = ToShortestDecimal(std::abs(number));
  const auto shift = static_cast<int>(places);
  const double shifted = std::nearbyint(FromDecimal(decimal.digits, decimal.point + shift));
  if (!std::isfinite(shifted)) return std::nan("");  // the reference does not round so great a number either
  const ShortestDecimal rounded = ToShortestDecimal(shifted);
  return FromDecimal(rounded.digits, rounded.point - shift);
}

// Of the number without its sign; from 10^21 on with an exponent, which is what toFixed does.
std::string ToFixed(double number, size_t places) {
  if (std::isnan(number)) return "NaN";
  number = std::abs(number);
  if (number >= 1e21) return IntegerText(number);
  char text[32 + kFractionDigitsMax];
  return {text,
          std::to_chars(text, text + sizeof text, number, std::chars_format::fixed, static_cast<int>(places)).ptr};
}

// Writes one number, step by step as section 4.7.5 has it. What the reference does where a number has fewer digits than
// the picture has groups is kept: "12,34," for 1234 by `#,##,##0`.
class Writer {
 public:
  Writer(const NumberPicture& picture, const DecimalFormat& format) : picture_(picture), format_(format) {}

  std::u32string Write(double number) {
    int exponent = 0;
    if (picture_.exponent_digits > 0) exponent = TakeExponent(number);
    WriteMantissa(RoundTo(number, picture_.fraction_digits_max));
    InsertGroups();
    if (!picture_.has_decimal_separator || text_.find(format_.decimal_separator) == text_.size() - 1) text_.pop_back();
    if (picture_.exponent_digits > 0) WriteExponent(exponent);
    return std::move(text_);
  }

 private:
  // Leaves the mantissa in `number`. Multiplies and divides as the reference does, whose rounding shows in the result.
  int TakeExponent(double& number) const {
    const double greatest = std::pow(10, static_cast<double>(picture_.mantissa_digits));
    const double least = std::pow(10, static_cast<double>(picture_.mantissa_digits) - 1);
    int exponent = 0;
    if (number == 0) return exponent;
    for (; std::abs(number) < least; --exponent) number *= 10;
    for (; std::abs(number) > greatest; ++exponent) number /= 10;
    return exponent;
  }

  std::u32string Digits(std::string_view ascii) const {
    std::u32string digits;
    for (const char c : ascii) {
      const auto character = static_cast<char32_t>(c);
      digits += IsDigit(character) ? character - U'0' + format_.zero_digit[0] : character;
    }
    return digits;
  }
  void InsertZeros(std::u32string& text, size_t at, size_t count) const {
    std::u32string zeros;
    for (size_t i = 0; i < count; ++i) zeros += format_.zero_digit;
    text.insert(at, zeros);
  }

  void WriteMantissa(double number) {
    const std::string plain = ToFixed(number, picture_.fraction_digits_max);
    const size_t point = std::min(plain.find('.'), plain.size());
    std::u32string integer = Digits(std::string_view(plain).substr(0, point));
    std::u32string fraction = point == plain.size() ? U"" : Digits(std::string_view(plain).substr(point + 1));
    const auto is_zero = [&](char32_t c) { return format_.zero_digit.size() == 1 && c == format_.zero_digit[0]; };
    size_t leading = 0;
    while (leading < integer.size() && is_zero(integer[leading])) ++leading;
    integer.erase(0, leading);
    // From 10^21 on the fraction ends in an exponent, and the reference takes its zeros off too: 1.5e30 is "1.5e+3".
    while (!fraction.empty() && is_zero(fraction.back())) fraction.pop_back();
    if (integer.size() < picture_.integer_digits) InsertZeros(integer, 0, picture_.integer_digits - integer.size());
    if (fraction.size() < picture_.fraction_digits) {
      InsertZeros(fraction, fraction.size(), picture_.fraction_digits - fraction.size());
    }
    text_ = integer + format_.decimal_separator + fraction;
  }

  // From the front; from the end where `at` is negative.
  void InsertSeparator(ptrdiff_t at) {
    const auto size = static_cast<ptrdiff_t>(text_.size());
    if (at < 0) at = std::max<ptrdiff_t>(size + at, 0);
    text_.insert(static_cast<size_t>(std::min(at, size)), format_.grouping_separator);
  }

  ptrdiff_t DecimalPosition() const { return static_cast<ptrdiff_t>(text_.find(format_.decimal_separator)); }

  void InsertGroups() {
    ptrdiff_t decimal = DecimalPosition();
    if (const auto interval = static_cast<ptrdiff_t>(picture_.interval); interval > 0) {
      for (ptrdiff_t group = 1; group <= (decimal - 1) / interval; ++group) InsertSeparator(decimal - group * interval);
    } else {
      for (const size_t digits : picture_.integer_groups) InsertSeparator(decimal++ - static_cast<ptrdiff_t>(digits));
    }
    decimal = DecimalPosition();
    for (const size_t digits : picture_.fraction_groups) InsertSeparator(decimal + 1 + static_cast<ptrdiff_t>(digits));
  }

  void WriteExponent(int exponent) {
    std::u32string digits = Digits(std::to_string(std::abs(exponent)));
    if (digits.size() < picture_.exponent_digits) InsertZeros(digits, 0, picture_.exponent_digits - digits.size());
    text_ += format_.exponent_separator;
    if (exponent < 0) text_ += format_.minus_sign;
    text_ += digits;
  }

  const NumberPicture& picture_;
  const DecimalFormat& format_;
  std::u32string text_;
};

double ScaleBy(NumberPicture::Scale scale) {
  switch (scale) {
    case NumberPicture::Scale::kPercent: return 100;
    case NumberPicture::Scale::kPerMille: return 1000;
    case NumberPicture::Scale::kOne: break;
  }
  return 1;
}

}  // namespace

std::string FormatNumber(double number, std::string_view picture, const Value& options) {
  const DecimalFormat format = ReadDecimalFormat(options);
  std::vector<NumberPicture> pictures = AnalyseNumberPicture(ToCodePoints(picture), format);
  if (pictures.size() == 1) {
    pictures.push_back(pictures[0]);
    pictures[1].prefix.insert(0, format.minus_sign);
  }
  if (std::isnan(number)) return ToUtf8(format.nan);
  const NumberPicture& chosen = pictures[number < 0 ? 1 : 0];
  if (chosen.fraction_digits_max > kFractionDigitsMax) FailPictureTooLong(kFractionDigitsMax, "fraction digits");
  if (chosen.exponent_digits > 0 && chosen.mantissa_digits > kMantissaDigitsMax) {
    FailPictureTooLong(kMantissaDigitsMax, "digits before an exponent");
  }
  const double scaled = number * ScaleBy(chosen.scale);
  const std::u32string written = std::isinf(scaled) ? format.infinity : Writer(chosen, format).Write(scaled);
  return ToUtf8(chosen.prefix + written + chosen.suffix);
}

}  // namespace gait::jsonata
