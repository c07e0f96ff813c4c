// Reading the members of requests, and writing those of answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/json/members.h"
#include "engine/json/value.h"

namespace gait {

inline std::optional<std::string> OptionalText(const Value& request, std::string_view member) {
  const Value* value = request.Find(member);
  return value != nullptr && value->is_string() ? std::optional<std::string>(value->as_string()) : std::nullopt;
}

inline bool FlagOf(const Value& request, std::string_view member, bool otherwise = false) {
  const Value* value = request.Find(member);
  return value != nullptr && value->is_bool() ? value->as_bool() : otherwise;
}

// Seconds since the epoch, as the API gives dates.
inline Value DateOf(Timestamp t) { return Value::Double(static_cast<double>(t.ms) / 1000); }

}  // namespace gait
