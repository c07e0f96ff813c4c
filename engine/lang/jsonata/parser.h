// Text to syntax tree.
#pragma once

#include <string_view>

#include "engine/lang/jsonata/ast.h"
#include "engine/lang/jsonata/names.h"

namespace gait::jsonata {

// `has_defaults`: with the operators `?:` and `??`. Throws Error, with the position in bytes.
Tree ParseExpression(std::string_view source, bool has_defaults, Names& names);

}  // namespace gait::jsonata
