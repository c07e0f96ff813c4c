// The bytes of a ByteSource as a window that moves over them: what is looked at stands in one piece, whatever pieces it
// came in. A byte order mark in front of them is none of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/items/item_source.h"

namespace gait {

// A row or an element with more bytes than this is an error: what is held does not grow with what is read. AWS takes
// 256 KiB as an execution's input, which is looked at where executions are started.
inline constexpr size_t kItemBytesMax = size_t{8} << 20;

// As people count: both from 1, the bytes from the beginning of the text, unpacked.
struct TextPosition {
  int64_t line = 1;
  int64_t byte = 1;
};

// States.ItemReaderFailed: "The ItemReader found WHAT, at line 3, byte 17 of s3://bucket/key". An object without a name
// is not named.
WorkflowError ReadingFailed(std::string_view what, const TextPosition& position, std::string_view name);
WorkflowError ReadingFailed(std::string_view what, std::string_view name);

// One thread at a time.
class ByteReader {
 public:
  // `name` is that of the object, for errors: "s3://bucket/key", or "".
  ByteReader(std::unique_ptr<ByteSource> source, std::string name)
      : source_(std::move(source)), name_(std::move(name)) {}

  // What has been read and is not consumed yet. Valid until the next call of Consume or Pull.
  std::string_view window() const { return std::string_view(buffer_).substr(at_); }
  // REQUIRES: `count` is not more than the window has.
  void Consume(size_t count) {
    at_ += count;
    consumed_ += static_cast<int64_t>(count);
  }
  // Reads more behind what the window has, `least` bytes of it if there are as many; false if there is nothing more.
  bool Pull(size_t least = 1);
  // After Pull gave false: the bytes ended early.
  const std::optional<WorkflowError>& error() const { return error_; }

  // That of the window's byte `at`, which stands in this line.
  TextPosition Position(int64_t line, size_t at) const { return {line, consumed_ + static_cast<int64_t>(at) + 1}; }
  const std::string& name() const { return name_; }

 private:
  bool PullOnce();

  std::unique_ptr<ByteSource> source_;
  const std::string name_;
  std::string buffer_;
  size_t at_ = 0;
  int64_t consumed_ = 0;
  bool begun_ = false, ended_ = false;
  std::optional<WorkflowError> error_;
};

}  // namespace gait
