#include "engine/lang/jsonata/format_integer.h"

#include <cmath>

#include "engine/lang/jsonata/integer_picture.h"
#include "engine/lang/jsonata/picture_text.h"

namespace gait::jsonata {

std::string FormatInteger(double number, std::string_view picture) {
  return FormatInteger(std::floor(number), AnalyseIntegerPicture(ToCodePoints(picture)));
}

double ParseInteger(std::string_view text, std::string_view picture) {
  return ParseInteger(ToCodePoints(text), AnalyseIntegerPicture(ToCodePoints(picture)));
}

}  // namespace gait::jsonata
