// What of a recorded value is otherwise now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/json/value.h"

namespace gait {

struct ValueDifference {
  std::string pointer;  // RFC 6901; "": the whole value
  Value recorded, now;  // undefined: it is not there

  bool operator==(const ValueDifference&) const = default;
};

// What every execution has anew, and so is the same wherever both sides have it:
// - UUIDs, and moments as ISO 8601 texts, also within longer texts;
// - whole numbers that are moments within a day of the recorded execution, in seconds or in milliseconds;
// - task tokens, and the numbers of events in the causes of errors;
// and what is `ignored`.
struct SameAnyway {
  std::optional<Timestamp> from, to;  // of the recorded execution; empty: no number is a moment
  std::vector<std::string> ignored =
      {};  // JSON pointers, `*` for any one token: what is there, and below, is not compared
};

// In the order of the recorded value's members; 20 at the most. Empty: they are the same.
std::vector<ValueDifference> DifferencesOf(const Value& recorded, const Value& now, const SameAnyway& same);

// As for values that are the texts.
bool SameText(std::string_view recorded, std::string_view now);

}  // namespace gait
