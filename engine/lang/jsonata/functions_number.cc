#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/format_integer.h"
#include "engine/lang/jsonata/format_number.h"
#include "engine/lang/jsonata/number.h"
#include "engine/lang/jsonata/number_text.h"

namespace gait::jsonata::builtin {
namespace {

double Total(const Value& numbers) {
  double total = 0;
  for (const Value& n : numbers.items()) total += n.as_double();
  return total;
}

template <typename F>
Value OfNumber(std::span<Value> a, F f) {
  return a[0].is_undefined() ? Value() : NumberOf(f(a[0].as_double()));
}

// `number` times 10 to the power of `digits`, by its decimal digits: multiplying would round.
double Shifted(double number, int64_t digits) {
  const std::string text = JavaScriptNumberText(number);
  const size_t e = text.find('e');
  const int64_t exponent = digits + (e == std::string::npos ? 0 : std::stoll(text.substr(e + 1)));
  return std::strtod((text.substr(0, e) + "e" + std::to_string(exponent)).c_str(), nullptr);
}

// Half to even.
double RoundedHalfEven(double x) {
  double rounded = std::floor(x + 0.5);
  if (x == std::floor(x)) rounded = x;
  if (std::abs(rounded - x) == 0.5 && std::fmod(std::abs(rounded), 2) == 1) --rounded;
  return rounded;
}

}  // namespace

Value Sum(Evaluation&, std::span<Value> a) { return a[0].is_undefined() ? Value() : NumberOf(Total(a[0])); }

Value Max(Evaluation&, std::span<Value> a) {
  if (a[0].size() == 0) return {};
  double most = -std::numeric_limits<double>::infinity();
  for (const Value& n : a[0].items()) most = std::max(most, n.as_double());
  return NumberOf(most);
}

Value Min(Evaluation&, std::span<Value> a) {
  if (a[0].size() == 0) return {};
  double least = std::numeric_limits<double>::infinity();
  for (const Value& n : a[0].items()) least = std::min(least, n.as_double());
  return NumberOf(least);
}

Value Average(Evaluation&, std::span<Value> a) {
  return a[0].size() == 0 ? Value() : NumberOf(Total(a[0]) / static_cast<double>(a[0].size()));
}

Value Number(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined() || a[0].is_number()) return a[0];
  if (a[0].is_bool()) return Value::Int(a[0].as_bool());
  if (a[0].is_string()) return NumberOf(jsonata::ParseNumber(a[0].as_string()));
  throw Error("D3030").With(a[0]).Index(1);
}

Value Abs(Evaluation&, std::span<Value> a) {
  return OfNumber(a, [](double x) { return std::abs(x); });
}

Value Floor(Evaluation&, std::span<Value> a) {
  return OfNumber(a, [](double x) { return std::floor(x); });
}

Value Ceil(Evaluation&, std::span<Value> a) {
  return OfNumber(a, [](double x) { return std::ceil(x); });
}

Value Round(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const double number = a[0].as_double();
  if (!std::isfinite(number)) return a[0];
  const double precision = a[1].is_undefined() ? 0 : a[1].as_double();
  // The reference writes the number with the places as its exponent and reads that, there and back: what does not read
  // as a number, or not as a finite one, becomes none.
  const Value none = Value::Double(std::nan(""));
  if (precision != std::trunc(precision) || std::abs(precision) >= 1e21) return none;
  if (precision == 0) return NumberOf(RoundedHalfEven(number));
  constexpr double kAllPlaces = 1000;  // more than any double has, on either side
  const auto digits = static_cast<int64_t>(std::clamp(precision, -kAllPlaces, kAllPlaces));
  const double rounded = RoundedHalfEven(Shifted(number, digits));
  return std::isfinite(rounded) ? NumberOf(Shifted(rounded, -digits)) : none;
}

Value Sqrt(Evaluation&, std::span<Value> a) {
  if (!a[0].is_undefined() && a[0].as_double() < 0) throw Error("D3060").With(a[0]).Index(1);
  return OfNumber(a, [](double x) { return std::sqrt(x); });
}

Value Power(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const double result = a[1].is_undefined() ? std::nan("") : std::pow(a[0].as_double(), a[1].as_double());
  if (!std::isfinite(result)) throw Error("D3061").With(a[0], a[1]).Index(1);
  return NumberOf(result);
}

Value Random(Evaluation& evaluation, std::span<Value>) { return Value::Double(evaluation.random().NextDouble()); }

Value FormatNumber(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  return Value::String(jsonata::FormatNumber(a[0].as_double(), a[1].is_string() ? a[1].as_string() : "", a[2]));
}

Value FormatBase(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  return Value::String(jsonata::FormatBase(a[0].as_double(), a[1].is_undefined() ? 10 : a[1].as_double()));
}

Value FormatInteger(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  return Value::String(jsonata::FormatInteger(a[0].as_double(), a[1].is_string() ? a[1].as_string() : ""));
}

Value ParseInteger(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  return NumberOf(jsonata::ParseInteger(a[0].as_string(), a[1].is_string() ? a[1].as_string() : ""));
}

}  // namespace gait::jsonata::builtin
