// The JSON Schema of the States Language, made of the field tables that the definitions are read by.
#pragma once

#include <string_view>

#include "engine/json/value.h"

namespace gait::cli {

// What is said of a field in an editor; "" for nothing.
using Describe = std::string_view (*)(std::string_view field);

// Draft 7, which editors and ajv take without options. It refuses what is wrong whatever the values of expressions are:
// unknown fields, those of another type of state or of the other query language, missing and exclusive ones, types,
// bounds, enumerations. It knows nothing of paths' and expressions' syntax or of transitions: `gait validate` does.
//
// It takes a `${Placeholder}` in quotes in the place of a number or boolean, as templates have it.
Value StateMachineSchema(Describe describe);

}  // namespace gait::cli
