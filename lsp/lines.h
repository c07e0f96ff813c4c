// The lines of a text, and the three ways to say where something stands in it: by bytes, as the editor counts, and as
// diagnostics do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/source_position.h"

namespace gait::lsp {

// What an editor's `character` counts.
enum class PositionEncoding : uint8_t { kUtf8, kUtf16, kUtf32 };

std::string_view EncodingName(PositionEncoding encoding);

// Both from 0.
struct LinePosition {
  size_t line = 0, character = 0;

  bool operator==(const LinePosition&) const = default;
};

class Lines {
 public:
  // `text` must outlive the lines.
  explicit Lines(std::string_view text);

  // A position behind the end of its line is that end; one within a character is the beginning of it; one behind the
  // last line is the end of the text.
  size_t OffsetOf(LinePosition position, PositionEncoding encoding) const;
  LinePosition PositionOf(size_t offset, PositionEncoding encoding) const;

  // The byte that a diagnostic is about; the first one, if it does not say.
  size_t OffsetOf(SourcePosition position) const;

  // The end of the line that the byte is in, without what ends it.
  size_t EndOfLine(size_t offset) const;

 private:
  size_t LineOf(size_t offset) const;
  size_t EndOf(size_t line) const;

  std::string_view text_;
  std::vector<size_t> begins_;         // a line ends with \n, \r\n or \r
  std::vector<size_t> source_begins_;  // for a SourcePosition with \n alone
};

}  // namespace gait::lsp
