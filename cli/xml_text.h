#pragma once

#include <string>
#include <string_view>

namespace gait::cli {

// As text or as an attribute's value of XML 1.0, which has no control characters: a question mark stands for one.
std::string XmlText(std::string_view text);

}  // namespace gait::cli
