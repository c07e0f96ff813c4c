// Any bytes are CSV with items that are JSON, or fail with a place, the same in whatever pieces they come. The first
// byte chooses delimiter and headers.
#include "engine/items/csv_items.h"
#include "tests/fuzz/items_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  gait::ItemFormat format;
  format.type = gait::ItemFormat::InputType::kCsv;
  format.delimiter = ",|; \t"[data[0] % 5];
  if ((data[0] & 0x80) != 0) format.headers = {"a", "b\"", ""};
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto open = [&](size_t piece) {
    return CsvItems(format, std::make_unique<gait::fuzz::Pieces>(text, piece), "s3://b/k");
  };
  const gait::fuzz::Found whole = gait::fuzz::Items(*open(size));
  for (const size_t piece : {size_t{1}, size_t{3}, size_t{7}}) {
    if (gait::fuzz::Items(*open(piece)) != whole) std::abort();
    gait::fuzz::CheckSkip(*open(piece), whole);
  }
  return 0;
}
