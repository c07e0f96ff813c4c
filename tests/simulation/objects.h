// The objects that Distributed Maps read their items from, and write their results to. They outlive processes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/items/byte_sink.h"
#include "engine/items/item_reading.h"
#include "engine/items/item_source.h"
#include "engine/json/value.h"

namespace gait::simulation {

// How reading fails: its error and cause.
inline constexpr std::pair<std::string_view, std::string_view> kReaderFails = {"States.ItemReaderFailed",
                                                                               "the simulated object cannot be read"};

// How writing does.
inline constexpr std::pair<std::string_view, std::string_view> kWriterFails = {
    "States.ResultWriterFailed", "the simulated object cannot be written"};
inline constexpr std::string_view kResultBucket = "results";

// The items in the object of this key. A pure function, so that those who read and the model agree.
Value ItemsOfObject(uint64_t seed, std::string_view key);

// What happens on the way.
struct ObjectFate {
  std::function<void()> touched;  // may throw Crash
  std::function<bool()> fails;
};

// The same, as JSON lines in pieces.
Result<std::unique_ptr<ItemSource>> OpenItems(uint64_t seed, const ItemReading& reading, ObjectFate fate);

// An object of `objects`, by its key, which is there as a whole or not at all.
std::unique_ptr<ByteSink> OpenResult(std::map<std::string, std::string>& objects, std::string_view key,
                                     ObjectFate fate);

}  // namespace gait::simulation
