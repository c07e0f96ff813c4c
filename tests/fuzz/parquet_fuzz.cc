// Any bytes are a Parquet file, whose items are JSON, or are refused with a cause; both in little memory.
#include <cstdlib>
#include <memory>
#include <string>

#include "engine/items/parquet_items.h"
#include "engine/json/parse.h"

namespace {

class Bytes : public gait::RandomBytes {
 public:
  explicit Bytes(std::string text) : text_(std::move(text)) {}
  int64_t size() const override { return static_cast<int64_t>(text_.size()); }
  gait::Result<std::string> ReadAt(int64_t offset, size_t count) override {
    if (offset < 0 || offset > size()) std::abort();
    return text_.substr(static_cast<size_t>(offset), count);
  }

 private:
  const std::string text_;
};

void Check(const gait::WorkflowError& error) {
  if (error.error != "States.ItemReaderFailed" || !error.cause->starts_with("The Parquet file's ")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto source =
      gait::OpenParquet(std::make_unique<Bytes>(std::string(reinterpret_cast<const char*>(data), size)));
  if (!source) {
    Check(source.error());
    return 0;
  }
  for (int i = 0; i < 2000; ++i) {  // a page of no bytes can have any number of rows without a value
    const auto item = (*source)->Next();
    if (!item) {
      Check(item.error());
      break;
    }
    if (!item->has_value()) break;
    if (!gait::ParseJson((*item)->text())) std::abort();
  }
  return 0;
}
