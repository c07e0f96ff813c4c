// The items in texts: CSV, JSON, JSON lines.
#pragma once

#include <memory>
#include <string>

#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"

namespace gait {

// The items of such bytes, as csv_items.h, json_items.h and json_line_items.h give them. `name` is that of the object,
// for errors, or "". REQUIRES: the type is no other one.
std::unique_ptr<ItemSource> ItemsIn(const ItemFormat& format, std::unique_ptr<ByteSource> bytes, std::string name = "");

}  // namespace gait
