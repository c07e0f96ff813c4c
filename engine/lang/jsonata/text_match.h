// Finds the pieces of a date's text. Each takes as much as it can while the others still match, as the groups of a
// regular expression do, but in time proportional to the text for each piece, without backtracking.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gait::jsonata {

struct TextPiece {
  enum class Kind {
    kText,           // `text`, in any case of its ASCII letters
    kDigits,         // one or more, or exactly `count`
    kLetters,        // one or more, ASCII
    kRomanDigits,    // one or more
    kSign,           // a plus or a minus
    kOrdinalSuffix,  // "st", "nd", "rd", "th"
    kNumberWords,    // one or more number words, "and", spaces, commas, hyphens
  };
  Kind kind;
  std::u32string_view text = {};
  char32_t zero = U'0';
  size_t count = 0;
};

// Where each piece ends, if they are the whole text together.
std::optional<std::vector<size_t>> MatchPieces(std::u32string_view text, const std::vector<TextPiece>& pieces);

}  // namespace gait::jsonata
