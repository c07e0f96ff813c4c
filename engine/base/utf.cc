#include "engine/base/utf.h"

#include <algorithm>

namespace gait {

std::strong_ordering CompareUtf16(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  const auto [pa, pb] = std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(common), b.begin());
  if (pa == a.begin() + static_cast<ptrdiff_t>(common)) return a.size() <=> b.size();
  const auto x = static_cast<unsigned char>(*pa);
  const auto y = static_cast<unsigned char>(*pb);
  // A lead byte of 0xF0 and above is a surrogate pair, which begins with a unit below U+E000 (lead bytes 0xEE and 0xEF).
  const bool x_pair = x >= 0xf0, y_pair = y >= 0xf0;
  if (x_pair != y_pair && x >= 0xee && y >= 0xee) return x_pair ? std::strong_ordering::less : std::strong_ordering::greater;
  return x <=> y;
}

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(),
                                           [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace gait
