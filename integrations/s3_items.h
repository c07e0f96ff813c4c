// What the ItemReader of a Distributed Map reads of S3 buckets: an object's bytes, or a bucket's objects.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
#pragma once

#include <memory>

#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"
#include "integrations/s3.h"

namespace gait {

// Fails with States.ItemReaderFailed. An object that begins as gzip's files do is unpacked. `folders` outlives what is
// opened.
Result<std::unique_ptr<ItemSource>> OpenS3Items(const S3& folders, const ItemReading& reading);

// What gzip packed, as it was before. One file behind the other is as one.
std::unique_ptr<ByteSource> Unzipped(std::unique_ptr<ByteSource> packed);

}  // namespace gait
