// Any bytes are JSON with the items that parsing all of it finds, or fail with a place, the same in whatever pieces
// they come. The first byte chooses the ItemsPointer.
#include "engine/items/json_items.h"
#include "engine/json/pointer.h"
#include "engine/json/write.h"
#include "tests/fuzz/items_fuzz.h"

namespace {

constexpr const char* kPointers[] = {"", "/a", "/a/b", "/0", "/a/1"};

// What the document parsed as a whole has, if it has no key twice: which one counts is for the last to say.
void CheckAgainstWhole(std::string_view text, const std::string& pointer, const gait::fuzz::Found& found) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const gait::JsonParse parse = gait::ParseJson(text);
  if (!parse) {
    // What is passed over is not parsed.
    if (pointer.empty() && found.cause.empty()) std::abort();
    return;
  }
  if (parse.repeated_keys) return;
  const gait::Value* items = gait::ResolvePointer(*parse.value, pointer);
  const bool members = items != nullptr && items->is_object() && !pointer.empty();
  if (items == nullptr || !(items->is_array() || members)) {
    if (found.cause.empty()) std::abort();
    return;
  }
  if (!found.cause.empty() || found.items.size() != items->size()) std::abort();
  for (size_t i = 0; i < items->size(); ++i) {
    const gait::Value item =
        members ? gait::Value::Object({{"Key", items->members()[i].key}, {"Value", items->members()[i].value}})
                : items->items()[i];
    if (gait::ToJson(item) != found.items[i]) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string pointer = kPointers[data[0] % std::size(kPointers)];
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto open = [&](size_t piece) {
    return JsonItems(pointer, std::make_unique<gait::fuzz::Pieces>(text, piece), "s3://b/k");
  };
  const gait::fuzz::Found whole = gait::fuzz::Items(*open(size));
  CheckAgainstWhole(text, pointer, whole);
  for (const size_t piece : {size_t{1}, size_t{3}}) {
    if (gait::fuzz::Items(*open(piece)) != whole) std::abort();
    gait::fuzz::CheckSkip(*open(piece), whole);
  }
  return 0;
}
