// JSON Pointer (RFC 6901), and the same place as AWS's diagnostics write it.
#pragma once

#include <memory>
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
// (`/States/C/Choices/0/Next`) or in AWS's way (`/States/C/Choices[0]/Next`, names not escaped). Cheap to make and to
// copy: only what is reported is ever written.
class Place {
 public:
  Place Key(std::string_view key) const {
    return Place(std::make_shared<const Step>(Step{last_, std::string(key), 0, false}));
  }
  Place Index(size_t index) const { return Place(std::make_shared<const Step>(Step{last_, "", index, true})); }

  std::string pointer() const;
  std::string location() const;  // "" for the document itself

  Place() = default;  // the document itself

 private:
  struct Step {
    std::shared_ptr<const Step> before;  // null: the document itself
    std::string key;
    size_t index;
    bool is_index;
  };
  explicit Place(std::shared_ptr<const Step> last) : last_(std::move(last)) {}
  std::vector<const Step*> Steps() const;

  std::shared_ptr<const Step> last_;
};

}  // namespace gait
