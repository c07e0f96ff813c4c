// What was expected, held against what was got.
#pragma once

#include <string>
#include <vector>

#include "engine/json/value.h"

namespace gait {

enum class Match {
  kExact,    // equal as JSON has it: numbers by value, members in any order
  kPartial,  // objects, at every level, may have members that are not expected; arrays have as many items
};

// The innermost values that differ.
struct Difference {
  std::string pointer;  // RFC 6901, of the place in both; "" for all of it
  Value expected;       // undefined: nothing is expected here
  Value actual;         // undefined: there is nothing here

  bool operator==(const Difference&) const = default;
};

// In the order of what is expected, at most kDifferencesMax; none if it matches.
std::vector<Difference> Compare(const Value& expected, const Value& actual, Match match);
inline constexpr size_t kDifferencesMax = 20;

// "expected 1, got 2" and so on, without the pointer; values that are long are cut short.
std::string Described(const Difference& difference);

// The value as text of at most `most` bytes or so.
std::string ShortJson(const Value& value, size_t most);

}  // namespace gait
