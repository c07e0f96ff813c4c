// What of a recorded value is otherwise now.
#pragma once

#include <string>
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
// - where `any_execution`, the ARNs of executions and of state machines: the recording does not say what its own are.
struct SameAnyway {
  bool any_execution = false;
  bool any_role = false;             // so are ARNs of roles
  Timestamp from = {}, to = {};      // of the recorded execution
  std::vector<std::string> ignored;  // JSON pointers, `*` for any one token: what is there, and below, is not compared
};

// In the order of the recorded value's members; 20 at the most. Empty: they are the same.
std::vector<ValueDifference> DifferencesOf(const Value& recorded, const Value& now, const SameAnyway& same);

// As for a value that is the text.
bool SameText(std::string_view recorded, std::string_view now, const SameAnyway& same);

}  // namespace gait
