#include "engine/items/json_items.h"

#include <string>
#include <vector>

#include "engine/base/quotas.h"
#include "engine/items/byte_reader.h"
#include "tests/support/item_texts.h"

namespace gait {
namespace {

std::string Items(const std::string& pointer, const std::string& text) {
  return testing::ItemsOfPieces(
      [&](std::unique_ptr<ByteSource> bytes) { return JsonItems(pointer, std::move(bytes), "s3://b/k"); }, text);
}

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_CASE("the items of JSON") {
  struct Case {
    std::string pointer, text, items;
  };
  for (const Case& c : std::vector<Case>{
           {"", "[]", "[]"},
           {"", " [ ] \r\n\t", "[]"},
           {"", "[1, {\"x\": 2}]", R"([1,{"x":2}])"},
           {"", "[\"\\u00e9\\n\\\"\\\\]\", -1.5e3,\n0, true, false, null, [[]], {}, \"é😀\"]",
            R"(["é\n\"\\]",-1500.0,0,true,false,null,[[]],{},"é😀"])"},
           {"",
            "\xef\xbb\xbf"
            "[1]",
            "[1]"},
           {"/a/b", R"({"a": {"b": [7]}})", "[7]"},
           {"/a/b", R"({"x": [{"a": 1}, "]}"], "a": {"y": {"b": [1]}, "b": [7, [8]], "c": 1}, "z": {"a": {"b": 2}}})",
            "[7,[8]]"},
           {"/a/b", R"({"a": {"b": {"k": 7, "l\n": {"m": [1]}}}})",
            R"([{"Key":"k","Value":7},{"Key":"l\n","Value":{"m":[1]}}])"},
           {"/a/b", R"({"a": {"b": {}}})", "[]"},
           {"/1/a", R"([{"a": [1]}, {"a": [2, 3]}, {"a": [4]}])", "[2,3]"},
           {"/a~1b/m~0n", R"({"a/b": {"m~n": [1]}})", "[1]"},
           {"/\n", R"({"\u000a": [1]})", "[1]"},
           {"/", R"({"": [1]})", "[1]"},
       }) {
    CAPTURE(c.pointer);
    CAPTURE(c.text);
    CHECK(Items(c.pointer, c.text) == c.items);
  }
}

TEST_CASE("what is wrong with JSON, and where") {
  struct Case {
    std::string pointer, text, found;
  };
  const std::string failed = "States.ItemReaderFailed: ", reader = failed + "The ItemReader found ";
  const std::string not_iterable = "[] " + failed + "Attempting to map over non-iterable node.";
  const std::string nothing =
      "[] " + failed + "The ItemsPointer '/a/b' names nothing in what the ItemReader found, in s3://b/k";
  for (const Case& c : std::vector<Case>{
           // Recorded.
           {"", "{\"x\": 2}", not_iterable},
           {"", "1", not_iterable},
           {"/a/b", R"({"a": {"b": 7}})", not_iterable},
           {"/a/b", R"({"a": []})", nothing},
           {"/a/b", R"({"a": 1})", nothing},
           {"/a/b", R"({"a": [{"b": [1]}]})", nothing},
           {"/a/b", "[]", nothing},
           {"a", R"({"a": [1]})",
            "[] " + failed + "The ItemsPointer 'a' names nothing in what the ItemReader found, in s3://b/k"},
           {"", "", "[] " + reader + "no JSON: a value is missing, at line 1, byte 1 of s3://b/k"},
           {"", "[1,\n 2",
            "[1,2] " + reader + "no JSON: a comma or ] is missing after an element, at line 2, byte 7 of s3://b/k"},
           {"", "[1 2]",
            "[1] " + reader + "no JSON: a comma or ] is missing after an element, at line 1, byte 4 of s3://b/k"},
           {"", "[1,]", "[1] " + reader + "no JSON: a value is missing, at line 1, byte 4 of s3://b/k"},
           {"", "[1}",
            "[1] " + reader + "no JSON: a comma or ] is missing after an element, at line 1, byte 3 of s3://b/k"},
           {"", "[1]\n]", "[1] " + reader + "no JSON: something follows the value, at line 2, byte 5 of s3://b/k"},
           {"", "[{\"a\" 1}]",
            "[] " + reader + "no JSON: a colon is missing after a key, at line 1, byte 7 of s3://b/k"},
           {"", "[{\"a\":1,}]", "[] " + reader + "no JSON: a key is missing, at line 1, byte 9 of s3://b/k"},
           {"", "[{\"a\":1]",
            "[] " + reader + "no JSON: a comma or } is missing after a member, at line 1, byte 8 of s3://b/k"},
           {"", "[01]",
            "[0] " + reader + "no JSON: a comma or ] is missing after an element, at line 1, byte 3 of s3://b/k"},
           {"", "[1.]", "[] " + reader + "no JSON: a number is not finished, at line 1, byte 4 of s3://b/k"},
           {"", "[nul]", "[] " + reader + "no JSON: a value is missing, at line 1, byte 5 of s3://b/k"},
           {"", "[\"\\x\"]", "[] " + reader + "no JSON: a string has an invalid escape, at line 1, byte 4 of s3://b/k"},
           {"", "[\"a\nb\"]",
            "[] " + reader + "no JSON: a string has a control character, at line 1, byte 4 of s3://b/k"},
           {"", "[\"a", "[] " + reader + "no JSON: a string has no end, at line 1, byte 4 of s3://b/k"},
           {"", "[1,\"\xff\"]", "[1] " + reader + "invalid UTF-8, at line 1, byte 5 of s3://b/k"},
           {"", "[\"\xc3", "[] " + reader + "invalid UTF-8, at line 1, byte 3 of s3://b/k"},
           // Before what is named, and behind it.
           {"/a", "{\"b\": [1 2], \"a\": [1]}",
            "[] " + reader + "no JSON: a comma or ] is missing after an element, at line 1, byte 10 of s3://b/k"},
           {"/a", "{\"a\": [1], \"b\"}",
            "[1] " + reader + "no JSON: a colon is missing after a key, at line 1, byte 15 of s3://b/k"},
           {"/a", R"({"a": [1], "b": {"a": 1}, "a": [2]})",
            "[1] " + reader + "another member that the ItemsPointer '/a' names, at line 1, byte 30 of s3://b/k"},
           {"/a", R"({"a": {"k": 1, 2}})",
            R"([{"Key":"k","Value":1}] )" + reader + "no JSON: a key is missing, at line 1, byte 16 of s3://b/k"},
       }) {
    CAPTURE(c.pointer);
    CAPTURE(c.text);
    CHECK(Items(c.pointer, c.text) == c.found);
  }
  // What the tokens do not show: the half of a surrogate pair.
  const std::string half = Items("", "[1,\n[\n\"\\ud800\"]]");
  CHECK(half.starts_with("[1] " + reader + "no JSON: "));
  CHECK(half.find(", at line 3, byte ") != std::string::npos);
}

TEST_CASE("neither depth nor an item is without bounds") {
  CHECK(Items("", Nested(kNestingMax)) == "[" + Nested(kNestingMax - 1) + "]");
  CHECK(Items("", Nested(kNestingMax + 1)) ==
        "[] States.ItemReaderFailed: The ItemReader found no JSON: it is nested more than 256 levels deep, at line 1, "
        "byte "
        "257 of s3://b/k");
  const auto in_large_pieces = [](const std::string& pointer, const std::string& text) {
    return testing::ItemsAndError(*JsonItems(pointer, std::make_unique<testing::Pieces>(text, 100'000), ""));
  };
  const std::string most(kItemBytesMax - 2, 'x'), more(kItemBytesMax + 100'000, 'x');
  CHECK(in_large_pieces("", "[\"" + most + "\"]").size() == kItemBytesMax + 2);
  CHECK(in_large_pieces("", "[1,\n\"" + more + "\"]") ==
        "[1] States.ItemReaderFailed: The ItemReader found an item of more than 8388608 bytes, at line 2, byte 5");
  CHECK(in_large_pieces("/a", "{\"" + more + "\": 1, \"a\": [1]}") ==
        "[] States.ItemReaderFailed: The ItemReader found a key of more than 8388608 bytes, at line 1, byte 2");
  // What is passed over is not held.
  CHECK(in_large_pieces("/a", "{\"b\": \"" + more + "\", \"a\": [1]}") == "[1]");
}

}  // namespace
}  // namespace gait
