// How findings tell a way through the states.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gait {

// "A -> B -> C"; of a long way the first and the last states.
inline std::string JoinWay(std::span<const std::string_view> names) {
  constexpr size_t kNamesMax = 8, kFirst = 3, kLast = 4;
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names.size() > kNamesMax && i >= kFirst && i + kLast < names.size()) {
      if (i == kFirst) text += " -> ...";
      continue;
    }
    text += (i == 0 ? "" : " -> ") + std::string(names[i]);
  }
  return text;
}

}  // namespace gait
