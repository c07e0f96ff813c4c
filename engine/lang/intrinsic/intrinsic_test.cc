#include "engine/base/quotas.h"
#include "engine/lang/intrinsic/testing.h"

namespace gait {
namespace {

using namespace intrinsic_testing;

TEST_CASE("arguments: literals, paths, context, variables, calls") {
  const Row rows[] = {
      {"States.Array()", "{}", "[]"},
      {"States.Array('a', 1, -2.5, 1e2, true, false, null)", "{}", R"(["a",1,-2.5,100.0,true,false,null])"},
      {"States.Array($)", R"({"a": 1})", R"([{"a":1}])"},
      {"States.Array($.a, $['b c'], $.d[1].e)", R"({"a": 1, "b c": 2, "d": [0, {"e": 3}]})", "[1,2,3]"},
      {"States.Array($$.Execution.Name, $v.a[0].b, $w, $shadowed)", "{}", R"(["run-1",5,"inner",2])"},
      {"States.Array(States.Array(), States.Array(States.Array(1)))", "{}", "[[],[[1]]]"},
      {"States.Array( 1 ,\n\t$.a , 'b' )\n", R"({"a": 2})", R"([1,2,"b"])"},
      {"States.Array($['a,b'], $['c)'], 1)", R"j({"a,b": 1, "c)": 2})j", "[1,2,1]"},
      {R"(States.Array('it\'s \{\} \\ {"a": 1}', 'a,b', ') ('))", "{}", R"(["it's {} \\ {\"a\": 1}","a,b",") ("])"},
      {"States.Array('$.a', 'line\nbreak', 'é')", "{}", R"(["$.a","line\nbreak","é"])"},
      {"States.Array(9223372036854775807, 9223372036854775808)", "{}", "[9223372036854775807,9223372036854775808]"},
  };
  for (const Row& row : rows) CheckResult(row);
}

TEST_CASE("a path that names nothing") {
  struct MissingRow {
    const char* call;
    const char* cause;
  };
  const MissingRow rows[] = {
      {"States.Array($.no)",
       R"(The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{"a":1}')"},
      {"States.ArrayLength(States.Array($.a, $.no))",
       R"(The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{"a":1}')"},
      {"States.Array($$.No)",
       R"(The JSONPath '$$.No' specified for the field 'x.$' could not be found in the input '{"Execution":{"Name":"run-1"}}')"},
      {"States.Array($nowhere.a)",
       "The JSONPath '$nowhere.a' specified for the field 'x.$' could not be found in the variables"},
      {"States.Array($v.no)",
       R"(The JSONPath '$v.no' specified for the field 'x.$' could not be found in the input '{"a":[{"b":5}]}')"},
      {"States.MathAdd('x', $.no)",  // all arguments are evaluated before the first is looked at
       R"(The JSONPath '$.no' specified for the field 'x.$' could not be found in the input '{"a":1}')"},
  };
  for (const MissingRow& row : rows) {
    CAPTURE(row.call);
    const Result<Value> result = Evaluate(row.call, Json(R"({"a": 1})"));
    REQUIRE(!result);
    CHECK(*result.error().error == "States.Runtime");
    CHECK(*result.error().cause == row.cause);
  }
}

TEST_CASE("a failure names the innermost call") {
  const Result<Value> result = Evaluate("States.Format('{}', States.ArrayGetItem( $.a, 1))", Json(R"({"a": [1]})"));
  REQUIRE(!result);
  CHECK(*result.error().cause ==
        "The function 'States.ArrayGetItem( $.a, 1)' had the following error: the index 1 is outside the array, whose "
        "length is 1");
}

TEST_CASE("an argument of another type") {
  const Row rows[] = {
      {"States.ArrayLength($.a)", R"({"a": "x"})", "argument 1 (array) must be an array, not a string"},
      {"States.ArrayLength($.a)", R"({"a": {}})", "argument 1 (array) must be an array, not an object"},
      {"States.ArrayLength(null)", "{}", "argument 1 (array) must be an array, not null"},
      {"States.ArrayPartition($.a, '2')", R"({"a": [1]})", "argument 2 (chunk size) must be a number, not a string"},
      {"States.ArrayGetItem($.a, true)", R"({"a": [1]})", "argument 2 (index) must be a number, not a boolean"},
      {"States.ArrayRange(1, $.a, 1)", R"({"a": [1]})", "argument 2 (last) must be a number, not an array"},
      {"States.ArrayRange(1, 1e300, 1)", "{}", "argument 2 (last) is out of range"},
      {"States.ArrayRange(1, 9223372036854775808, 1)", "{}", "argument 2 (last) is out of range"},
      {"States.StringSplit(5, ',')", "{}", "argument 1 (text) must be a string, not a number"},
      {"States.Format(null, 1)", "{}", "argument 1 (template) must be a string, not null"},
      {"States.StringToJson($)", "{}", "argument 1 (text) must be a string, not an object"},
      {"States.JsonMerge($, 1, false)", "{}", "argument 2 (second) must be an object, not a number"},
      {"States.JsonMerge($, $, 'false')", "{}", "argument 3 (deep) must be a boolean, not a string"},
      {"States.Hash(1, 'MD5')", "{}", "argument 1 (text) must be a string, not a number"},
      {"States.MathRandom(1, 2, 'seed')", "{}", "argument 3 (seed) must be a number, not a string"},
  };
  for (const Row& row : rows) CheckFailure(row);
}

// An array within `depth` - 1 others.
std::string Nested(int depth) {
  const auto n = static_cast<size_t>(depth);
  return std::string(n, '[') + std::string(n, ']');
}

TEST_CASE("results that nest too deep fail") {
  const Value deepest = Json(Nested(kNestingMax));
  CHECK(Evaluate("States.ArrayGetItem($, 0)", deepest));
  CHECK(Evaluate("States.JsonToString($)", deepest));
  CHECK(Evaluate("States.Format('{}', $)", deepest));
  CHECK(Evaluate("States.StringToJson($)", Value::String(Nested(kNestingMax))));
  for (const Result<Value>& result : {
           Evaluate("States.Array($)", deepest),
           Evaluate("States.ArrayLength(States.ArrayPartition($, 1))", deepest),
           Evaluate("States.StringToJson($)", Value::String(Nested(kNestingMax + 1))),
           Evaluate("States.StringToJson($)", Value::String(std::string(1'000'000, '['))),
       }) {
    REQUIRE(!result);
    CHECK(*result.error().error == "States.IntrinsicFailure");
  }
}

TEST_CASE("results that are too large fail") {
  // A kibibyte, doubled often enough: what is left to check takes no memory.
  Value large = Value::String(std::string(1024, 'x'));
  for (size_t bytes = 1024; bytes <= kIntrinsicResultBytesMax; bytes *= 2) large = Value::Array({large, large});
  const Value some = Value::Array({large.items()[0].items()[0]});
  struct LargeRow {
    const char* call;
    Value input;
  };
  const LargeRow rows[] = {
      {"States.Array($)", large},
      {"States.JsonToString($)", large},
      {"States.Format('{}', $)", large},
      {"States.Format('{}{}{}{}{}{}', $, $, $, $, $, $)", some},
      {"States.Array(States.JsonToString($), States.JsonToString($), States.JsonToString($), States.JsonToString($))",
       some},
      {"States.ArrayLength(States.Array($, $, $, $, $, $))", some},
  };
  for (const LargeRow& row : rows) {
    CAPTURE(row.call);
    const Result<Value> result = Evaluate(row.call, row.input);
    REQUIRE(!result);
    CHECK(*result.error().error == "States.IntrinsicFailure");
  }
}

}  // namespace
}  // namespace gait
