#include "engine/lang/jsonata/text_functions.h"

#include <doctest/doctest.h>

#include "engine/base/utf.h"
#include "engine/json/write.h"
#include "engine/lang/jsonata/error.h"

namespace gait::jsonata {
namespace {

// The code of the error that `call` throws.
template <class Call>
std::string CodeOf(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

TEST_CASE("$substring counts code points, from the end where it is negative") {
  struct Case {
    double start;
    std::optional<double> length;
    const char* result;
  };
  constexpr std::string_view kText = "aé😀日z";
  for (const Case& c : std::vector<Case>{{0, {}, "aé😀日z"},
                                         {2, {}, "😀日z"},
                                         {2, 1, "😀"},
                                         {-2, {}, "日z"},
                                         {-2, 1, "日"},
                                         {-9, 2, "aé"},
                                         {9, {}, ""},
                                         {1, 0, ""},
                                         {1, -1, ""},
                                         {1.9, {}, "é😀日z"},
                                         {0.5, 1.5, "aé"},
                                         {-1.5, {}, "z"},
                                         {3, 1e300, "日z"},
                                         {1e300, 1e300, ""}}) {
    CAPTURE(c.start);
    CHECK(Substring(kText, c.start, c.length) == c.result);
  }
}

TEST_CASE("before and after a text") {
  CHECK(SubstringBefore("key=a=b", "=") == "key");
  CHECK(SubstringAfter("key=a=b", "=") == "a=b");
  CHECK(SubstringBefore("key", "=") == "key");
  CHECK(SubstringAfter("key", "=") == "key");
  CHECK(SubstringBefore("key", "") == "");
  CHECK(SubstringAfter("key", "") == "key");
}

TEST_CASE("cases") {
  struct Case {
    const char *text, *lower, *upper;
  };
  for (const Case& c : {Case{"", "", ""},
                        {"aBc1", "abc1", "ABC1"},
                        {"Straße ŉ", "straße ŉ", "STRASSE ʼN"},
                        {"ΟΔΟΣ ΣΑΣ Σ", "οδος σας σ", "ΟΔΟΣ ΣΑΣ Σ"},
                        {"İ", "i\u0307", "İ"},
                        {"ﬁ", "ﬁ", "FI"},
                        {"日😀𐐀", "日😀𐐨", "日😀𐐀"}}) {
    CHECK(Lowercase(c.text) == c.lower);
    CHECK(Uppercase(c.text) == c.upper);
  }
}

TEST_CASE("$trim") {
  CHECK(Trim("  a \t\r\n b\n") == "a b");
  CHECK(Trim(" \n ") == "");
  CHECK(Trim("\u00A0a\v") == "\u00A0a\v");
}

TEST_CASE("$pad") {
  CHECK(Pad("ab", 5) == "ab   ");
  CHECK(Pad("ab", -5) == "   ab");
  CHECK(Pad("ab", 2) == "ab");
  CHECK(Pad("ab", -5.9, "#") == "###ab");
  CHECK(Pad("😀", 4, "é日") == "😀é日é");
  CHECK(Pad("ab", 4, "") == "ab  ");
  CHECK(CodeOf([] { Pad("a", 1e8); }) == "U1001");
  CHECK(CodeOf([] { Pad("a", -1e300, "ab"); }) == "U1001");
  CHECK(CodeOf([] { Pad("a", 4e7, "日"); }) == "U1001");
}

TEST_CASE("$split, $join and $contains") {
  const auto regex = Regex::Compile("[,;]\\s*", "");
  const auto empty = Regex::Compile("x*", "");
  const auto split = [](std::string_view text, const Pattern& separator, std::optional<double> limit = {}) {
    return ToJson(Split(text, separator, limit));
  };
  CHECK(split("a,b,", ",") == R"(["a","b",""])");
  CHECK(split("a,b,", ",", 2.9) == R"(["a","b"])");
  CHECK(split("a,b", ",", 0) == "[]");
  CHECK(split("", ",") == R"([""])");
  CHECK(split("", "") == "[]");
  CHECK(split("aé😀", "") == R"(["a","é","😀"])");
  CHECK(split("aé😀", "", 2) == R"(["a","é"])");
  CHECK(split("a, b;c", *regex) == R"(["a","b","c"])");
  CHECK(split("a, b;c", *regex, 1) == R"(["a"])");
  CHECK(split("a, b;c", *regex, 1.5) == R"(["a","b"])");
  CHECK(split("abc", *regex) == R"(["abc"])");
  CHECK(split("abc", *regex, 0) == "[]");
  CHECK(CodeOf([&] { split("abc", *empty); }) == "D1004");
  CHECK(CodeOf([&] { split("abc", "b", -1); }) == "D3020");

  const Value texts = Value::Array({Value::String("a"), Value::String(""), Value::String("é")});
  CHECK(Join(texts) == "aé");
  CHECK(Join(texts, ", ") == "a, , é");
  CHECK(Join(Value::Array(), ",") == "");

  CHECK(Contains("abc", "bc"));
  CHECK_FALSE(Contains("abc", "cb"));
  CHECK(Contains("abc", ""));
  CHECK(Contains("a; b", *regex));
  CHECK(Contains("abc", *empty));
}

TEST_CASE("$replace") {
  CHECK(Replace("a.b.c", ".", "$0") == "a$0b$0c");
  CHECK(Replace("a.b.c", ".", "", 1) == "ab.c");
  CHECK(Replace("a.b.c", ".", "-", 0) == "a.b.c");
  CHECK(CodeOf([] { Replace("a", "", "b"); }) == "D3010");
  CHECK(CodeOf([] { Replace("a", "a", "b", -1); }) == "D3011");
  CHECK(CodeOf([] { Replace(std::string(100'000, 'a'), "a", std::string(1'000, 'b')); }) == "U1001");

  struct Case {
    const char *pattern, *text, *replacement, *result;
  };
  constexpr const char* kTwelve = "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)";
  for (const Case& c : {Case{"(\\w)(\\d)?", "a1-b", "<$1$2>", "<a1>-<b>"},
                        {"b", "abc", "$0$0", "abbc"},
                        {"b", "abc", "$$0$", "a$0$c"},
                        {"b", "abc", "[$1$9]", "a[]c"},
                        {"b", "abc", "$x", "a$xc"},
                        {"(b)", "abc", "$12$2", "ab2c"},
                        {kTwelve, "abcdefghijkl", "$12$1$13$99", "laa3i9"}}) {
    CAPTURE(c.replacement);
    CHECK(Replace(c.text, *Regex::Compile(c.pattern, ""), c.replacement) == c.result);
  }
  const auto digits = Regex::Compile("\\d+", "");
  CHECK(Replace("1 22 333", *digits, "n", 2) == "n n 333");
  CHECK(Replace("é1é", *digits, [](const Match& m) { return std::to_string(m.end - m.begin) + "$0"; }) == "é1$0é");
  CHECK(CodeOf([&] { Replace("ab", *Regex::Compile("x*", ""), "-"); }) == "D1004");
}

TEST_CASE("$match") {
  const auto regex = Regex::Compile("(a)|b", "");
  CHECK(ToJson(MatchAll("é😀ab", *regex)) ==
        R"([{"match":"a","index":3,"groups":["a"]},{"match":"b","index":4,"groups":[null]}])");
  CHECK(ToJson(MatchAll("ab", *regex, 1)) == R"([{"match":"a","index":0,"groups":["a"]}])");
  CHECK(ToJson(MatchAll("ab", *regex, 0)) == "[]");
  CHECK(CodeOf([&] { MatchAll("ab", *regex, -1); }) == "D3040");
}

TEST_CASE("Base64 is of Latin-1") {
  CHECK(Base64Encode("hello é€😀") == "aGVsbG8g6aw9AA==");
  CHECK(Base64Encode("") == "");
  CHECK(Base64Decode("aGVsbG8g6Q==") == "hello é");
  CHECK(Base64Decode("aGVs\nbG8 g6Q") == "hello é");
  CHECK(Base64Decode("-_8=") == "ûÿ");
  CHECK(Base64Decode("YQ==YQ==") == "a");
  CHECK(Base64Decode("Y") == "");
}

TEST_CASE("URLs") {
  CHECK(EncodeUrl("https://a.b/é?x=1&y=%#z") == "https://a.b/%C3%A9?x=1&y=%25#z");
  CHECK(EncodeUrlComponent("a/é😀 (b)'!") == "a%2F%C3%A9%F0%9F%98%80%20(b)'!");
  CHECK(DecodeUrl("%2f%C3%A9%20%41?%3F") == "%2fé A?%3F");
  CHECK(DecodeUrlComponent("%2f%C3%A9%20%41é") == "/é Aé");
  for (const char* text : {"%", "%4", "%zz", "%C3", "%C3a", "%C3%41", "%80", "%C0%80", "%ED%A0%80", "%F4%90%80%80"}) {
    CAPTURE(text);
    CHECK(CodeOf([&] { DecodeUrl(text); }) == "D3140");
    CHECK(CodeOf([&] { DecodeUrlComponent(text); }) == "D3140");
  }
}

TEST_CASE("$hash") {
  CHECK(Hash("", "MD5") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(Hash("abc", "SHA-1") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(Hash("abc", "SHA-256") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Hash("é", "SHA-384").size() == 96);
  CHECK(Hash("é", "SHA-512").size() == 128);
  CHECK(CodeOf([] { Hash("abc", "md5"); }) == "D3142");
}

}  // namespace
}  // namespace gait::jsonata
