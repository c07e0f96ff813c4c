#include "engine/items/json_line_items.h"

#include <string>

#include "engine/items/byte_reader.h"
#include "tests/support/item_texts.h"

namespace gait {
namespace {

std::string Items(const std::string& text) {
  return testing::ItemsOfPieces(
      [](std::unique_ptr<ByteSource> bytes) { return JsonLineItems(std::move(bytes), "s3://b/k"); }, text);
}

TEST_CASE("the items of JSON lines") {
  CHECK(Items("") == "[]");
  CHECK(Items("\n\n") == "[]");
  CHECK(Items("{\"a\": 1}\r\n\n  \n[2]\n\"x\"") == R"([{"a":1},[2],"x"])");
  CHECK(Items("\xef\xbb\xbf"
              "1\n") == "[1]");
}

TEST_CASE("what is wrong with JSON lines, and where") {
  const std::string failed = "States.ItemReaderFailed: The ItemReader found a line ";
  const std::string found = Items("1\n\n {\"a\": no}\n2");
  CHECK(found.starts_with("[1] " + failed + "that is not JSON: "));
  CAPTURE(found);
  CHECK(found.ends_with(", at line 3, byte 12 of s3://b/k"));
  CHECK(Items("\"\xff\"").starts_with("[] " + failed + "that is not JSON: "));
  const std::string most(kItemBytesMax, ' ');
  const auto in_large_pieces = [](const std::string& text) {
    return testing::ItemsAndError(*JsonLineItems(std::make_unique<testing::Pieces>(text, 100'000), ""));
  };
  CHECK(in_large_pieces(most.substr(1) + "1\n2") == "[1,2]");
  CHECK(in_large_pieces("1\n" + most + "1") == "[1] " + failed + "of more than 8388608 bytes, at line 2, byte 3");
}

}  // namespace
}  // namespace gait
