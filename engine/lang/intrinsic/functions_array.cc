#include <algorithm>
#include <unordered_set>

#include "engine/json/hash.h"
#include "engine/lang/intrinsic/functions.h"

namespace gait::intrinsic {
namespace {

constexpr uint64_t kRangeItemsMax = 1000;  // the guide's

}  // namespace

Value Array(Arguments& arguments) {
  ArrayBuilder array(arguments.size());
  for (const Value& value : arguments.all()) array.Add(value);
  return array.Build();
}

Value ArrayPartition(Arguments& arguments) {
  std::span<const Value> rest = arguments[0].items();
  if (arguments.Integer(1) <= 0) return arguments.Fail("the chunk size must be greater than 0");
  const auto chunk_size = static_cast<uint64_t>(arguments.Integer(1));
  ArrayBuilder chunks;
  while (!rest.empty()) {
    const size_t size = std::min<uint64_t>(chunk_size, rest.size());
    ArrayBuilder chunk(size);
    for (const Value& item : rest.first(size)) chunk.Add(item);
    chunks.Add(chunk.Build());
    rest = rest.subspan(size);
  }
  return chunks.Build();
}

Value ArrayContains(Arguments& arguments) {
  const std::span<const Value> items = arguments[0].items();
  return Value::Bool(std::find(items.begin(), items.end(), arguments[1]) != items.end());
}

Value ArrayRange(Arguments& arguments) {
  const int64_t first = arguments.Integer(0), last = arguments.Integer(1), step = arguments.Integer(2);
  if (step == 0) return arguments.Fail("the step must not be 0");
  if (step > 0 ? first > last : first < last) return Value::Array();
  // Unsigned, for the distance between two int64 may be more than one can hold.
  const auto from = static_cast<uint64_t>(first), to = static_cast<uint64_t>(last), by = static_cast<uint64_t>(step);
  const uint64_t count_less_one = step > 0 ? (to - from) / by : (from - to) / (0 - by);
  if (count_less_one >= kRangeItemsMax) {
    return arguments.Fail("the range has more than " + std::to_string(kRangeItemsMax) + " items");
  }
  ArrayBuilder range(count_less_one + 1);
  for (uint64_t i = 0; i <= count_less_one; ++i) range.Add(Value::Int(static_cast<int64_t>(from + i * by)));
  return range.Build();
}

Value ArrayGetItem(Arguments& arguments) {
  const int64_t index = arguments.Integer(1);
  const std::span<const Value> items = arguments[0].items();
  if (index < 0 || static_cast<uint64_t>(index) >= items.size()) {
    return arguments.Fail("the index " + std::to_string(index) + " is outside the array, whose length is " +
                          std::to_string(items.size()));
  }
  return items[static_cast<size_t>(index)];
}

Value ArrayLength(Arguments& arguments) { return Value::Int(static_cast<int64_t>(arguments[0].size())); }

Value ArrayUnique(Arguments& arguments) {
  std::unordered_set<Value, ValueHash> seen;
  ArrayBuilder unique;
  for (const Value& item : arguments[0].items()) {
    if (seen.insert(item).second) unique.Add(item);
  }
  return unique.Build();
}

}  // namespace gait::intrinsic
