#include "lsp/lines.h"

#include <algorithm>

#include "engine/base/utf.h"

namespace gait::lsp {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// What the character of `bytes` bytes counts.
size_t UnitsOf(size_t bytes, PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::kUtf8: return bytes;
    case PositionEncoding::kUtf16: return bytes == 4 ? 2 : 1;
    case PositionEncoding::kUtf32: return 1;
  }
  return 1;
}

}  // namespace

std::string_view EncodingName(PositionEncoding encoding) {
  constexpr std::string_view kNames[] = {"utf-8", "utf-16", "utf-32"};
  return kNames[static_cast<size_t>(encoding)];
}

Lines::Lines(std::string_view text) : text_(text), begins_{0}, source_begins_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool feed = text[i] == '\n';
    if (feed) source_begins_.push_back(i + 1);
    if (feed || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) begins_.push_back(i + 1);
  }
}

size_t Lines::LineOf(size_t offset) const {
  return static_cast<size_t>(std::upper_bound(begins_.begin(), begins_.end(), offset) - begins_.begin()) - 1;
}

size_t Lines::EndOf(size_t line) const {
  size_t end = line + 1 < begins_.size() ? begins_[line + 1] : text_.size();
  while (end > begins_[line] && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return end;
}

size_t Lines::EndOfLine(size_t offset) const { return EndOf(LineOf(std::min(offset, text_.size()))); }

size_t Lines::OffsetOf(LinePosition position, PositionEncoding encoding) const {
  if (position.line >= begins_.size()) return text_.size();
  const size_t end = EndOf(position.line);
  size_t at = begins_[position.line];
  for (size_t left = position.character; at < end;) {
    const size_t bytes = Utf8Size(text_[at]), units = UnitsOf(bytes, encoding);
    if (units > left) break;
    left -= units;
    at += bytes;
  }
  return std::min(at, end);
}

LinePosition Lines::PositionOf(size_t offset, PositionEncoding encoding) const {
  offset = std::min(offset, text_.size());
  const size_t line = LineOf(offset);
  LinePosition position{line, 0};
  for (size_t at = begins_[line]; at < offset;) {
    const size_t bytes = Utf8Size(text_[at]);
    position.character += UnitsOf(bytes, encoding);
    at += bytes;
  }
  return position;
}

size_t Lines::OffsetOf(SourcePosition position) const {
  if (position.line < 1) return 0;
  const auto line = static_cast<size_t>(position.line) - 1;
  if (line >= source_begins_.size()) return text_.size();
  const size_t end = line + 1 < source_begins_.size() ? source_begins_[line + 1] - 1 : text_.size();
  size_t at = source_begins_[line];
  if (line == 0 && text_.starts_with(kByteOrderMark)) at += kByteOrderMark.size();
  for (int column = 1; column < position.column && at < end; ++column) at += Utf8Size(text_[at]);
  return std::min(at, end);
}

}  // namespace gait::lsp
