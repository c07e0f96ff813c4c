// The items in JSON lines: a value a line; blank lines are none.
#pragma once

#include <memory>
#include <string>

#include "engine/items/item_source.h"

namespace gait {

// Holds a line and a piece. `name` is that of the object, for errors, or "".
std::unique_ptr<ItemSource> JsonLineItems(std::unique_ptr<ByteSource> bytes, std::string name);

}  // namespace gait
