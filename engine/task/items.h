// Where the items of a Distributed Map come from when an ItemReader brings them: bytes or a listing outside, items
// here, one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/json/value.h"

namespace gait {

// One thread at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Some bytes more; "" at the end.
  virtual Result<std::string> Read() = 0;
};

// One thread at a time. Holds what the item at hand needs, not what came before it.
class ItemSource {
 public:
  virtual ~ItemSource() = default;
  // The next item; empty at the end. Not called again after an error or the end.
  virtual Result<std::optional<Value>> Next() = 0;
};

// What an ItemReader asks for. Immutable; any thread.
class ItemReading {
 public:
  virtual ~ItemReading() = default;

  std::string resource;   // "arn:aws:states:::s3:getObject"
  Value arguments;        // an object
  int64_t items_max = 0;  // 0: all; less than 0 is a user's error

  // The items in what was found there.
  virtual std::unique_ptr<ItemSource> ItemsOf(std::unique_ptr<ByteSource> bytes) const = 0;
};

// The items of a source up to a maximum, as that of an ItemReading: an array. Fails with States.ItemReaderFailed.
Result<Value> ReadItems(ItemSource& source, int64_t items_max);

}  // namespace gait
