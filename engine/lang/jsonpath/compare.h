// How a filter compares two values. What a filter writes down is a text whatever it looks like, so `@.a == 5` compares
// a text with a number; hence the conversions.
#pragma once

#include "engine/json/value.h"

namespace gait::jsonpath {

enum class Order {
  kLess,
  kEqual,
  kGreater,
  kIncomparable,  // an object with anything, a number with `true`: no comparison holds, not even `!=`
  kNotANumber,    // a text that is no number with a number: the path fails
};

// Where `expected`, the right-hand side, stands in relation to `actual`. By these rules, the first that applies:
// - a value equals itself: the same node of the same document, not merely an equal one;
// - null, and the text `null`, equal each other and precede everything else;
// - texts compare by UTF-16 code units, as Java's do; in `expected`, `\'` stands for `'`;
// - numbers compare by their decimal values, and a text on the right is read as a number if the left is one;
// - false precedes true, and a text on the right is true if it is `true` in any letter case.
Order Compare(const Value& expected, const Value& actual);

}  // namespace gait::jsonpath
