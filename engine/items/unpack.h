// What was packed, as it was before.
#pragma once

#include <memory>
#include <string>

#include "engine/items/item_source.h"

namespace gait {

// Bytes that begin as the files of gzip or Zstandard do are unpacked, one file behind the other as one; all others are
// as they are. Reads the first of them. Zstandard's window is 128 MiB at the most. Fails with States.ItemReaderFailed;
// `name` is that of the object, for errors, or "".
Result<std::unique_ptr<ByteSource>> Unpacked(std::unique_ptr<ByteSource> bytes, std::string name);

}  // namespace gait
