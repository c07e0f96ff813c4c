// The items in a Parquet file: its rows, objects of the columns' names and values (parquet_text.h), in the order of the
// schema. A row without a value has `null` there.
//
// Columns are flat: repeated ones and groups are refused. Pages are UNCOMPRESSED, SNAPPY, GZIP or ZSTD; their values in
// any of the encodings of https://github.com/apache/parquet-format/blob/master/Encodings.md. Encrypted files are
// refused.
#pragma once

#include <memory>

#include "engine/items/item_source.h"

namespace gait {

// Reads the file's end, and checks it; then a page of each column at a time, so that what is held does not grow with
// the file (kParquetHeldBytesMax at the most). What is broken fails with States.ItemReaderFailed and says where it is.
Result<std::unique_ptr<ItemSource>> OpenParquet(std::unique_ptr<RandomBytes> bytes);

}  // namespace gait
