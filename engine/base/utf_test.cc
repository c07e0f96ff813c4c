#include "engine/base/utf.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("UTF-8 is told from what is not") {
  for (const char* text : {"", "abc", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "日本語 😀 é"}) {
    CAPTURE(text);
    CHECK(IsUtf8(text));
  }
  for (const char* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF", "\xE0\xA0",
                           "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF0\x90\x80",
                           "\xF8\x88\x80\x80\x80", "\xFF", "\xFE", "a\xFF"}) {
    CAPTURE(text);
    CHECK(!IsUtf8(text));
  }
}

TEST_CASE("bytes that are no characters are replaced") {
  CHECK(ReplaceInvalidUtf8("") == "");
  CHECK(ReplaceInvalidUtf8("日本語 😀 é") == "日本語 😀 é");
  CHECK(ReplaceInvalidUtf8("a\xFFz\xC2") == "a\uFFFDz\uFFFD");
  CHECK(ReplaceInvalidUtf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("texts are ordered by UTF-16 code units") {
  CHECK(CompareUtf16("a", "b") < 0);
  CHECK(CompareUtf16("b", "a") > 0);
  CHECK(CompareUtf16("a", "a") == 0);
  CHECK(CompareUtf16("a", "ab") < 0);
  CHECK(CompareUtf16("Z", "a") < 0);
  CHECK(CompareUtf16("z", "é") < 0);
  CHECK(CompareUtf16("😀", "\uFF5E") < 0);  // U+1F600 is D83D DE00; U+FF5E is above D83D
  CHECK(CompareUtf16("\uFF5E", "😀") > 0);
  CHECK(CompareUtf16("\uD7FF", "😀") < 0);
  CHECK(CompareUtf16("😀", "😁") < 0);
}

TEST_CASE("code points are counted") {
  CHECK(CountCodePoints("") == 0);
  CHECK(CountCodePoints("aé日😀") == 4);
  CHECK(CountCodePoints("日本語 😀 é") == 7);
}

}  // namespace
}  // namespace gait
