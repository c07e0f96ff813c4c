// How `${Name}` is written.
#pragma once

#include <string>
#include <string_view>

namespace gait::templates {

constexpr bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':';
}

// The Name of the `${Name}` that begins at `at`; "" if none does.
constexpr std::string_view PlaceholderNameAt(std::string_view text, size_t at) {
  size_t end = at + 2;
  while (end < text.size() && IsNameCharacter(text[end])) ++end;
  return end < text.size() && text[end] == '}' ? text.substr(at + 2, end - at - 2) : std::string_view();
}

// `text` with every character that a name does not have as `_`.
inline std::string AsName(std::string_view text) {
  std::string name(text);
  for (char& c : name) c = IsNameCharacter(c) ? c : '_';
  return name.empty() ? "_" : name;
}

}  // namespace gait::templates
