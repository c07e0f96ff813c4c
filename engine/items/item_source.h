// Where the items of a Distributed Map come from: bytes or a listing outside, items here, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/history/payload.h"

namespace gait {

// One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Some bytes more; "" at the end.
  virtual Result<std::string> Read() = 0;
};

// The same of what can be read anywhere in it. One thread at a time.
class RandomBytes {
 public:
  virtual ~RandomBytes() = default;
  virtual int64_t size() const = 0;
  // `count` bytes from `offset` on; fewer at the end alone.
  virtual Result<std::string> ReadAt(int64_t offset, size_t count) = 0;
};

// One thread at a time. Holds what the item at hand needs, not what came before it.
class ItemSource {
 public:
  virtual ~ItemSource() = default;
  // The next item; empty at the end. Not called again after an error or the end.
  virtual Result<std::optional<Payload>> Next() = 0;
  // Where that item came from, if each has a place of its own: "s3://BUCKET/KEY"; else "".
  virtual std::string_view Source() const { return {}; }
  // Passes over so many items, or those that are left if they are fewer; how many that were. For whoever has had them
  // before: what is passed over is read only as far as it takes to find where each item ends, and so what is wrong
  // within an item may go unnoticed. Not called again after an error or the end, nor is Next.
  virtual Result<int64_t> Skip(int64_t items);
};

// The items of an array; of an object its members: {"Key": ..., "Value": ...}.
std::unique_ptr<ItemSource> ItemsIn(Value array_or_object);

// The items of a source up to a maximum, as that of an ItemReading: an array. Fails with States.ItemReaderFailed.
Result<Value> ReadItems(ItemSource& source, int64_t items_max);

}  // namespace gait
