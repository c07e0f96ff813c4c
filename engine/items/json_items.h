// The items in JSON: the elements of an array, or the members of an object that an ItemsPointer names.
#pragma once

#include <memory>
#include <string>

#include "engine/items/item_source.h"

namespace gait {

// `pointer` is the ItemsPointer, or "". Holds an item and a piece; the document is looked through to its end, and may
// be found to be no JSON behind its last item. `name` is that of the object, for errors, or "".
std::unique_ptr<ItemSource> JsonItems(std::string pointer, std::unique_ptr<ByteSource> bytes, std::string name);

}  // namespace gait
