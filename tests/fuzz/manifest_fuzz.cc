// Any bytes are a manifest of either kind, or fail; and so is the file that a manifest names. The first byte chooses
// the kind, and the one after it how much of the bytes is the file `k`.
#include "engine/items/object_items.h"
#include "tests/fuzz/items_fuzz.h"
#include "tests/support/memory_objects.h"

namespace {

// Of Zstandard's damaged data more or less is given, as the pieces are: what differs is an error in both.
bool OfZstandard(const gait::fuzz::Found& a, const gait::fuzz::Found& b) {
  const auto damaged = [](const gait::fuzz::Found& f) { return f.cause.find("Zstandard data") != std::string::npos; };
  return !a.cause.empty() && (damaged(a) || damaged(b));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 2), size - 2);
  const size_t file = std::min<size_t>(data[1], text.size());
  gait::ItemReading reading;
  reading.resource = "arn:aws:states:::s3:getObject";
  reading.arguments =
      gait::Value::Object({{"Bucket", gait::Value::String("b")}, {"Key", gait::Value::String("manifest")}});
  reading.format.type =
      (data[0] & 2) != 0 ? gait::ItemFormat::InputType::kJsonLines : gait::ItemFormat::InputType::kCsv;
  reading.format.manifest =
      (data[0] & 1) != 0 ? gait::ItemFormat::ManifestType::kAthenaData : gait::ItemFormat::ManifestType::kS3Inventory;
  gait::fuzz::Found first;
  for (const size_t piece : {size + 1, size_t{1}, size_t{3}}) {
    const auto objects = std::make_shared<gait::testing::MemoryObjects>();
    objects->piece_bytes = piece;
    objects->objects["b/k"] = text.substr(0, file);
    objects->objects["b/manifest"] = text.substr(file);
    gait::fuzz::Found found;
    auto source = OpenItems(objects, reading);
    if (source) {
      found = gait::fuzz::Items(**source);
      auto again = OpenItems(objects, reading);
      if (!again) std::abort();
      gait::fuzz::CheckSkip(**again, found);
    } else {
      found.cause = gait::fuzz::CheckedCause(source.error());
    }
    if (piece > size) first = found;
    if (found != first && !(OfZstandard(first, found) && OfZstandard(found, first))) std::abort();
  }
  return 0;
}
