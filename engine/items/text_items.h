// The items in texts: CSV, JSON, JSON lines.
#pragma once

#include <memory>

#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"

namespace gait {

// The items of such bytes. CSV and JSON lines are held a row at a time; a JSON document whole.
std::unique_ptr<ItemSource> ItemsIn(const ItemFormat& format, std::unique_ptr<ByteSource> bytes);

}  // namespace gait
