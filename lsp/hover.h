// What is said of the place under the pointer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "lsp/document.h"

namespace gait::lsp {

struct Hover {
  std::string markdown;
  TextRange range;
};

// Of a field, a state, an error's name, a function. Empty where there is nothing to say.
std::optional<Hover> HoverAt(const Document& document, size_t offset);

}  // namespace gait::lsp
