#include "engine/lang/intrinsic/encoding.h"

#include <doctest/doctest.h>

namespace gait::intrinsic {
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

TEST_CASE("characters are counted, not bytes") {
  CHECK(CharacterCount("") == 0);
  CHECK(CharacterCount("abc") == 3);
  CHECK(CharacterCount("日本語 😀 é") == 7);
}

TEST_CASE("any bytes survive Base64") {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    CHECK(FromBase64(ToBase64(bytes)) == bytes);
    bytes += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace gait::intrinsic
