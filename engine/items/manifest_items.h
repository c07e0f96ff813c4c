// The items in the objects that a manifest names.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
// https://docs.aws.amazon.com/athena/latest/ug/unload.html
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/items/item_objects.h"
#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"

namespace gait {

// Of S3 Inventory, which is held whole.
inline constexpr size_t kManifestBytesMax = size_t{64} << 20;

// `manifest` has the bytes of `name`, unpacked. Fails with States.ItemReaderFailed, which names the manifest, and the
// object of it that is not there, or not as the manifest says. That is told for S3 Inventory when the object has been
// read: its size and its MD5, where the manifest has them.
//   S3_INVENTORY: `manifest.json`, whose files are CSV in the destination bucket. An item is a row of these: the
//   columns
//     of the fileSchema as texts, as they stand there; keys are as for a URL.
//   ATHENA_DATA: a line for each object, `s3://bucket/key`; the objects are in the format's type.
// REQUIRES: the format has a manifest type.
Result<std::unique_ptr<ItemSource>> ItemsOfManifest(std::shared_ptr<ItemObjects> objects, const ItemFormat& format,
                                                    std::unique_ptr<ByteSource> manifest, const ObjectName& name);

}  // namespace gait
