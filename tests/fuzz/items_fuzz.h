// What the fuzz targets of readers of items share.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "engine/base/error_names.h"
#include "engine/base/utf.h"
#include "engine/items/item_source.h"
#include "engine/json/parse.h"

namespace gait::fuzz {

class Pieces : public ByteSource {
 public:
  Pieces(std::string_view text, size_t size) : text_(text), size_(size) {}
  Result<std::string> Read() override {
    std::string piece = text_.substr(at_, size_);
    at_ += piece.size();
    return piece;
  }

 private:
  const std::string text_;
  const size_t size_;
  size_t at_ = 0;
};

struct Found {
  std::vector<std::string> items;
  std::string cause;  // "" if there was no error
  bool operator==(const Found&) const = default;
};

inline std::string CheckedCause(const WorkflowError& error) {
  if (error.error != error_names::kItemReaderFailed || error.cause.value_or("").empty()) std::abort();
  if (!IsUtf8(*error.cause)) std::abort();
  return *error.cause;
}

// Every item is JSON, and an error has its name and a cause.
inline Found Items(ItemSource& source) {
  Found found;
  for (;;) {
    const Result<std::optional<Payload>> next = source.Next();
    if (!next) {
      found.cause = CheckedCause(next.error());
      return found;
    }
    if (!next->has_value()) return found;
    found.items.push_back((*next)->text());
    if (!ParseJson(found.items.back())) std::abort();
  }
}

// Passing over what has no error finds as many items.
inline void CheckSkip(ItemSource& source, const Found& found) {
  const Result<int64_t> skipped = source.Skip(1'000'000);
  if (found.cause.empty() && (!skipped || *skipped != static_cast<int64_t>(found.items.size()))) std::abort();
}

}  // namespace gait::fuzz
