// Pictures of integers, as $formatInteger takes them and as the components of a date picture contain them: `#,##0`,
// `001;o`, `Ww`, `i`, `A` (XPath Functions 3.1, section 4.6.1).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gait::jsonata {

struct IntegerPicture {
  enum class Kind { kDecimal, kLetters, kRoman, kWords, kSequence };
  enum class Case { kLower, kUpper, kTitle };
  struct Separator {
    size_t position;  // the number of digits to its right
    char32_t character;
  };

  Kind kind = Kind::kDecimal;
  Case letter_case = Case::kLower;
  bool ordinal = false;

  // Of kDecimal:
  char32_t zero = U'0';
  size_t mandatory_digits = 0;
  size_t optional_digits = 0;
  std::vector<Separator> separators;  // from the right
  size_t interval = 0;                // of the first separator, which repeats; 0: each stands where it says

  // Of kSequence, a numbering that nobody implements: the picture without its modifier.
  std::u32string sequence;
};

// Throws D3131 where digits of several scripts meet, U1001 for a picture of more than kPictureLengthMax.
IntegerPicture AnalyseIntegerPicture(std::u32string_view picture);

// Throws D3130 for a sequence. REQUIRES: an integer, finite.
std::string FormatInteger(double number, const IntegerPicture& picture);

// NaN if the text is no integer. It is not held against the whole picture: only the kind of the numerals, the ordinal
// suffix and the separators count, as in the reference.
// Throws D3130 for a sequence.
double ParseInteger(std::u32string_view text, const IntegerPicture& picture);

}  // namespace gait::jsonata
