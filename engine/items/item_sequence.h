// The items of several sources, one after the other.
#pragma once

#include <functional>
#include <memory>

#include "engine/items/item_source.h"

namespace gait {

// `next` opens the next source, and gives null at the end; it is not called again after that, or an error. One source
// is open at a time.
std::unique_ptr<ItemSource> ItemSequence(std::function<Result<std::unique_ptr<ItemSource>>()> next);

}  // namespace gait
