// What the ItemReader of a Distributed Map reads of S3 buckets.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
#pragma once

#include <memory>

#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"
#include "integrations/s3.h"

namespace gait {

// Fails with States.ItemReaderFailed. `s3` outlives what is opened.
Result<std::unique_ptr<ItemSource>> OpenS3Items(const S3& s3, const ItemReading& reading);

}  // namespace gait
