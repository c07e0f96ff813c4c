#include "engine/lang/jsonata/number_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "engine/json/value.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

constexpr int kSignificantDigits = 15;
constexpr int kExactDigits = 60;  // no double is that near to one of 16 digits without being equal to it

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr double kExactIntegerMax = 9007199254740992;  // 2^53

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Moves `at` over digits; false if there are none.
bool SkipDigits(std::string_view text, size_t& at) {
  const size_t begin = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at > begin;
}

bool IsDecimal(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  if (!SkipDigits(text, at)) return false;
  if (at < text.size() && text[at] == '.' && !SkipDigits(text, ++at)) return false;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!SkipDigits(text, at)) return false;
  }
  return at == text.size();
}

// Digits of 1 << `bits` each. What a double cannot hold of them is rounded, half to even: the last bit that is kept
// tells whether there was any.
bool ParseDigits(std::string_view digits, int bits, double& number) {
  uint64_t kept = 0;
  int dropped = 0;
  for (char c : digits) {
    const size_t digit = kDigits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c | 0x20 : c));
    if (digit >= size_t{1} << bits) return false;
    if (kept >> (64 - bits) == 0) {
      kept = kept << bits | digit;
    } else {
      kept |= digit != 0 ? 1 : 0;
      dropped += bits;
    }
    if (dropped > 2048) return false;  // beyond double's range
  }
  number = std::ldexp(static_cast<double>(kept), dropped);
  return !digits.empty() && std::isfinite(number);
}

// In the notation 1.25e+02, with `digits` after the point.
std::string Scientific(double number, int digits) {
  char text[kExactDigits + 16];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific, digits).ptr;
  return {text, end};
}

// To 15 significant digits. Of two that are equally near, the one farther from zero, where to_chars takes the even one.
double RoundedToSignificant(double number) {
  const std::string exact = Scientific(std::abs(number), kExactDigits);
  constexpr size_t kNext = kSignificantDigits + 1;  // the digit after them; one for the point
  const bool tie = exact[kNext] == '5' && exact.find_first_not_of('0', kNext + 1) == exact.find('e');
  if (tie) number = std::nextafter(number, std::copysign(HUGE_VAL, number));
  const std::string rounded = Scientific(number, kSignificantDigits - 1);
  double result = 0;
  std::from_chars(rounded.data(), rounded.data() + rounded.size(), result);
  return result;
}

// Not std::nearbyint, whose result depends on the thread's rounding mode.
double RoundHalfEven(double number) { return number - std::remainder(number, 1.0); }

}  // namespace

std::string JavaScriptNumberText(double number) {
  if (number == 0) return "0";
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific).ptr;
  const std::string_view scientific(text, static_cast<size_t>(end - text));  // the fewest digits: 1.25e+02
  const size_t e = scientific.find('e');
  int exponent = 0;
  std::from_chars(scientific.data() + e + (scientific[e + 1] == '+' ? 2 : 1), end, exponent);  // it takes no plus
  std::string digits(scientific.substr(0, 1));
  if (e > 2) digits += scientific.substr(2, e - 2);
  const int count = static_cast<int>(digits.size());
  std::string result = number < 0 ? "-" : "";
  if (exponent >= 21 || exponent < -6) {
    if (count > 1) digits.insert(1, ".");
    return result + digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
  if (exponent < 0) return result + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  if (count <= exponent + 1) return result + digits + std::string(static_cast<size_t>(exponent + 1 - count), '0');
  return result + digits.insert(static_cast<size_t>(exponent + 1), ".");
}

std::string NumberText(double number) {
  return JavaScriptNumberText(number == std::trunc(number) ? number : RoundedToSignificant(number));
}

double ParseNumber(std::string_view text) {
  const auto fail = [&] { return Error("D3030").With(Value::String(text)).Index(1); };
  double number = 0;
  if (IsDecimal(text)) {
    const std::string copy(text);
    number = std::strtod(copy.c_str(), nullptr);
    if (!std::isfinite(number)) throw fail();
    return number;
  }
  if (text.size() < 3 || text[0] != '0') throw fail();
  const char base = static_cast<char>(text[1] | 0x20);
  const int bits = base == 'x' ? 4 : base == 'o' ? 3 : base == 'b' ? 1 : 0;
  if (bits == 0 || !ParseDigits(text.substr(2), bits, number)) throw fail();
  return number;
}

std::string FormatBase(double number, double radix) {
  number = RoundHalfEven(number);
  radix = RoundHalfEven(radix);
  if (radix < 2 || radix > 36) throw Error("D3100").With(Value::Double(radix));
  if (radix == 10) return JavaScriptNumberText(number);
  std::string reversed;
  double rest = std::abs(number);
  // Digits that a double of this size does not tell are zeros in JavaScript.
  for (; rest >= kExactIntegerMax * radix; rest /= radix) reversed += '0';
  do {
    const double digit = std::fmod(rest, radix);
    reversed += kDigits[static_cast<size_t>(digit)];
    rest = (rest - digit) / radix;
  } while (rest > 0);
  if (number < 0) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

}  // namespace gait::jsonata
