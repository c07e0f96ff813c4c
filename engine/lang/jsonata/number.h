// JSONata's numbers are IEEE doubles.
#pragma once

#include <cmath>

#include "engine/json/value.h"

namespace gait::jsonata {

// Whole numbers that a double holds exactly are written without a fraction.
inline Value NumberOf(double number) {
  constexpr double kExact = 9'007'199'254'740'992;  // 2^53
  if (number >= -kExact && number <= kExact && number == std::floor(number))
    return Value::Int(static_cast<int64_t>(number));
  return Value::Double(number);
}

}  // namespace gait::jsonata
