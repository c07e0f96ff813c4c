// Texts as they are written into a definition.
#pragma once

#include <string>
#include <string_view>

#include "engine/json/document.h"

namespace gait::lsp {

// A text in YAML: plain where that is read as the same text, else in double quotes.
std::string YamlScalar(std::string_view text);

// The same text in the place of `written`, a key or a scalar: with quotes if it has them, or must have them.
std::string ScalarLike(std::string_view written, std::string_view text, DocumentFormat format);

}  // namespace gait::lsp
