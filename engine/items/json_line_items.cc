#include "engine/items/json_line_items.h"

#include <utility>

#include "engine/items/byte_reader.h"
#include "engine/json/parse.h"

namespace gait {
namespace {

class Source : public ItemSource {
 public:
  Source(std::unique_ptr<ByteSource> bytes, std::string name) : bytes_(std::move(bytes), std::move(name)) {}

  Result<std::optional<Payload>> Next() override {
    const Result<bool> found = ReadLine();
    if (!found) return found.error();
    if (!*found) return std::optional<Payload>();
    JsonParse parse = ParseJson(bytes_.window().substr(0, size_));
    if (!parse) {
      return ReadingFailed("a line that is not JSON: " + parse.error.message,
                           bytes_.Position(line_, parse.error.offset), bytes_.name());
    }
    return std::optional(Payload(*std::move(parse.value)));
  }

  Result<int64_t> Skip(int64_t items) override {
    for (int64_t skipped = 0; skipped < items; ++skipped) {
      const Result<bool> found = ReadLine();
      if (!found) return found.error();
      if (!*found) return skipped;
    }
    return items;
  }

 private:
  // The next line that is not blank is then at the front of the window, and `size_` long; false at the end.
  Result<bool> ReadLine() {
    do {
      if (size_ < bytes_.window().size()) {
        bytes_.Consume(size_ + 1);
        ++line_;
      } else {
        bytes_.Consume(size_);
      }
      size_ = 0;
      if (auto error = FindBreak()) return *std::move(error);
      if (bytes_.window().empty()) return false;
    } while (bytes_.window().substr(0, size_).find_first_not_of(" \t\r") == std::string_view::npos);
    return true;
  }

  std::optional<WorkflowError> FindBreak() {
    for (;;) {
      const size_t found = bytes_.window().find('\n', size_);
      size_ = found == std::string_view::npos ? bytes_.window().size() : found;
      if (size_ > kItemBytesMax) {
        return ReadingFailed("a line of more than " + std::to_string(kItemBytesMax) + " bytes",
                             bytes_.Position(line_, 0), bytes_.name());
      }
      if (found != std::string_view::npos) return std::nullopt;
      if (!bytes_.Pull()) return bytes_.error();
    }
  }

  ByteReader bytes_;
  int64_t line_ = 1;
  size_t size_ = 0;  // of the line at hand, without its break
};

}  // namespace

std::unique_ptr<ItemSource> JsonLineItems(std::unique_ptr<ByteSource> bytes, std::string name) {
  return std::make_unique<Source>(std::move(bytes), std::move(name));
}

}  // namespace gait
