#pragma once

#include <string>
#include <string_view>

namespace gait {

// As text or as an attribute's value of XML 1.0, which has no control characters: U+FFFD stands for one.
std::string XmlText(std::string_view text);

}  // namespace gait
