#include "testing/compare.h"

#include <doctest/doctest.h>

#include "engine/json/parse.h"

namespace gait {
namespace {

Value Json(std::string_view text) { return *ParseJson(text).value; }

// "/a: expected 1, got 2; /b: not expected: 3"
std::string Shown(std::string_view expected, std::string_view actual, Match match) {
  std::string text;
  for (const Difference& d : Compare(Json(expected), Json(actual), match)) {
    text += (text.empty() ? "" : "; ") + d.pointer + ": " + Described(d);
  }
  return text;
}

TEST_CASE("the innermost values that differ, each by its pointer") {
  const struct {
    const char *expected, *actual, *exact, *partial;
  } rows[] = {
      {"1", "1.0", "", ""},
      {R"({"a":1,"b":2})", R"({"b":2,"a":1})", "", ""},
      {R"({"a":1})", R"({"a":2})", "/a: expected 1, got 2", "/a: expected 1, got 2"},
      {R"({"a":1})", R"({"a":1,"b":[2]})", "/b: not expected: [2]", ""},
      {R"({"a":null})", "{}", "/a: expected null, and there is nothing", "/a: expected null, and there is nothing"},
      {R"([{"a":1},{"b":2}])", R"([{"a":1,"x":0},{"b":3}])", "/0/x: not expected: 0; /1/b: expected 2, got 3",
       "/1/b: expected 2, got 3"},
      {"[1,2]", "[1]", "/1: expected 2, and there is nothing", "/1: expected 2, and there is nothing"},
      {"[1]", "[1,2]", "/1: not expected: 2", "/1: not expected: 2"},
      {"{}", "[]", ": expected {}, got []", ": expected {}, got []"},
      {R"({"a/b":{"~":1}})", R"({"a/b":{"~":"1"}})", R"(/a~1b/~0: expected 1, got "1")",
       R"(/a~1b/~0: expected 1, got "1")"},
      {R"({"a":{}})", R"({"a":{"b":1}})", "/a/b: not expected: 1", ""},
  };
  for (const auto& row : rows) {
    INFO(row.expected << " and " << row.actual);
    CHECK(Shown(row.expected, row.actual, Match::kExact) == row.exact);
    CHECK(Shown(row.expected, row.actual, Match::kPartial) == row.partial);
  }
}

TEST_CASE("many differences, and long values, are cut short") {
  ArrayBuilder zeros, ones;
  for (int i = 0; i < 1000; ++i) {
    zeros.Add(Value::Int(0));
    ones.Add(Value::Int(1));
  }
  CHECK(Compare(zeros.Build(), ones.Build(), Match::kExact).size() == kDifferencesMax);
  CHECK(ShortJson(Value::String("aé"), 3) == "\"a...");  // not within a character
  CHECK(ShortJson(Value::String("aé"), 5) == "\"aé\"");
}

}  // namespace
}  // namespace gait
