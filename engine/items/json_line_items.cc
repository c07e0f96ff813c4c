#include "engine/items/json_line_items.h"

#include <utility>

#include "engine/items/line_reader.h"
#include "engine/json/parse.h"

namespace gait {
namespace {

class Source : public ItemSource {
 public:
  Source(std::unique_ptr<ByteSource> bytes, std::string name) : lines_(std::move(bytes), std::move(name)) {}

  Result<std::optional<Payload>> Next() override {
    const Result<bool> found = lines_.Next();
    if (!found) return found.error();
    if (!*found) return std::optional<Payload>();
    JsonParse parse = ParseJson(lines_.line());
    if (!parse) return lines_.Failed("a line that is not JSON: " + parse.error.message, parse.error.offset);
    return std::optional(Payload(*std::move(parse.value)));
  }

  Result<int64_t> Skip(int64_t items) override {
    for (int64_t skipped = 0; skipped < items; ++skipped) {
      const Result<bool> found = lines_.Next();
      if (!found) return found.error();
      if (!*found) return skipped;
    }
    return items;
  }

 private:
  LineReader lines_;
};

}  // namespace

std::unique_ptr<ItemSource> JsonLineItems(std::unique_ptr<ByteSource> bytes, std::string name) {
  return std::make_unique<Source>(std::move(bytes), std::move(name));
}

}  // namespace gait
