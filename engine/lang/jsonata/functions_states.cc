// What Step Functions has and JSONata has not.
#include <cmath>
#include <cstring>

#include "engine/base/random.h"
#include "engine/json/parse.h"
#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"
#include "engine/lang/jsonata/number.h"
#include "engine/lang/jsonata/text_functions.h"

namespace gait::jsonata::builtin {

// Arrays of `size` items, the last of what is left.
Value Partition(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined() || a[1].is_undefined()) return {};
  const double size = std::floor(a[1].as_double());
  if (!(size >= 1)) throw Error("D3143").With(a[1]).Index(2);
  evaluation.Charge(2 * a[0].size());
  ArrayBuilder parts;
  for (size_t from = 0; from < a[0].size();) {
    const size_t count = static_cast<size_t>(std::min(size, static_cast<double>(a[0].size() - from)));
    ArrayBuilder part(count);
    for (const Value& item : a[0].items().subspan(from, count)) part.Add(item);
    parts.Add(part.Build());
    from += count;
  }
  return parts.Build();
}

// The numbers from the first to the last, by a step: a sequence, so one of them is that number.
Value NumberRange(Evaluation& evaluation, std::span<Value> a) {
  constexpr double kSizeMax = 1e6;
  for (const Value& n : a) {
    if (n.is_undefined()) return {};
  }
  const double first = a[0].as_double(), last = a[1].as_double(), step = a[2].as_double();
  if (step == 0) throw Error("D3144").With(a[2]).Index(3);
  const double count = std::floor((last - first) / step) + 1;
  if (count > kSizeMax) throw Error("D2014").With(NumberOf(count));
  ArrayBuilder numbers;
  for (double i = 0; i < count; ++i) numbers.Add(NumberOf(first + i * step));
  evaluation.Charge(numbers.size());
  Value sequence = numbers.Build();
  sequence.set_marks(kSequence);
  return sequence;
}

Value HashOf(Evaluation&, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  return Value::String(
      Hash(a[0].is_string() ? a[0].as_string() : TextOf(a[0]), a[1].is_string() ? a[1].as_string() : ""));
}

// The same seed gives the same number.
Value RandomNumber(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return Value::Double(evaluation.random().NextDouble());
  const double seed = a[0].as_double();
  uint64_t bits = 0;
  std::memcpy(&bits, &seed, sizeof bits);
  return Value::Double(SeededRandom(bits).NextDouble());
}

Value Uuid(Evaluation& evaluation, std::span<Value>) { return Value::String(evaluation.random().Uuid()); }

Value Parse(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  evaluation.Charge(a[0].as_string().size() / sizeof(Value));
  JsonParse parsed = ParseJson(a[0].as_string());
  if (!parsed) throw Error("D3145").With(Value::String(parsed.error.message)).Index(1);
  return *std::move(parsed.value);
}

}  // namespace gait::jsonata::builtin
