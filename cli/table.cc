#include "cli/table.h"

#include <algorithm>
#include <cstdint>

#include "engine/base/utf.h"

namespace gait::cli {
namespace {

// The code point at `at`, which is moved behind it.
uint32_t Next(std::string_view text, size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  uint32_t c = lead >= 0xf0 ? lead & 7 : lead >= 0xe0 ? lead & 15 : lead & 31;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) {
    c = c << 6 | (static_cast<unsigned char>(text[at++]) & 63);
  }
  return c;
}

// The blocks that Unicode's East Asian Width calls wide, and the emoji; combining marks take no column.
size_t WidthOf(uint32_t c) {
  if ((c >= 0x300 && c <= 0x36f) || c == 0x200b || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
                    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                    (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1f64f) || (c >= 0x1f900 && c <= 0x1f9ff) ||
                    (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) width += WidthOf(Next(text, at));
  return width;
}

std::string Printable(std::string_view text) {
  const std::string valid = ReplaceInvalidUtf8(text);
  std::string out;
  for (size_t at = 0; at < valid.size();) {
    const size_t begin = at;
    const uint32_t c = Next(valid, at);
    const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    out += control ? std::string_view(" ") : std::string_view(valid).substr(begin, at - begin);
  }
  return out;
}

std::string Shortened(std::string_view text, size_t width) {
  std::string line;
  for (char c : Printable(text)) {
    if (c != ' ' || !line.ends_with(' ')) line += c;
  }
  if (DisplayWidth(line) <= width) return line;
  size_t at = 0;
  for (size_t taken = 0; at < line.size();) {
    size_t end = at;
    taken += WidthOf(Next(line, end));
    if (taken + 3 > width) break;
    at = end;
  }
  return line.substr(0, at) + "...";
}

std::string Table::Render() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - DisplayWidth(row[i]) + 2, ' ');
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace gait::cli
