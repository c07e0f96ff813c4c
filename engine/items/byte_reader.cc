#include "engine/items/byte_reader.h"

#include <utility>

#include "engine/base/error_names.h"

namespace gait {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

WorkflowError Failed(std::string_view what, const std::string& where, std::string_view name) {
  std::string cause = "The ItemReader found ";
  cause.append(what).append(where);
  if (!name.empty()) cause.append(where.empty() ? " in " : " of ").append(name);
  return {std::string(error_names::kItemReaderFailed), std::move(cause)};
}

}  // namespace

WorkflowError ReadingFailed(std::string_view what, const TextPosition& position, std::string_view name) {
  return Failed(what, ", at line " + std::to_string(position.line) + ", byte " + std::to_string(position.byte), name);
}

WorkflowError ReadingFailed(std::string_view what, std::string_view name) { return Failed(what, "", name); }

bool ByteReader::PullOnce() {
  if (ended_) return false;
  Result<std::string> more = source_->Read();
  if (!more) error_ = more.error();
  if (!more || more->empty()) {
    ended_ = true;
    return false;
  }
  if (at_ == buffer_.size()) {
    buffer_ = std::move(more).value();
  } else {
    buffer_.erase(0, at_);
    buffer_ += *more;
  }
  at_ = 0;
  return true;
}

bool ByteReader::Pull(size_t least) {
  const size_t before = buffer_.size() - at_;
  if (!begun_) {
    begun_ = true;
    while (buffer_.size() < kByteOrderMark.size() && PullOnce()) {
    }
    if (buffer_.starts_with(kByteOrderMark)) Consume(kByteOrderMark.size());
  }
  while (buffer_.size() - at_ < before + least && PullOnce()) {
  }
  return buffer_.size() - at_ > before;
}

}  // namespace gait
