#include "engine/items/text_items.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/cause_table.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// A text in pieces of so many bytes; then an error, if there is one.
class Pieces : public ByteSource {
 public:
  Pieces(std::string text, size_t size, std::optional<WorkflowError> error)
      : text_(std::move(text)), size_(size), error_(std::move(error)) {}
  Result<std::string> Read() override {
    if (text_.empty() && error_) return *error_;
    std::string piece = text_.substr(0, size_);
    text_.erase(0, piece.size());
    return piece;
  }

 private:
  std::string text_;
  size_t size_;
  std::optional<WorkflowError> error_;
};

// The items, or the error; the same in whatever pieces the text comes.
std::string Items(const ItemFormat& format, const std::string& text, int64_t items_max = 0,
                  const std::optional<WorkflowError>& error = std::nullopt) {
  std::string first;
  for (const size_t size : {size_t{1}, size_t{2}, size_t{3}, size_t{5}, size_t{1000}}) {
    const auto source = ItemsIn(format, std::make_unique<Pieces>(text, size, error));
    const Result<Value> items = ReadItems(*source, items_max);
    const std::string found = items ? ToJson(*items) : *items.error().error + ": " + *items.error().cause;
    if (first.empty()) first = found;
    CHECK(found == first);
  }
  return first;
}

ItemFormat Of(ItemFormat::InputType type, std::string pointer = "") {
  ItemFormat format;
  format.type = type;
  format.pointer = std::move(pointer);
  return format;
}

ItemFormat Csv(std::optional<std::vector<std::string>> headers = std::nullopt, char delimiter = ',') {
  ItemFormat format = Of(ItemFormat::InputType::kCsv);
  format.delimiter = delimiter;
  format.headers = std::move(headers);
  return format;
}

TEST_CASE("the items of CSV") {
  struct Case {
    ItemFormat format;
    std::string text, items;
  };
  const std::vector<std::string> ab = {"a", "b"};
  for (const Case& c : std::vector<Case>{
           {Csv(), "", "[]"},
           {Csv(), "a,b\n", "[]"},
           {Csv(), "a,b\n1,2", R"([{"a":"1","b":"2"}])"},
           {Csv(), "a,b\r\n1,2\r\n3,4\r\n", R"([{"a":"1","b":"2"},{"a":"3","b":"4"}])"},
           {Csv(),
            "\xef\xbb\xbf"
            "a,b\n1,2\n",
            R"([{"a":"1","b":"2"}])"},
           {Csv(), "\xef\xbb", "[]"},
           {Csv(), "\n\r\na,b\n\n1,2\n\n", R"([{"a":"1","b":"2"}])"},
           // Rows that are too short, and too long.
           {Csv(ab), "1\n1,2,3\n,\n   \n",
            R"([{"a":"1","b":""},{"a":"1","b":"2"},{"a":"","b":""},{"a":"   ","b":""}])"},
           // Quotes: with delimiters, line breaks and quotes within; empty; in the midst of a field they are nothing.
           {Csv(ab), "\"1,2\",\"x\r\ny\nz\"\n", R"([{"a":"1,2","b":"x\r\ny\nz"}])"},
           {Csv(ab), "\"he said \"\"no\"\"\",\"\"\"\"\n", R"([{"a":"he said \"no\"","b":"\""}])"},
           {Csv(ab), "\"\"\n", R"([{"a":"","b":""}])"},
           {Csv(ab), "5\" x,\"a\"b\n", R"([{"a":"5\" x","b":"ab"}])"},
           {Csv(ab), "1,\"open\n2", R"([{"a":"1","b":"open\n2"}])"},
           {Csv(ab), "1\r2,3\r", "[{\"a\":\"1\\r2\",\"b\":\"3\\r\"}]"},
           {Csv(ab, '|'), "1,x|2\n", R"([{"a":"1,x","b":"2"}])"},
           {Csv(ab, ';'), "1;2\n", R"([{"a":"1","b":"2"}])"},
           {Csv(ab, ' '), "1 2\n", R"([{"a":"1","b":"2"}])"},
           {Csv(ab, '\t'), "1\t2\n", R"([{"a":"1","b":"2"}])"},
           {Csv(ab), "\xc3\xa9,\xff\n", "[{\"a\":\"\xc3\xa9\",\"b\":\"\xef\xbf\xbd\"}]"},
           {Csv(), "a,a\n1,2\n", "States.ItemReaderFailed: CSV headers cannot contain duplicates."},
           {Csv(std::vector<std::string>{"a", "a"}), "",
            "States.ItemReaderFailed: CSV headers cannot contain duplicates."},
       }) {
    CAPTURE(c.text);
    CHECK(Items(c.format, c.text) == c.items);
  }
}

TEST_CASE("the items of JSON lines") {
  const ItemFormat lines = Of(ItemFormat::InputType::kJsonLines);
  CHECK(Items(lines, "") == "[]");
  CHECK(Items(lines, "{\"a\": 1}\r\n\n  \n[2]\n\"x\"") == R"([{"a":1},[2],"x"])");
  CHECK(Items(lines,
              "\xef\xbb\xbf"
              "1\n") == "[1]");
  CHECK(Items(lines, "1\nno\n").starts_with("States.ItemReaderFailed: The ItemReader found a line that is not JSON"));
  CHECK(Items(lines, "1\nno\n", 1) == "[1]");  // what is behind the maximum is not looked at
}

TEST_CASE("the items of JSON") {
  const ItemFormat whole = Of(ItemFormat::InputType::kJson);
  const ItemFormat part = Of(ItemFormat::InputType::kJson, "/a/b");
  CHECK(Items(whole, "[1, {\"x\": 2}]") == R"([1,{"x":2}])");
  CHECK(Items(whole, "[]") == "[]");
  const std::string not_iterable = "States.ItemReaderFailed: Attempting to map over non-iterable node.";
  CHECK(Items(whole, "{\"x\": 2}") == not_iterable);
  CHECK(Items(whole, "1") == not_iterable);
  CHECK(Items(whole, "").starts_with("States.ItemReaderFailed: The ItemReader found no JSON"));
  CHECK(Items(part, R"({"a": {"b": [7]}})") == "[7]");
  CHECK(Items(part, R"({"a": {"b": {"k": 7}}})") == R"([{"Key":"k","Value":7}])");
  CHECK(Items(part, R"({"a": {"b": 7}})") == not_iterable);
  CHECK(Items(part, R"({"a": []})").starts_with("States.ItemReaderFailed: The ItemsPointer '/a/b' names nothing"));
}

TEST_CASE("as many items as are asked for, and no more bytes than they need") {
  CHECK(Items(Csv(), "a\n1\n2\n3\n", 2) == R"([{"a":"1"},{"a":"2"}])");
  CHECK(Items(Csv(), "a\n1\n2\n3\n", 9) == R"([{"a":"1"},{"a":"2"},{"a":"3"}])");
  CHECK(Items(Csv(), "a\n1\n", 0) == R"([{"a":"1"}])");
  CHECK(Items(Csv(), "a\n1\n", -1) == "States.ItemReaderFailed: field MaxItems must be positive");
  const WorkflowError torn{"States.ItemReaderFailed", "torn"};
  CHECK(Items(Csv(), "a\n1\n2\n", 2, torn) == R"([{"a":"1"},{"a":"2"}])");
  for (const ItemFormat::InputType type :
       {ItemFormat::InputType::kCsv, ItemFormat::InputType::kJsonLines, ItemFormat::InputType::kJson}) {
    CHECK(Items(Of(type), "1\n2", 0, torn) == "States.ItemReaderFailed: torn");
    CHECK(Items(Of(type), "", 0, torn) == "States.ItemReaderFailed: torn");
  }
}

// Rows without an end: what is held is a row and a piece.
class Endless : public ByteSource {
 public:
  Result<std::string> Read() override {
    ++reads;
    return std::string("1,2\n");
  }
  int reads = 0;
};

TEST_CASE("rows are given as they come") {
  auto bytes = std::make_unique<Endless>();
  Endless& endless = *bytes;
  const auto source = ItemsIn(Csv(std::vector<std::string>{"a", "b"}), std::move(bytes));
  for (int i = 1; i <= 100; ++i) {
    const auto item = source->Next();
    REQUIRE(item.ok());
    CHECK(item->has_value());
    CHECK(endless.reads == i);
  }
}

}  // namespace
}  // namespace gait
