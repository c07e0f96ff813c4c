#include "engine/json/write.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/json/parse.h"

namespace gait {
namespace {

TEST_CASE("doubles are spelled as Java spells them") {
  struct Row {
    double value;
    const char* text;
  };
  const Row rows[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {-2.5, "-2.5"},
      {0.1, "0.1"},
      {100.0, "100.0"},
      {0.001, "0.001"},
      {0.00099, "9.9E-4"},
      {9999999.0, "9999999.0"},
      {1e7, "1.0E7"},
      {12345678.9, "1.23456789E7"},
      {1789180622.0, "1.789180622E9"},
      {1e21, "1.0E21"},
      {1.5e-7, "1.5E-7"},
      {3.3, "3.3"},
      {123456.789, "123456.789"},
      {std::numeric_limits<double>::max(), "1.7976931348623157E308"},
  };
  for (const Row& row : rows) {
    CHECK(FormatDouble(row.value) == row.text);
    CHECK(JsonSize(Value::Double(row.value)) == std::string_view(row.text).size());
  }
  CHECK(FormatDouble(std::numeric_limits<double>::infinity()) == "null");
  CHECK(FormatDouble(std::numeric_limits<double>::quiet_NaN()) == "null");
}

TEST_CASE("the size of a changed value is that of its new text") {
  const Value before = *ParseJson(R"({"a":[1,22,333],"b":"x\n"})").value;
  CHECK(JsonSize(before) == ToJson(before).size());
  Value after = before.With("c", Value::String("é")).With("a", Value::Int(-10));
  CHECK(JsonSize(after) == ToJson(after).size());
  after = std::move(after).With("d", Value::Array({Value::Int(-9), Value::Int(0), Value::Int(10)}));
  CHECK(JsonSize(after) == ToJson(after).size());
}

TEST_CASE("pretty text") {
  CHECK(ToPrettyJson(*ParseJson(R"({"a":[1,{}],"b":[]})").value) ==
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

}  // namespace
}  // namespace gait
