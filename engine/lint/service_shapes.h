// What the calls of services answer, as far as it is documented. Internal to engine/lint.
#pragma once

#include "engine/lint/machine_view.h"
#include "engine/lint/shape.h"

namespace gait::lint {

// The members that the Task's result can have, or the unknown shape.
ShapePtr ServiceShape(const StateView& state);

}  // namespace gait::lint
