// The lines of a text, but for the blank ones.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/items/byte_reader.h"

namespace gait {

// Holds a line and a piece. One thread at a time.
class LineReader {
 public:
  // `name` is that of the object, for errors, or "".
  LineReader(std::unique_ptr<ByteSource> bytes, std::string name) : bytes_(std::move(bytes), std::move(name)) {}

  // Goes on to the next line; false at the end. A line of more than kItemBytesMax is an error. Not called again after
  // an error or the end.
  Result<bool> Next();
  // Without its line break; valid until Next.
  std::string_view line() const { return bytes_.window().substr(0, size_); }
  // "The ItemReader found WHAT", with the place of the line's byte `at`.
  WorkflowError Failed(std::string_view what, size_t at) const {
    return ReadingFailed(what, bytes_.Position(number_, at), bytes_.name());
  }

 private:
  std::optional<WorkflowError> FindBreak();

  ByteReader bytes_;
  int64_t number_ = 1;
  size_t size_ = 0;
};

}  // namespace gait
