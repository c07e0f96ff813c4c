// CRC-32 as zlib, gzip and PNG have it (RFC 1952, 8): what Python's zlib.crc32 gives. Finds bytes that changed by
// accident.
#pragma once

#include <cstdint>
#include <string_view>

namespace gait {

uint32_t Crc32(std::string_view bytes);

}  // namespace gait
