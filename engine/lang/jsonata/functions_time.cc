#include <cmath>

#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/date_time.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/number.h"

namespace gait::jsonata::builtin {
namespace {

std::optional<std::string_view> PictureOf(const Value& value) {
  return value.is_string() ? std::optional<std::string_view>(value.as_string()) : std::nullopt;
}

std::string_view ZoneOf(const Value& value) { return value.is_string() ? value.as_string() : std::string_view(); }

}  // namespace

// The moment at which the evaluation began, however long it takes.
Value Now(Evaluation& evaluation, std::span<Value> a) {
  return Value::String(FormatMillis(static_cast<double>(evaluation.now().ms), PictureOf(a[0]), ZoneOf(a[1])));
}

Value Millis(Evaluation& evaluation, std::span<Value>) { return Value::Int(evaluation.now().ms); }

Value FromMillis(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  return Value::String(FormatMillis(a[0].as_double(), PictureOf(a[1]), ZoneOf(a[2])));
}

Value ToMillis(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const auto millis = ParseMillis(a[0].as_string(), PictureOf(a[1]), static_cast<double>(evaluation.now().ms));
  return millis ? NumberOf(*millis) : Value();
}

}  // namespace gait::jsonata::builtin
