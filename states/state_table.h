// The types of states, one file each.
#pragma once

#include "engine/definition/state_reader.h"

namespace gait {

extern const StateType kPassType, kTaskType, kChoiceType, kWaitType, kSucceedType, kFailType, kParallelType, kMapType;

// All of them, in the order in which AWS's messages list them.
StateTable StateTypes();

}  // namespace gait
