// Objects of S3 as the bytes that a Distributed Map reads and writes.
#pragma once

#include <memory>
#include <string_view>

#include "engine/base/result.h"
#include "engine/items/byte_sink.h"
#include "engine/items/item_source.h"
#include "integrations/s3.h"

namespace gait {

// Fails with States.ItemReaderFailed.
std::unique_ptr<RandomBytes> RandomBytesOf(std::unique_ptr<S3Object> object);

// Where a result of a Distributed Map is written: the object takes the place of one with the key when it is finished.
// Fails, then and later, with States.ResultWriterFailed and the object's name ("s3://bucket/key: ..."). `s3` outlives
// the sink.
Result<std::unique_ptr<ByteSink>> OpenS3Result(const S3& s3, std::string_view bucket, std::string_view key);

}  // namespace gait
