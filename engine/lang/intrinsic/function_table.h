// Look-ups in the table of functions, for the parser and the evaluation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/lang/intrinsic/intrinsic.h"

namespace gait::intrinsic {

// The row with this name, letter for letter, or null.
const IntrinsicFunction* FindFunction(std::string_view name);
// The name that was probably meant by one that is no function's.
std::optional<std::string_view> NearestFunction(std::string_view name);
// The parameter that argument `index`, counted from 0, goes to: the last one for all that are too many.
const IntrinsicParameter& ParameterOf(const IntrinsicFunction& function, size_t index);
// "2 arguments", "2 or 3 arguments", "at least 1 argument", "no arguments".
std::string ArgumentCountText(const IntrinsicFunction& function);

}  // namespace gait::intrinsic
