// Reading members of objects that users write.
#pragma once

#include <string_view>

#include "engine/json/value.h"

namespace gait {

// The text of a member; `otherwise` if there is none, it is no text, or `object` is no object. Valid as long as the
// object is.
inline std::string_view TextOf(const Value& object, std::string_view member, std::string_view otherwise = "") {
  const Value* value = object.is_object() ? object.Find(member) : nullptr;
  return value != nullptr && value->is_string() ? value->as_string() : otherwise;
}

}  // namespace gait
