#include "engine/items/unpack.h"

#include <doctest/doctest.h>

#include <zstd.h>

#include <string>

#include "tests/support/item_texts.h"
#include "tests/support/memory_objects.h"

namespace gait {
namespace {

using testing::Packed;

// The text, or the cause; the same in whatever pieces the bytes come.
std::string Text(const std::string& bytes) {
  std::string first;
  for (const size_t size : {size_t{1'000'000}, size_t{1}, size_t{3}}) {
    auto source = Unpacked(std::make_unique<testing::Pieces>(bytes, size), "s3://b/k");
    REQUIRE(source.ok());
    std::string text;
    for (;;) {
      const Result<std::string> more = (*source)->Read();
      if (!more) text += *more.error().cause;
      if (!more || more->empty()) break;
      text += *more;
    }
    if (first.empty()) first = text;
    CHECK(text == first);
  }
  return first;
}

TEST_CASE("what gzip packed is unpacked in pieces, by how it begins") {
  const std::string large(150'000, 'x');
  for (const std::string& text : {std::string(), std::string("1"), std::string("\x1f"), std::string("text"), large}) {
    CHECK(Text(text) == text);
    CHECK(Text(Packed(text)) == text);
  }
  CHECK(Text(Packed("1\n") + Packed("") + Packed("2")) == "1\n2");
  CHECK(Text(Packed(Packed("1"))) == Packed("1"));
}

std::string ZstandardPacked(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

TEST_CASE("what Zstandard packed is, too") {
  std::string large;
  for (int i = 0; i < 60'000; ++i) large += std::to_string(i * 7919);
  for (const std::string& text : {std::string(), std::string("1"), std::string(400'000, 'x'), large}) {
    CHECK(Text(ZstandardPacked(text)) == text);
  }
  CHECK(Text(ZstandardPacked("1\n") + ZstandardPacked("") + ZstandardPacked("2")) == "1\n2");
  const std::string packed = ZstandardPacked("a text that is longer than that");
  for (size_t size = 4; size < packed.size(); ++size) {
    CHECK(
        Text(packed.substr(0, size)).ends_with("The ItemReader found Zstandard data that ends too early in s3://b/k"));
  }
  CHECK(Text(packed + "rest").ends_with("thatThe ItemReader found Zstandard data that is damaged in s3://b/k"));
  CHECK(Text("\x28\xb5\x2f\xfd no frame that is one")
            .ends_with("The ItemReader found Zstandard data that is damaged in s3://b/k"));
}

TEST_CASE("gzip data that is torn or damaged") {
  const std::string packed = Packed("a text that is longer than that");
  for (size_t size = 2; size < packed.size(); ++size) {
    CHECK(Text(packed.substr(0, size)).ends_with("The ItemReader found gzip data that ends too early in s3://b/k"));
  }
  std::string damaged = packed;
  damaged[damaged.size() - 5] = static_cast<char>(damaged[damaged.size() - 5] ^ 1);  // of the checksum
  CHECK(Text(damaged) == "a text that is longer than thatThe ItemReader found gzip data that is damaged in s3://b/k");
  CHECK(Text("\x1f\x8b no") == "The ItemReader found gzip data that is damaged in s3://b/k");
  CHECK(Text(packed + "rest") ==
        "a text that is longer than thatThe ItemReader found gzip data that is damaged in s3://b/k");
  const WorkflowError torn{"States.ItemReaderFailed", "torn"};
  CHECK(*Unpacked(std::make_unique<testing::Pieces>("", 1, torn), "").error().cause == "torn");
}

}  // namespace
}  // namespace gait
