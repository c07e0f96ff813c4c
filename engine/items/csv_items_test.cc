#include "engine/items/csv_items.h"

#include <string>
#include <vector>

#include "engine/items/byte_reader.h"
#include "tests/support/item_texts.h"

namespace gait {
namespace {

ItemFormat Csv(std::optional<std::vector<std::string>> headers = std::nullopt, char delimiter = ',') {
  ItemFormat format;
  format.type = ItemFormat::InputType::kCsv;
  format.delimiter = delimiter;
  format.headers = std::move(headers);
  return format;
}

std::string Items(const ItemFormat& format, const std::string& text) {
  return testing::ItemsOfPieces(
      [&](std::unique_ptr<ByteSource> bytes) { return CsvItems(format, std::move(bytes), "s3://b/k"); }, text);
}

const std::vector<std::string> kAb = {"a", "b"};

TEST_CASE("the items of CSV") {
  struct Case {
    ItemFormat format;
    std::string text, items;
  };
  for (const Case& c : std::vector<Case>{
           {Csv(), "", "[]"},
           {Csv(), "a,b\n", "[]"},
           {Csv(), "a,b\n1,2", R"([{"a":"1","b":"2"}])"},
           {Csv(), "a,b\r\n1,2\r\n3,4\r\n", R"([{"a":"1","b":"2"},{"a":"3","b":"4"}])"},
           {Csv(),
            "\xef\xbb\xbf"
            "a,b\n1,2\n",
            R"([{"a":"1","b":"2"}])"},
           {Csv(), "\n\r\na,b\n\n1,2\n\n", R"([{"a":"1","b":"2"}])"},
           {Csv(), "\"a \"\"x\"\"\",b\\\n1,2\n", R"([{"a \"x\"":"1","b\\":"2"}])"},
           // Rows that are too short, and too long.
           {Csv(kAb), "1\n1,2,3\n,\n   \n",
            R"([{"a":"1","b":""},{"a":"1","b":"2"},{"a":"","b":""},{"a":"   ","b":""}])"},
           {Csv(std::vector<std::string>{}), "1,\"2\"\n", "[{}]"},
           // Quotes: with delimiters, line breaks and quotes within; empty; in the midst of a field they are nothing.
           {Csv(kAb), "\"1,2\",\"x\r\ny\nz\"\n", R"([{"a":"1,2","b":"x\r\ny\nz"}])"},
           {Csv(kAb), "\"he said \"\"no\"\"\",\"\"\"\"\n", R"([{"a":"he said \"no\"","b":"\""}])"},
           {Csv(kAb), "\"\"\n", R"([{"a":"","b":""}])"},
           {Csv(kAb), "5\" x,\"a\"b\n", R"([{"a":"5\" x","b":"ab"}])"},
           {Csv(kAb), "1\r2,3\r", "[{\"a\":\"1\\r2\",\"b\":\"3\\r\"}]"},
           {Csv(kAb), "a\tb\x01\\,\x7f\n", "[{\"a\":\"a\\tb\\u0001\\\\\",\"b\":\"\x7f\"}]"},
           {Csv(kAb, '|'), "1,x|2\n", R"([{"a":"1,x","b":"2"}])"},
           {Csv(kAb, ';'), "1;2\n", R"([{"a":"1","b":"2"}])"},
           {Csv(kAb, ' '), "1 2\n", R"([{"a":"1","b":"2"}])"},
           {Csv(kAb, '\t'), "1\t\"2\t3\"\n", R"([{"a":"1","b":"2\t3"}])"},
           {Csv(kAb), "Grüße 😀,\"é\"\"\xc2\xa0\"\n", "[{\"a\":\"Grüße 😀\",\"b\":\"é\\\"\xc2\xa0\"}]"},
       }) {
    CAPTURE(c.text);
    CHECK(Items(c.format, c.text) == c.items);
  }
}

TEST_CASE("what is wrong with CSV, and where") {
  struct Case {
    ItemFormat format;
    std::string text, found;
  };
  const std::string failed = "States.ItemReaderFailed: ", reader = failed + "The ItemReader found ";
  for (const Case& c : std::vector<Case>{
           // Recorded.
           {Csv(), "a,a\n1,2\n", "[] " + failed + "CSV headers cannot contain duplicates."},
           {Csv(std::vector<std::string>{"a", "a"}), "", "[] " + failed + "CSV headers cannot contain duplicates."},
           {Csv(kAb), "1,2\n\n\"x\ny\",\"3\n\n",
            R"([{"a":"1","b":"2"}] )" + reader + "a quote that nothing closes, at line 4, byte 12 of s3://b/k"},
           {Csv(kAb), "1,2\n3,\xff\n",
            R"([{"a":"1","b":"2"}] )" + reader + "invalid UTF-8, at line 2, byte 7 of s3://b/k"},
           {Csv(kAb), "1,\"\n\xc3(\"\n", "[] " + reader + "invalid UTF-8, at line 2, byte 5 of s3://b/k"},
           {Csv(kAb), "1,\xe2\x82", "[] " + reader + "invalid UTF-8, at line 1, byte 3 of s3://b/k"},
           {Csv(), "\xef\xbb", "[] " + reader + "invalid UTF-8, at line 1, byte 1 of s3://b/k"},
           {Csv(),
            "\xef\xbb\xbf"
            "a,\xff\n",
            "[] " + reader + "invalid UTF-8, at line 1, byte 6 of s3://b/k"},
       }) {
    CAPTURE(c.text);
    CHECK(Items(c.format, c.text) == c.found);
  }
}

TEST_CASE("neither a row nor the headers are held without bounds") {
  const auto in_large_pieces = [](const ItemFormat& format, const std::string& text) {
    return testing::ItemsAndError(*CsvItems(format, std::make_unique<testing::Pieces>(text, 100'000), ""));
  };
  const std::string failed = "[] States.ItemReaderFailed: The ItemReader found ";
  const std::string most(kItemBytesMax - 2, 'x');
  CHECK(in_large_pieces(Csv(kAb), most + ",\n").size() == most.size() + std::string(R"([{"a":"","b":""}])").size());
  CHECK(in_large_pieces(Csv(kAb), "\n" + most + "y,\n") ==
        failed + "a row of more than 8388608 bytes, at line 2, byte 2");
  CHECK(in_large_pieces(Csv(kAb), "1,\"" + most + most) ==
        failed + "a quote that nothing closes within 8388608 bytes, at line 1, byte 3");
  const std::string headers(kCsvHeaderBytesMax, 'x');
  CHECK(in_large_pieces(Csv(), headers.substr(1) + "\n") == "[]");
  CHECK(in_large_pieces(Csv(), headers + "\n") ==
        failed + "a row with the headers of more than 10240 bytes, at line 1, byte 1");
  CHECK(in_large_pieces(Csv(std::vector<std::string>{headers, "a"}), "1") ==
        failed + "CSVHeaders of more than 10240 bytes");
}

}  // namespace
}  // namespace gait
