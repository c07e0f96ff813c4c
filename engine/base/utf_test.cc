#include "engine/base/utf.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

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
}

}  // namespace
}  // namespace gait
