#include "integrations/form_encoding.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/json/parse.h"

namespace gait {
namespace {

Value Json(std::string_view text) {
  const JsonParse parse = ParseJson(text);
  REQUIRE(parse);
  return *parse.value;
}

TEST_CASE("texts are percent-encoded as UTF-8") {
  CHECK(PercentEncode("") == "");
  CHECK(PercentEncode("azAZ09-._~") == "azAZ09-._~");
  CHECK(PercentEncode("a b+c/d&e=f%") == "a%20b%2Bc%2Fd%26e%3Df%25");
  CHECK(PercentEncode("é😀\n") == "%C3%A9%F0%9F%98%80%0A");
}

TEST_CASE("array formats by name") {
  CHECK(ParseArrayFormat("DEFAULT") == ArrayFormat::kIndices);
  CHECK(ParseArrayFormat("INDICES") == ArrayFormat::kIndices);
  CHECK(ParseArrayFormat("REPEAT") == ArrayFormat::kRepeat);
  CHECK(ParseArrayFormat("COMMAS") == ArrayFormat::kCommas);
  CHECK(ParseArrayFormat("BRACKETS") == ArrayFormat::kBrackets);
  CHECK(ParseArrayFormat("NONE") == ArrayFormat::kNone);
  CHECK(ParseArrayFormat("indices") == std::nullopt);
  CHECK(ParseArrayFormat("") == std::nullopt);
}

TEST_CASE("forms") {
  struct Case {
    std::string json;
    ArrayFormat format;
    std::string form;
  };
  for (
      const Case& c : std::vector<Case>{
          {"{}", ArrayFormat::kIndices, ""},
          // The guide's example, in the order of the definition.
          {R"({"customer":"1234567890","description":"Monthly subscription","metadata":{"order_details":"monthly report data"}})",
           ArrayFormat::kIndices,
           "customer=1234567890&description=Monthly%20subscription&metadata%5Border_details%5D=monthly%20report%"
           "20data"},
          {R"({"array":["a","b"]})", ArrayFormat::kIndices, "array%5B0%5D=a&array%5B1%5D=b"},
          {R"({"array":["a","b"]})", ArrayFormat::kRepeat, "array=a&array=b"},
          {R"({"array":["a","b"]})", ArrayFormat::kCommas, "array=a%2Cb"},
          {R"({"array":["a","b"]})", ArrayFormat::kBrackets, "array%5B%5D=a&array%5B%5D=b"},
          {R"({"array":["a","b"]})", ArrayFormat::kNone, "array=%5B%22a%22%2C%22b%22%5D"},
          {R"({"a":[]})", ArrayFormat::kIndices, ""},
          {R"({"a":[]})", ArrayFormat::kCommas, "a="},
          {R"({"a":[["x","y"],{"b":1}]})", ArrayFormat::kIndices,
           "a%5B0%5D%5B0%5D=x&a%5B0%5D%5B1%5D=y&a%5B1%5D%5Bb%5D=1"},
          {R"({"a":["",null,"x"]})", ArrayFormat::kCommas, "a=%2C%2Cx"},
          {R"({"a":null,"b":true,"c":1.5,"d":12345678901234567890,"e":""})", ArrayFormat::kIndices,
           "a=&b=true&c=1.5&d=12345678901234567890&e="},
          {R"({"a b":{"c=":"&"}})", ArrayFormat::kIndices, "a%20b%5Bc%3D%5D=%26"},
      }) {
    CAPTURE(c.json);
    CHECK(EncodeForm(Json(c.json), c.format) == c.form);
  }
}

TEST_CASE("queries") {
  struct Case {
    std::string json;
    std::optional<std::string> query;
  };
  for (const Case& c : std::vector<Case>{{R"({"currency":"usd","x":["1","2"]})", "currency=usd&x=1&x=2"},
                                         {R"("a=1&b=%20c d")", "a=1&b=%20c%20d"},
                                         {R"("?a=1")", "a=1"},
                                         {R"(["a=1",{"b":2},"","c=3"])", "a=1&b=2&c=3"},
                                         {"[]", ""},
                                         {R"("")", ""},
                                         {"1", std::nullopt},
                                         {"[[\"a=1\"]]", std::nullopt},
                                         {"[1]", std::nullopt}}) {
    CAPTURE(c.json);
    CHECK(EncodeQuery(Json(c.json)) == c.query);
  }
}

}  // namespace
}  // namespace gait
