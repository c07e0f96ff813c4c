#include "engine/base/utf.h"

#include <algorithm>
#include <cstdint>

namespace gait {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

size_t Utf8CharacterSize(std::string_view text) {
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};  // that needs so many bytes
  const uint32_t lead = static_cast<unsigned char>(text[0]);
  const size_t size = Utf8Size(text[0]);
  if (size == 1) return lead < 0x80 ? 1 : 0;
  if (size > text.size() || lead >= 0xf8) return 0;
  uint32_t character = lead & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) {
    if (!IsContinuation(text[i])) return 0;
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  return character < kSmallest[size] || character > 0x10ffff || surrogate ? 0 : size;
}

bool IsUtf8(std::string_view text) {
  for (;;) {
    // Most texts are ASCII alone.
    const auto beyond = std::find_if(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
    text.remove_prefix(static_cast<size_t>(beyond - text.begin()));
    if (text.empty()) return true;
    const size_t size = Utf8CharacterSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const size_t size = Utf8CharacterSize(text);
    valid.append(size == 0 ? "\uFFFD" : text.substr(0, size));
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return valid;
}

size_t Utf8Size(char lead) {
  const auto c = static_cast<unsigned char>(lead);
  return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

std::strong_ordering CompareUtf16(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  const auto [pa, pb] = std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(common), b.begin());
  if (pa == a.begin() + static_cast<ptrdiff_t>(common)) return a.size() <=> b.size();
  const auto x = static_cast<unsigned char>(*pa);
  const auto y = static_cast<unsigned char>(*pb);
  // A lead byte of 0xF0 and above is a surrogate pair, which begins with a unit below U+E000 (lead bytes 0xEE and
  // 0xEF).
  const bool x_pair = x >= 0xf0, y_pair = y >= 0xf0;
  if (x_pair != y_pair && x >= 0xee && y >= 0xee)
    return x_pair ? std::strong_ordering::less : std::strong_ordering::greater;
  return x <=> y;
}

size_t CountCodePoints(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

void AppendUtf8(std::string& text, uint32_t code_point) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace gait
