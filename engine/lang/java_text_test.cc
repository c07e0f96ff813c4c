#include "engine/lang/java_text.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/json/parse.h"

namespace gait {
namespace {

TEST_CASE("values as Java writes them") {
  struct {
    std::string json;
    std::string text;
  } rows[] = {
      {"null", "null"},
      {"true", "true"},
      {"5", "5"},
      {"5.0", "5.0"},
      {"1e21", "1.0E21"},
      {"12345678901234567890", "12345678901234567890"},
      {R"("a\"b")", "a\"b"},
      {"[]", "[]"},
      {"{}", "{}"},
      {R"({"a":1,"b":[{"c":"x"},null,""]})", "{a=1, b=[{c=x}, null, ]}"},
  };
  for (const auto& row : rows) CHECK(JavaText(*ParseJson(row.json).value) == row.text);
}

}  // namespace
}  // namespace gait
