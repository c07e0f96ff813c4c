#include "engine/lang/jsonata/regex.h"

#include <doctest/doctest.h>

#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

struct Case {
  const char* pattern;
  const char* flags;
  std::string text;
  std::string found;  // the match, then the groups: "ab|a|-" ("-": took no part); "none"; "error"
};

std::string FindAll(const Case& c) {
  try {
    const auto match = Regex::Compile(c.pattern, c.flags)->Find(c.text, 0);
    if (!match) return "none";
    std::string found = c.text.substr(match->begin, match->end - match->begin);
    for (const auto& group : match->groups) found += "|" + group.value_or("-");
    return found;
  } catch (const Error& error) {
    CHECK(error.code() == "S0303");
    CHECK(error.token() == c.pattern);
    return "error";
  }
}

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.pattern);
    CAPTURE(c.text);
    CHECK(FindAll(c) == c.found);
  }
}

TEST_CASE("patterns mean what they mean in JavaScript") {
  Check({
      {"a.c", "", "xabc", "abc"},
      {"a.c", "", "a\nc", "none"},
      {"a.c", "", "a\u2028c", "none"},
      {"^.$", "", "é", "é"},
      {"^.$", "", "😀", "😀"},
      {"b$", "", "ab\n", "none"},
      {"b$", "m", "ab\nc", "b"},
      {"^c", "m", "ab\u2029c", "c"},
      {"^b", "", "a\nb", "none"},
      {"[^]", "", "\n", "\n"},
      {"[]", "", "a", "none"},
      {"a[^\\s\\S]?b", "", "ab", "ab"},
      {"\\d\\w", "", "٣1é1_", "1_"},
      {"\\d", "", "٣", "none"},
      {"\\s+", "", "a \u00A0\uFEFF\u3000b", " \u00A0\uFEFF\u3000"},
      {"\\bé", "", "aé", "é"},
      {"\\u0061\\x62\\cJ\\0", "", std::string("ab\n\0", 4), std::string("ab\n\0", 4)},
      {"\\ud83d\\ude00+", "", "😀😀", "😀😀"},
      {"[\\ud83c]", "", "😀", "none"},
      {"a\\/b", "", "a/b", "a/b"},
      {"[/]", "", "/", "/"},
      {"(?<y>\\d{4})-(\\d\\d)", "", "on 2024-05", "2024-05|2024|05"},
      {"(?<q>['\"]).*?\\k<q>", "", "a 'b\"c' d", "'b\"c'|'"},
      {"(a)?b\\1", "", "b", "b|-"},
      {"\\1(a)", "", "a", "a|a"},
      {"(?=(a+))a*b\\1", "", "baaabac", "aba|a"},
      {"(?!a).", "", "ab", "b"},
      {"(?<=\\$)\\d+", "", "7 $42", "42"},
      {"(?<!\\$)\\b\\d+", "", "$42 7", "7"},
      {"(?=a)*b", "", "b", "b"},
      {"(?:a|ab)(?:c|bcd)(d*)", "", "abcd", "abcd|"},
      {"a{2,3}?", "", "aaaa", "aa"},
      {"x*?$", "", "axx", "xx"},
      {"(x){0}y", "", "xy", "y|-"},
      {"(?=(?:A|B){0})", "", " ", ""},
  });
}

TEST_CASE("what Annex B of ECMA-262 takes as it stands") {
  Check({
      {"a{", "", "a{", "a{"},
      {"a{,2}", "", "a{,2}", "a{,2}"},
      {"x{1", "", "x{1", "x{1"},
      {"]}", "", "]}", "]}"},
      {"\\u{61}", "", std::string(61, 'u'), std::string(61, 'u')},
      {"\\x4", "", "x4", "x4"},
      {"\\c", "", "\\c", "\\c"},
      {"[\\c_]", "", "\x1F", "\x1F"},
      {"\\k<a>", "", "k<a>", "k<a>"},
      {"\\p{L}", "", "p{L}", "p{L}"},
      {"\\8\\101", "", "8A", "8A"},
      {"[\\w-z]+", "", "a-z", "a-z"},
      {"[a-]+", "", "-a", "-a"},
      {"[\\b]", "", "\b", "\b"},
      {"[[a]", "", "[", "["},
  });
}

TEST_CASE("nothing of PCRE2's own syntax is left") {
  Check({
      {"\\Aa\\Z\\z\\h\\R\\K\\G", "", "AaZzhRKG", "AaZzhRKG"},
      {"\\Qa.\\E", "", "Qa.E", "Qa.E"},
      {"[[:alpha:]]", "", "a]", "a]"},
      {"[[:alpha:]]", "", "b]", "none"},
      {"a b#c", "", "a b#c", "a b#c"},
      {"(?i)a", "", "", "error"},
      {"(?#b)a", "", "", "error"},
      {"(?>a)", "", "", "error"},
      {"(?P<a>b)", "", "", "error"},
      {"(?|a)", "", "", "error"},
      {"(*COMMIT)a", "", "", "error"},
      {"a++", "", "", "error"},
      {"a?+", "", "", "error"},
      {"a{2}{3}", "", "", "error"},
  });
}

TEST_CASE("syntax errors") {
  for (const char* pattern :
       {"(", ")", "[a", "a\\", "*a", "a**", "{1}", "^*", "\\b+", "(?<=a)*", "[b-a]", "a{2,1}", "(?<1>a)",
        "(?<a>b)(?<a>c)", "(?<a>b)\\k<c>", "(?<a>b)\\k", "(?", "(?<=a+)b", "a{70000}"}) {
    CAPTURE(pattern);
    CHECK(FindAll({pattern, "", "", ""}) == "error");
  }
  CHECK_THROWS_AS(Regex::Compile("", "i"), Error);
}

TEST_CASE("flag i goes by upper case, and never from ASCII to what is beyond") {
  Check({
      {"HAT", "i", "a hat", "hat"},
      {"[a-c]+", "i", "xAbC", "AbC"},
      {"[^a]", "i", "A", "none"},
      {"É", "i", "é", "é"},
      {"[à-ü]", "i", "É", "É"},
      {"\u00B5", "i", "\u039C", "\u039C"},
      {"k", "i", "\u212A", "none"},
      {"s", "i", "\u017F", "none"},
      {"ß", "i", "\u1E9E", "none"},
      {"\u1F80", "i", "\u1F88", "none"},
      {"(a)\\1", "i", "aA", "aA|a"},
      {"\\u0061", "i", "A", "A"},
  });
}

TEST_CASE("an iteration begins with its groups unset, and does not end empty") {
  Check({
      {"(?:(a)|(b))*", "", "ab", "ab|-|b"},
      {"(z)((a+)?(b+)?(c))*", "", "zaacbbbcac", "zaacbbbcac|z|ac|a|-|c"},
      {"(?:(?:(a)|b)c)+", "", "acbc", "acbc|-"},
      {"(a*)*", "", "b", "|-"},
      {"(a*)*", "", "aab", "aa|aa"},
      {"(a*)+", "", "b", "|"},
      {"(a*)+", "", "aab", "aa|aa"},
      {"(?:|a)*", "", "aaa", "aaa"},
      {"(?:|a)+", "", "aaa", "aaa"},
      {"(?:^|a){1,2}b", "", "aab", "aab"},
      {"(?:a|){2,3}?b", "", "aaab", "aaab"},
      {"(?:a*?)*?b", "", "aab", "aab"},
      {"(a\\1)+", "", "aaa", "aaa|a"},
      {"(a?)?", "", "b", "|-"},
  });
}

TEST_CASE("a search begins where it is told, and sees what is before") {
  const auto regex = Regex::Compile("^a|(?<=b)c", "");
  CHECK(regex->Find("aabc", 0)->begin == 0);
  CHECK(regex->Find("aabc", 1)->begin == 3);
  CHECK_FALSE(regex->Find("aabc", 4));
  CHECK(Regex::Compile("日", "")->Find("é日", 2)->end == 5);
}

TEST_CASE("the matches in a text") {
  const auto places = [](const char* pattern, const char* text) {
    std::string found;
    const auto regex = Regex::Compile(pattern, "");
    try {
      for (Matches matches(*regex, text); matches.current() != nullptr; matches.Advance()) {
        found += std::to_string(matches.current()->begin) + "-" + std::to_string(matches.current()->end) + " ";
      }
    } catch (const Error& error) {
      CHECK(error.value() == Value::String(pattern));
      found += error.code();
    }
    return found;
  };
  CHECK(places("b+", "abbab") == "1-3 4-5 ");
  CHECK(places("x", "abbab") == "");
  CHECK(places("b*", "ab") == "0-0 D1004");
  CHECK(places("b*", "ba") == "0-1 D1004");
  CHECK(places("b*", "") == "0-0 ");
  CHECK(places("$", "ab") == "2-2 ");
}

TEST_CASE("a search that would take for ever ends in an error") {
  for (const char* pattern : {"(a+)+$", "(?:a|aa)+$", "[a-z]*?[a-z]*?[a-z]*?[xz]", "(?:(?=(a*)\\1[xz])a|a)*[xz]"}) {
    CAPTURE(pattern);
    MatchBudget budget{std::chrono::milliseconds(20)};
    CHECK_THROWS_AS(Regex::Compile(pattern, "")->Find(std::string(30'000, 'a') + "b", 0, budget), Error);
  }
  MatchBudget spent{std::chrono::milliseconds(0)};
  CHECK_THROWS_AS(Regex::Compile("a", "")->Find("a", 0, spent), Error);
}

TEST_CASE("a long text is no obstacle") {
  const std::string text(300'000, 'a');
  CHECK(Regex::Compile("(?:a|b)*", "")->Find(text, 0)->end == text.size());
  CHECK(Regex::Compile("(?:(a)|b)*", "")->Find(text, 0)->end == text.size());
}

}  // namespace
}  // namespace gait::jsonata
