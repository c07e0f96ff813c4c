#include "engine/items/line_reader.h"

namespace gait {

Result<bool> LineReader::Next() {
  do {
    const bool broken = size_ < bytes_.window().size();
    bytes_.Consume(size_ + broken);
    number_ += broken;
    size_ = 0;
    if (auto error = FindBreak()) return *std::move(error);
    if (bytes_.window().empty()) return false;
  } while (line().find_first_not_of(" \t\r") == std::string_view::npos);
  return true;
}

std::optional<WorkflowError> LineReader::FindBreak() {
  for (;;) {
    const size_t found = bytes_.window().find('\n', size_);
    size_ = found == std::string_view::npos ? bytes_.window().size() : found;
    if (size_ > kItemBytesMax) return Failed("a line of more than " + std::to_string(kItemBytesMax) + " bytes", 0);
    if (found != std::string_view::npos) return std::nullopt;
    if (!bytes_.Pull()) return bytes_.error();
  }
}

}  // namespace gait
