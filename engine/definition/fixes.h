// The fixes that findings offer. Each is the only repair that there is, and cannot change what a sound part of the
// definition means; where a person has to choose, there is a hint and no fix.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/definition/field_table.h"
#include "engine/json/pointer.h"
#include "engine/json/value.h"

namespace gait {

// The one of `known` that `word` differs from by letter case alone, or else by one letter; empty where there is none,
// or more than one.
std::optional<std::string_view> SureMatch(std::string_view word, std::span<const std::string_view> known);

// The member at `place` gets another name.
Fix RenameTo(std::string_view name, const Place& place, std::string_view old_name);
// The value at `place` becomes another.
Fix SetTo(const Value& value, const Place& place);
Fix Remove(const Place& place, std::string_view name);

// What a value of the wrong type was meant to be: "true" and "60" without their quotes.
std::optional<Fix> FixType(const FieldRow& row, const Value& value, const Place& place);

}  // namespace gait
