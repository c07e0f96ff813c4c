// A regular expression of JavaScript, without its flag u, as a pattern of PCRE2.
//
// Every character is written as a number or as a set of numbers, so nothing of the text reaches PCRE2 as its own syntax
// (`\Q`, `(*VERB)`, `(?i)`, `a++`), and flag i needs no case folding there. Two things that JavaScript's loops do and
// Perl's do not are made of groups of the translation's own:
//   - An iteration begins with the groups in it unset. A marker, an empty group at the beginning of the iteration,
//   tells
//     afterwards which groups are of an earlier one.
//   - An iteration beyond the smallest number of them may not be empty. Where the body can be, a callout at its end
//     names the marker: matching fails there if it is at the marker still.
//
// What remains different: a loop with a smallest number, and with groups in its body, whose first iterations are empty
// and later ones are not (`(|a)+`); a backreference, within an iteration, to what an earlier one captured
// (`(?:(a)|\1b)*`); a lookbehind of no fixed length does not compile; captures in a lookbehind are made forward.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gait::jsonata {

struct RegexTranslation {
  // The groups from `first` to `last` are unset if they begin before this loop's marker does.
  struct Loop {
    int marker, first, last;
  };

  // To be compiled with PCRE2_MATCH_UNSET_BACKREF. A callout's text is the number of an iteration's marker, and after a
  // comma that of a marker at which an empty iteration may end. The callouts without a text, at the beginning and after
  // each loop, are there to look at the time: matching goes back to one of them over and over where it takes long. A
  // single loop of one character has none, for it would be several times as slow with it.
  std::string pattern;
  int group_count = 0;  // of JavaScript's groups; the names below lead to PCRE2's
  int marker_count = 0;
  std::vector<Loop> loops;
};

// The names in the translated pattern.
std::string RegexGroupName(int group);
std::string RegexMarkerName(int marker);

// Throws S0303 where JavaScript has a syntax error.
RegexTranslation TranslateRegex(std::string_view pattern, bool ignore_case, bool multiline);

// S0303: the regular expression `pattern` ({{token}}) does not compile because of `reason` ({{value}}).
[[noreturn]] void ThrowInvalidRegex(std::string_view pattern, std::string_view reason);

}  // namespace gait::jsonata
