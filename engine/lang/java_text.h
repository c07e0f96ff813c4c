// A value as Java's toString() writes it: `{a=1, b=[x, null]}`. It is what States.Format prints, what
// AWS's messages quote, and what a regular expression is matched against where it meets something other than a string.
#pragma once

#include <string>

#include "engine/json/value.h"

namespace gait {

void AppendJavaText(std::string& out, const Value& value);

inline std::string JavaText(const Value& value) {
  std::string text;
  AppendJavaText(text, value);
  return text;
}

}  // namespace gait
