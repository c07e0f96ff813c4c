#include "engine/json/parse.h"

#include <doctest/doctest.h>

#include "engine/json/write.h"

namespace gait {
namespace {

TEST_CASE("what is parsed is written again as it was") {
  for (const char* text : {"null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.5",
                           "18446744073709551615", "\"\"", R"("a\"b\\c\n\té😀")", "[]", "{}",
                           R"({"a":[1,2,{"b":null}],"c":{"d":"e"}})", R"({"":0})"}) {
    CAPTURE(text);
    const JsonParse parse = ParseJson(text);
    REQUIRE(parse);
    CHECK(ToJson(*parse.value) == text);
    CHECK(JsonSize(*parse.value) == std::string_view(text).size());
  }
}

TEST_CASE("escapes are decoded") {
  CHECK(ParseJson(R"("\uD7FF\uE000\ud7a3\uf8ff")").value->as_string() == "\uD7FF\uE000\ud7a3\uf8ff");
  CHECK(ParseJson(R"("\u0041\u00e9\ud83d\ude00\/")").value->as_string() == "Aé😀/");
  CHECK(ToJson(*ParseJson(R"("\u0001\u001f\u007f")").value) == "\"\\u0001\\u001F\x7f\"");
}

TEST_CASE("what is not JSON is refused, with the place") {
  struct Row {
    std::string text;
    size_t offset;
  };
  const Row rows[] = {
      {"", 0},
      {"{", 1},
      {"[1,]", 3},
      {"{\"a\":1,}", 7},
      {"{'a':1}", 1},
      {"[1] 2", 4},
      {"nul", 3},
      {"01", 1},
      {"NaN", 0},
      {"\"\x01\"", 1},
      {"\"\xff\"", 1},
      {"\"\xed\xa0\x80\"", 1},
      {R"("\ud800")", 1},
      {R"("\udc00")", 8},
      {R"({"a\uDFFF": 1})", 10},
      {std::string("1\0", 2), 1},
      {std::string("[1,\0]", 5), 3},
      {"// comment\n1", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const JsonParse parse = ParseJson(row.text);
    REQUIRE_FALSE(parse);
    CHECK_FALSE(parse.error.message.empty());
    CHECK(parse.error.offset <= row.offset + 5);
  }
}

TEST_CASE("depth is bounded") {
  CHECK(ParseJson(std::string(256, '[') + std::string(256, ']')));
  const JsonParse deep = ParseJson(std::string(257, '[') + std::string(257, ']'));
  REQUIRE_FALSE(deep);
  CHECK(deep.error.message == "The document nests deeper than 256 levels");
  CHECK_FALSE(ParseJson(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace gait
