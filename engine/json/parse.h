// JSON text to Value. RFC 8259, strictly: no comments, no trailing commas, no NaN, valid UTF-8 only. Iterative, with
// the depth bounded; nothing a sender can write overflows the stack.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/quotas.h"
#include "engine/json/value.h"

namespace gait {

struct JsonError {
  std::string message;  // what is wrong, for people: "Missing a comma or } after an object member"
  size_t offset = 0;    // the byte at which it was noticed
};

struct JsonParse {
  std::optional<Value> value;  // empty if the text is not JSON
  JsonError error;
  bool repeated_keys = false;  // an object has a key twice; the last one counted

  explicit operator bool() const { return value.has_value(); }
};

// The whole of `text` must be one JSON value, with white space around it at the most. Containers nest `depth_max` deep.
JsonParse ParseJson(std::string_view text, int depth_max = kNestingMax);

}  // namespace gait
