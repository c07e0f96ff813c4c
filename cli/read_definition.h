// A definition as a value, for commands that look at it and do not run it.
#pragma once

#include <string>

#include "engine/json/value.h"

namespace gait::cli {

// The definition in the file: JSON, or YAML by the file's name; `-` is standard input, in either. Throws UsageError,
// with the position, if it cannot be read, or is no object.
Value ReadDefinition(const std::string& path);

// How many errors `gait validate` would report of the definition.
size_t CountErrors(const Value& definition);

}  // namespace gait::cli
