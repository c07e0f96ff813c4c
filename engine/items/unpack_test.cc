#include "engine/items/unpack.h"

#include <doctest/doctest.h>

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
      if (!more) text = *more.error().cause;
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

TEST_CASE("gzip data that is torn or damaged") {
  const std::string packed = Packed("a text that is longer than that");
  for (size_t size = 2; size < packed.size(); ++size) {
    CHECK(Text(packed.substr(0, size)) == "The ItemReader found gzip data that ends too early in s3://b/k");
  }
  std::string damaged = packed;
  damaged[damaged.size() - 5] = static_cast<char>(damaged[damaged.size() - 5] ^ 1);  // of the checksum
  CHECK(Text(damaged) == "The ItemReader found gzip data that is damaged in s3://b/k");
  CHECK(Text("\x1f\x8b no") == "The ItemReader found gzip data that is damaged in s3://b/k");
  CHECK(Text(packed + "rest") == "The ItemReader found gzip data that is damaged in s3://b/k");
  const WorkflowError torn{"States.ItemReaderFailed", "torn"};
  CHECK(*Unpacked(std::make_unique<testing::Pieces>("", 1, torn), "").error().cause == "torn");
}

}  // namespace
}  // namespace gait
