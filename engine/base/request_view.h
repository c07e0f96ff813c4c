// An HTTP request as those look at it who did not read it from the network. The views point into who did.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace gait {

struct HeaderField {
  std::string_view name, value;
};

// The names of header fields are the same in any case (RFC 9110, 5.1).
inline bool SameName(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

struct RequestView {
  std::string_view method;
  std::string_view target;  // of the request line: the path, and the query behind '?'
  std::span<const HeaderField> headers;
  std::string_view body;

  // The first field of the name; null if there is none.
  const HeaderField* Find(std::string_view name) const {
    const auto it = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return SameName(h.name, name); });
    return it == headers.end() ? nullptr : &*it;
  }
  // Its value; "" if there is none.
  std::string_view Header(std::string_view name) const {
    const HeaderField* field = Find(name);
    return field == nullptr ? std::string_view() : field->value;
  }
};

}  // namespace gait
