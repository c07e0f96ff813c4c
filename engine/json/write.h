// Value to JSON text: compact, members in their order, non-ASCII text as it is, as AWS's JSON library writes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/json/value.h"

namespace gait {

std::string ToJson(const Value& value);
void AppendJson(std::string& out, const Value& value);
void AppendJsonString(std::string& out, std::string_view text);

// Over several lines, indented by two spaces, for people.
std::string ToPrettyJson(const Value& value);

// The number of bytes that ToJson would give. Containers remember theirs, so the cost for a value of which only a part
// is new is that of the part.
size_t JsonSize(const Value& value);

// How a double is spelled: the fewest digits that read back as the same double, in Java's layout (`1.0`, `1.5E-7`,
// `1.789180622E9`), which is what AWS's histories show. NaN and the infinities are no JSON: `null`.
std::string FormatDouble(double d);

}  // namespace gait
