// A set of characters, as a class of a JavaScript regular expression describes one.
//
// JavaScript matches UTF-16 code units, and this engine code points: a character beyond U+FFFF is in a set where all
// surrogates are, so `[^a]` and `[\s\S]` hold it; half a pair matches nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gait::jsonata {

class CharSet {
 public:
  struct Range {
    char32_t first, last;
  };

  CharSet() = default;
  explicit CharSet(std::vector<Range> ranges);  // in any order

  const std::vector<Range>& ranges() const { return ranges_; }
  // Adds what JavaScript's flag i holds equal to a member: characters of one upper case, which a character beyond ASCII
  // never shares with one of ASCII ('k' is not the Kelvin sign, 's' not the long s).
  void AddOtherCases();
  CharSet Complement() const;

  // As an item of a PCRE2 pattern, which never has a quantifier in it: `\x{61}`, `[\x{61}-\x{63}]`, `(?!)`.
  std::string ToPcre2() const;

 private:
  bool Contains(char32_t character) const;
  CharSet WithoutSurrogates() const;

  std::vector<Range> ranges_;  // ascending, with gaps between them
};

// What a dot stands for.
const CharSet& NoLineTerminators();

// What \d, \D, \s, \S, \w and \W stand for; nothing for another letter.
std::optional<CharSet> ClassEscape(char letter);

}  // namespace gait::jsonata
