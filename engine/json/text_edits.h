// Changes of a text that leave all else in it as a person wrote it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/json/text_ranges.h"

namespace gait {

// The bytes from `range.begin` to `range.end` become `text`.
struct TextEdit {
  TextRange range;
  std::string text;

  bool operator==(const TextEdit&) const = default;
};

// What a fix changes in the text. Empty if it cannot be made there: the place is not in `ranges`, or it is YAML and the
// change is of more than a key or a scalar.
std::vector<TextEdit> EditsOf(const Fix& fix, std::string_view text, DocumentFormat format, const TextRanges& ranges);

// The text with the edits made; of two that overlap the earlier one alone.
std::string ApplyEdits(std::string_view text, std::vector<TextEdit> edits);

}  // namespace gait
