// An input or output in the history: a JSON value, its text, or both. Each is made from the other when it is first
// asked for: a payload that only passes through is not written twice, and one that is only stored again is not parsed.
#pragma once

#include <string>
#include <string_view>

#include "engine/json/value.h"

namespace gait {

// Not to be shared between threads while one of them may be the first to ask.
class Payload {
 public:
  Payload() = default;                                // absent
  Payload(Value value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  // REQUIRES: `text` is JSON, nested kNestingMax deep at the most.
  static Payload FromText(std::string_view text);
  // A value together with the text that a user wrote for it, which is then what the history shows.
  static Payload FromUser(Value value, std::string_view text);

  bool present() const { return !value_.is_undefined() || !text_.is_undefined(); }
  // REQUIRES: present(). Throws InternalError if the text is no JSON: what a store gave back was damaged.
  const Value& value() const;
  void AppendText(std::string& out) const;
  std::string text() const;
  // Is it the same object in memory, and so has the same text? False does not mean that they differ.
  bool SameAs(const Payload& other) const;

 private:
  mutable Value value_;  // undefined: not parsed yet
  Value text_;           // undefined: ToJson of value_
};

}  // namespace gait
