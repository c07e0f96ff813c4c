// What a Parquet file's pages are compressed with. The home of zlib, Snappy and zstd in this layer.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "engine/items/parquet_metadata.h"

namespace gait {

// Memory that nobody has written to costs nothing yet: a page that lies about its size gets none for it.
using ParquetBuffer = std::unique_ptr<char[]>;

// Unpacks `packed` to exactly `size` bytes, which it allocates; what is wrong otherwise. Not for kUncompressed.
// A size that no bytes of that codec could come to is refused before anything is allocated.
std::string ParquetDecompress(ParquetCodec codec, std::string_view packed, size_t size, ParquetBuffer& unpacked);

}  // namespace gait
