#include <limits>

#include "engine/lang/intrinsic/functions.h"

namespace gait::intrinsic {
namespace {

bool IsInt32(int64_t i) { return i >= std::numeric_limits<int32_t>::min() && i <= std::numeric_limits<int32_t>::max(); }

Value FailWithoutRandom(Arguments& arguments) { return arguments.Fail("random values may not be used here"); }

}  // namespace

Value MathAdd(Arguments& arguments) {
  const int64_t a = arguments.Integer(0), b = arguments.Integer(1);
  if (!IsInt32(a) || !IsInt32(b) || !IsInt32(a + b)) {
    return arguments.Fail("the arguments and their sum must lie between -2147483648 and 2147483647");
  }
  return Value::Int(a + b);
}

Value MathRandom(Arguments& arguments) {
  const int64_t start = arguments.Integer(0), end = arguments.Integer(1);
  if (start >= end) return arguments.Fail("the start must be less than the end");
  // Unsigned, for the distance between two int64 may be more than one can hold.
  const uint64_t choices = static_cast<uint64_t>(end) - static_cast<uint64_t>(start);
  const auto from_start = [&](Random& random) {
    return Value::Int(static_cast<int64_t>(static_cast<uint64_t>(start) + random.Below(choices)));
  };
  if (arguments.size() == 3) {
    SeededRandom random(static_cast<uint64_t>(arguments.Integer(2)));
    return from_start(random);
  }
  if (arguments.random() == nullptr) return FailWithoutRandom(arguments);
  return from_start(*arguments.random());
}

Value Uuid(Arguments& arguments) {
  if (arguments.random() == nullptr) return FailWithoutRandom(arguments);
  return Value::String(arguments.random()->Uuid());
}

}  // namespace gait::intrinsic
