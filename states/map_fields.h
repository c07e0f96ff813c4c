// What the fields of a Map may hold, as far as their tables cannot say it.
#pragma once

#include "engine/definition/state_reader.h"

namespace gait {

// Items that are written down are an array or an object.
void CheckItems(const StateReader& map);

// The Label, "" if there is none.
std::string ReadLabel(const StateReader& map);

// Of a Map that is not distributed, which cannot be executed with such fields.
void RefuseDistributedFields(const StateReader& map);

}  // namespace gait
