// The items in CSV (RFC 4180): an object a row, whose members are texts.
#pragma once

#include <memory>
#include <string>

#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"

namespace gait {

// AWS's limit for the row with the headers, and for all CSVHeaders together.
inline constexpr size_t kCsvHeaderBytesMax = 10'240;

// A row ends at a line break outside quotes; empty rows are none. What a row has too few of is "", what it has too many
// of is dropped. Holds a row and a piece. `name` is that of the object, for errors, or "".
std::unique_ptr<ItemSource> CsvItems(const ItemFormat& format, std::unique_ptr<ByteSource> bytes, std::string name);

}  // namespace gait
