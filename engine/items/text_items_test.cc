#include "engine/items/text_items.h"

#include <string>
#include <vector>

#include "tests/support/item_texts.h"

namespace gait {
namespace {

using testing::Pieces;

ItemFormat Of(ItemFormat::InputType type) {
  ItemFormat format;
  format.type = type;
  return format;
}

std::string Items(ItemFormat::InputType type, const std::string& text, int64_t items_max,
                  const std::optional<WorkflowError>& error = std::nullopt) {
  std::string first;
  for (const size_t size : {size_t{1}, size_t{2}, size_t{3}, size_t{1000}}) {
    const auto source = ItemsIn(Of(type), std::make_unique<Pieces>(text, size, error));
    const Result<Value> items = ReadItems(*source, items_max);
    const std::string found = items ? ToJson(*items) : *items.error().error + ": " + *items.error().cause;
    if (first.empty()) first = found;
    CHECK(found == first);
  }
  return first;
}

TEST_CASE("as many items as are asked for, and no more bytes than they need") {
  using Type = ItemFormat::InputType;
  CHECK(Items(Type::kCsv, "a\n1\n2\n3\n", 2) == R"([{"a":"1"},{"a":"2"}])");
  CHECK(Items(Type::kCsv, "a\n1\n2\n3\n", 9) == R"([{"a":"1"},{"a":"2"},{"a":"3"}])");
  CHECK(Items(Type::kCsv, "a\n1\n", 0) == R"([{"a":"1"}])");
  CHECK(Items(Type::kCsv, "a\n1\n", -1) == "States.ItemReaderFailed: field MaxItems must be positive");
  CHECK(Items(Type::kJsonLines, "1\nno\n", 1) == "[1]");  // what is behind the maximum is not looked at
  CHECK(Items(Type::kJson, "[1, no", 1) == "[1]");
  const WorkflowError torn{"States.ItemReaderFailed", "torn"};
  CHECK(Items(Type::kCsv, "a\n1\n2\n", 2, torn) == R"([{"a":"1"},{"a":"2"}])");
  for (const Type type : {Type::kCsv, Type::kJsonLines, Type::kJson}) {
    for (const char* text : {"", "[\"\xc3", "\n", "[1]", "[1", "[\"a", "[t", "{\"a\"", "\xef\xbb"}) {
      CAPTURE(text);
      CHECK(Items(type, text, 0, torn) == "States.ItemReaderFailed: torn");
    }
  }
  CHECK(Items(Type::kJson, "[1,\n2", 0, torn) == "States.ItemReaderFailed: torn");
}

// Rows without an end: what is held is a row and a piece.
class Endless : public ByteSource {
 public:
  explicit Endless(std::string piece) : piece_(std::move(piece)) {}
  Result<std::string> Read() override {
    ++reads;
    return piece_;
  }
  int reads = 0;

 private:
  const std::string piece_;
};

TEST_CASE("items are given as they come") {
  for (const ItemFormat::InputType type : {ItemFormat::InputType::kCsv, ItemFormat::InputType::kJsonLines}) {
    auto bytes = std::make_unique<Endless>("1000\n");
    Endless& endless = *bytes;
    ItemFormat format = Of(type);
    format.headers = {"a", "b"};
    const auto source = ItemsIn(format, std::move(bytes));
    for (int i = 1; i <= 100; ++i) {
      const auto item = source->Next();
      REQUIRE(item.ok());
      CHECK(item->has_value());
      CHECK(endless.reads == i);
    }
  }
  // The comma behind an element belongs to the next one.
  auto bytes = std::make_unique<Endless>("[[1],[1],");
  Endless& endless = *bytes;
  const auto source = ItemsIn(Of(ItemFormat::InputType::kJson), std::move(bytes));
  CHECK((*source->Next())->text() == "[1]");
  CHECK(endless.reads == 1);
  CHECK((*source->Next())->text() == "[1]");
  CHECK(endless.reads == 1);
}

}  // namespace
}  // namespace gait
