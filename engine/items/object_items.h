// The items that an ItemReader asks for: those in an object, in the objects that a manifest or a listing names, or the
// listed objects themselves.
#pragma once

#include <memory>
#include <string>

#include "engine/items/item_objects.h"
#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"

namespace gait {

// Fails with States.ItemReaderFailed.
Result<std::unique_ptr<ItemSource>> OpenItems(std::shared_ptr<ItemObjects> objects, const ItemReading& reading);

// Those in one object. `version` is a VersionId, or "".
Result<std::unique_ptr<ItemSource>> OpenObject(ItemObjects& objects, const ItemFormat& format, const ObjectName& object,
                                               const std::string& version);

// Those in the bytes of one object, which may be packed. REQUIRES: the format is that of a text.
Result<std::unique_ptr<ItemSource>> ItemsInObject(const ItemFormat& format, std::unique_ptr<ByteSource> bytes,
                                                  const ObjectName& object);

}  // namespace gait
