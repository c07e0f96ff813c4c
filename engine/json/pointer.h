// JSON Pointer (RFC 6901), and the same place as AWS's diagnostics write it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/json/value.h"

namespace gait {

// `token` with `~` and `/` escaped, for use between two slashes.
std::string EscapePointerToken(std::string_view token);

// The tokens of a pointer, unescaped. "" has none. REQUIRES: the pointer is "" or begins with a slash.
std::vector<std::string> SplitPointer(std::string_view pointer);

// What `pointer` names in `root`, or null.
const Value* ResolvePointer(const Value& root, std::string_view pointer);

// A place in a document, as it is descended into: made of keys and indices, written as a JSON pointer
// (`/States/C/Choices/0/Next`) or in AWS's way (`/States/C/Choices[0]/Next`, names not escaped).
class Place {
 public:
  Place Key(std::string_view key) const;
  Place Index(size_t index) const;

  const std::string& pointer() const { return pointer_; }
  const std::string& location() const { return location_; }  // "" for the document itself

 private:
  std::string pointer_;
  std::string location_;
};

}  // namespace gait
