#include "engine/lang/intrinsic/testing.h"

namespace gait {
namespace {

using namespace intrinsic_testing;

TEST_CASE("arrays") {
  const Row rows[] = {
      {"States.ArrayPartition($, 4)", "[1, 2, 3, 4, 5, 6, 7, 8, 9]", "[[1,2,3,4],[5,6,7,8],[9]]"},
      {"States.ArrayPartition($, 3)", R"([1, {"a": 1}, null])", R"([[1,{"a":1},null]])"},
      {"States.ArrayPartition($, 9223372036854775807)", "[1]", "[[1]]"},
      {"States.ArrayPartition($, 1.5)", "[1, 2, 3]", "[[1,2],[3]]"},
      {"States.ArrayPartition($, 1)", "[]", "[]"},
      {"States.ArrayContains($, 1)", R"(["1", 1.0])", "true"},
      {"States.ArrayContains($, '1')", "[1]", "false"},
      {"States.ArrayContains($, $[0])", R"([{"a": 1, "b": [2]}, {"b": [2], "a": 1}])", "true"},
      {"States.ArrayContains($, null)", "[]", "false"},
      {"States.ArrayRange(1, 9, 2)", "{}", "[1,3,5,7,9]"},
      {"States.ArrayRange(0, 10, 3)", "{}", "[0,3,6,9]"},
      {"States.ArrayRange(3, -3, -3)", "{}", "[3,0,-3]"},
      {"States.ArrayRange(5, 5, -1)", "{}", "[5]"},
      {"States.ArrayRange(2, 1, 1)", "{}", "[]"},
      {"States.ArrayRange(1, 2, -1)", "{}", "[]"},
      {"States.ArrayRange(0.5, 2.4, 0.6)", "{}", "[1,2]"},
      {"States.ArrayRange(-9223372036854775808, 9223372036854775807, 9223372036854775807)", "{}",
       "[-9223372036854775808,-1,9223372036854775806]"},
      {"States.ArrayRange(9223372036854775807, -9223372036854775808, -9223372036854775808)", "{}",
       "[9223372036854775807,-1]"},
      {"States.ArrayLength(States.ArrayRange(1, 1000, 1))", "{}", "1000"},
      {"States.ArrayGetItem($, 0)", R"([{"a": 1}])", R"({"a":1})"},
      {"States.ArrayGetItem($, 1.5)", "[0, 1, null]", "null"},
      {"States.ArrayLength($)", "[[], [1, 2]]", "2"},
      {"States.ArrayUnique($)", "[]", "[]"},
      {"States.ArrayUnique($)",
       R"([3, 1, 3.0, "1", null, true, [1], {"a": 1, "b": 2}, null, [1], {"b": 2, "a": 1}, 1])",
       R"([3,1,"1",null,true,[1],{"a":1,"b":2}])"},
      {"States.ArrayUnique($)", R"([0, -0.0, [0], [[0]], "", [], {}, false])", R"([0,[0],[[0]],"",[],{},false])"},
  };
  for (const Row& row : rows) CheckResult(row);
  const Row failures[] = {
      {"States.ArrayPartition($, 0)", "[1]", "the chunk size must be greater than 0"},
      {"States.ArrayPartition($, -1)", "[1]", "the chunk size must be greater than 0"},
      {"States.ArrayRange(1, 9, 0)", "{}", "the step must not be 0"},
      {"States.ArrayRange(0, 1000, 1)", "{}", "the range has more than 1000 items"},
      {"States.ArrayRange(-9223372036854775808, 9223372036854775807, 1)", "{}", "the range has more than 1000 items"},
      {"States.ArrayGetItem($, 1)", "[1]", "the index 1 is outside the array, whose length is 1"},
      {"States.ArrayGetItem($, -1)", "[1]", "the index -1 is outside the array, whose length is 1"},
      {"States.ArrayGetItem($, 0)", "[]", "the index 0 is outside the array, whose length is 0"},
  };
  for (const Row& row : failures) CheckFailure(row);
}

TEST_CASE("encodings") {
  const Row rows[] = {
      {"States.Base64Encode('')", "{}", R"("")"},
      {"States.Base64Encode('a')", "{}", R"("YQ==")"},
      {"States.Base64Encode('ab')", "{}", R"("YWI=")"},
      {"States.Base64Encode('abc')", "{}", R"("YWJj")"},
      {"States.Base64Encode('~~~?>>?>')", "{}", R"("fn5+Pz4+Pz4=")"},
      {"States.Base64Encode('日本語 😀 é')", "{}", R"("5pel5pys6KqeIPCfmIAgw6k=")"},
      {"States.Base64Decode('5pel5pys6KqeIPCfmIAgw6k=')", "{}", R"("日本語 😀 é")"},
      {"States.Base64Decode('')", "{}", R"("")"},
      {"States.Base64Decode('YQ')", "{}", R"("a")"},
      {"States.Base64Decode('YWI')", "{}", R"("ab")"},
      {"States.Base64Decode('YR==')", "{}", R"("a")"},
      {"States.Hash('', 'MD5')", "{}", R"("d41d8cd98f00b204e9800998ecf8427e")"},
      {"States.Hash('abc', 'MD5')", "{}", R"("900150983cd24fb0d6963f7d28e17f72")"},
      {"States.Hash('abc', 'SHA-1')", "{}", R"("a9993e364706816aba3e25717850c26c9cd0d89d")"},
      {"States.Hash('abc', 'SHA-256')", "{}", R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")"},
      {"States.Hash('abc', 'SHA-384')", "{}",
       R"("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")"},
      {"States.Hash('abc', 'SHA-512')", "{}",
       R"("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")"},
  };
  for (const Row& row : rows) CheckResult(row);
  const Row failures[] = {
      {"States.Base64Decode('a')", "{}", "the text is no Base64"},
      {"States.Base64Decode('YQ=')", "{}", "the text is no Base64"},
      {"States.Base64Decode('YQ===')", "{}", "the text is no Base64"},
      {"States.Base64Decode('Y===')", "{}", "the text is no Base64"},
      {"States.Base64Decode('====')", "{}", "the text is no Base64"},
      {"States.Base64Decode('Y=Q=')", "{}", "the text is no Base64"},
      {"States.Base64Decode('YQ ==')", "{}", "the text is no Base64"},
      {"States.Base64Decode('-_-_')", "{}", "the text is no Base64"},
      {"States.Base64Decode('/w==')", "{}", "the Base64 stands for bytes that are no UTF-8 text"},
      {"States.Hash('a', 'sha-256')", "{}", "the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512"},
      {"States.Hash('a', 'SHA256')", "{}", "the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512"},
  };
  for (const Row& row : failures) CheckFailure(row);
}

TEST_CASE("10,000 characters, not bytes, are the most that is encoded") {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "é";
  for (const char* call : {"States.Base64Encode($)", "States.Hash($, 'MD5')"}) {
    CAPTURE(call);
    CHECK(Evaluate(call, Value::String(text)));
    CHECK(!Evaluate(call, Value::String(text + "x")));
  }
  CHECK(Evaluate("States.Base64Decode($)", Value::String(std::string(10'000, 'A'))));
  CHECK(!Evaluate("States.Base64Decode($)", Value::String(std::string(10'004, 'A'))));
}

TEST_CASE("JSON") {
  const Row rows[] = {
      {"States.StringToJson('{\"a\": [1, 2.5, \"x\", null]}')", "{}", R"({"a":[1,2.5,"x",null]})"},
      {"States.StringToJson($)", R"("")", "null"},
      {"States.StringToJson($)", R"(" \t\r\n")", "null"},
      {"States.StringToJson($)", R"("-0")", "0"},
      {"States.StringToJson($)", R"(" \"text\" ")", R"("text")"},
      {"States.StringToJson($)", R"("12345678901234567890")", "12345678901234567890"},
      {"States.JsonToString($)", R"({"b": 1, "a": [1.1, "é\n", null, true]})",
       R"("{\"b\":1,\"a\":[1.1,\"é\\n\",null,true]}")"},
      {"States.JsonToString('x')", "{}", R"("\"x\"")"},
      {"States.JsonMerge($.a, $.b, false)",
       R"({"a": {"x": {"p": 1}, "y": 2, "d": 3}, "b": {"x": {"q": 1}, "z": 4, "d": 5}})",
       R"({"x":{"q":1},"y":2,"d":5,"z":4})"},
      {"States.JsonMerge($, $, false)", "{}", "{}"},
  };
  for (const Row& row : rows) CheckResult(row);
  const Row failures[] = {
      {"States.StringToJson('not json')", "{}", "the text is no JSON: Invalid value (at byte 1)"},
      {"States.JsonMerge($, $, true)", "{}", "deep merging is not supported: the third argument must be false"},
  };
  for (const Row& row : failures) CheckFailure(row);
}

TEST_CASE("arithmetic") {
  const Row rows[] = {
      {"States.MathAdd(111, -1)", "{}", "110"},
      {"States.MathAdd(1.49, 1.5)", "{}", "3"},
      {"States.MathAdd(-1.49, -1.5)", "{}", "-2"},
      {"States.MathAdd(-1.51, -2.5)", "{}", "-4"},
      {"States.MathAdd(-0.5, 0.5)", "{}", "1"},
      {"States.MathAdd(0.49999999999999994, 0)", "{}", "0"},
      {"States.MathAdd(1e0, 1)", "{}", "2"},
      {"States.MathAdd(2147483646, 1)", "{}", "2147483647"},
      {"States.MathAdd(-2147483648, 0.4)", "{}", "-2147483648"},
      {"States.MathRandom(7, 8)", "{}", "7"},
      {"States.MathRandom(-1.4, 0.4)", "{}", "-1"},
      {"States.MathRandom(9223372036854775806, 9223372036854775807)", "{}", "9223372036854775806"},
  };
  for (const Row& row : rows) CheckResult(row);
  constexpr const char* kRange = "the arguments and their sum must lie between -2147483648 and 2147483647";
  const Row failures[] = {
      {"States.MathAdd(2147483647, 1)", "{}", kRange},
      {"States.MathAdd(-2147483648, -1)", "{}", kRange},
      {"States.MathAdd(2147483648, -1)", "{}", kRange},
      {"States.MathAdd(9223372036854775807, 9223372036854775807)", "{}", kRange},
      {"States.MathRandom(1, 1)", "{}", "the start must be less than the end"},
      {"States.MathRandom(2, 1, 5)", "{}", "the start must be less than the end"},
  };
  for (const Row& row : failures) CheckFailure(row);
}

TEST_CASE("random numbers lie in their range, and a seed repeats them") {
  const Value none = Json("{}");
  for (int i = 0; i < 200; ++i) {
    const int64_t drawn = Evaluate("States.MathRandom(-3, 3)", none).value().as_int();
    CHECK(drawn >= -3);
    CHECK(drawn < 3);
  }
  const Value input = Json(R"({"start": -9223372036854775808, "end": 9223372036854775807})");
  const auto seeded = [&](const char* seed) {
    return Evaluate("States.MathRandom($.start, $.end, " + std::string(seed) + ")", input).value().as_int();
  };
  CHECK(seeded("7") == seeded("7"));
  CHECK(seeded("7") == seeded("7.4"));
  CHECK(seeded("7") != seeded("8"));
  // The numbers of a seed are a promise: a stored execution that is run again draws them again.
  CHECK(ToJson(Evaluate("States.MathRandom(1, 1000000, 7)", none).value()) == "166477");
}

TEST_CASE("a UUID is one of version 4, and every time another") {
  const Value none = Json("{}");
  const Value a = Evaluate("States.UUID()", none).value();
  const Value b = Evaluate("States.UUID()", none).value();
  CHECK(a != b);
  CHECK(a.as_string().size() == 36);
  CHECK(a.as_string()[14] == '4');
}

TEST_CASE("without a source of random numbers only those of a seed can be had") {
  const Value none = Json("{}");
  const Scope scope{&none, nullptr, nullptr, nullptr};
  CHECK(!Compiled("States.UUID()").Evaluate(scope, "x.$"));
  CHECK(!Compiled("States.MathRandom(1, 9)").Evaluate(scope, "x.$"));
  CHECK(Compiled("States.MathRandom(1, 9, 1)").Evaluate(scope, "x.$"));
  CHECK(*Compiled("States.Array($$.a)").Evaluate(scope, "x.$").error().error == "States.Runtime");
  CHECK(*Compiled("States.Array($v)").Evaluate(scope, "x.$").error().error == "States.Runtime");
}

TEST_CASE("strings") {
  const Row rows[] = {
      {"States.StringSplit('1,2,3', ',')", "{}", R"(["1","2","3"])"},
      {"States.StringSplit('This.is+a,test=string', '.+,=')", "{}", R"(["This","is","a","test","string"])"},
      {"States.StringSplit(',a,,b,', ',')", "{}", R"(["a","b"])"},
      {"States.StringSplit(',,,,', ',')", "{}", "[]"},
      {"States.StringSplit('', ',')", "{}", "[]"},
      {"States.StringSplit('abc', '')", "{}", R"(["abc"])"},
      {"States.StringSplit('a::b', '::')", "{}", R"(["a","b"])"},
      {"States.StringSplit('日本、語。x', '、。')", "{}", R"(["日本","語","x"])"},
      {"States.StringSplit('日本', 'é本')", "{}", R"(["日"])"},
      {R"(States.StringSplit('a\\b\'c', '\'\\'))", "{}", R"(["a","b","c"])"},
  };
  for (const Row& row : rows) CheckResult(row);
}

TEST_CASE("Format") {
  const Row rows[] = {
      {"States.Format('')", "{}", R"("")"},
      {"States.Format('{}{}-{}', 'a', $.n, null)", R"({"n": 1.5})", R"("a1.5-null")"},
      {"States.Format('{} {}', true, 12345678901234567890)", "{}", R"("true 12345678901234567890")"},
      {"States.Format('{}', $)", R"({"x": 1, "y": [1, "a", null], "z": {}, "e": []})",
       R"("{x=1, y=[1, a, null], z={}, e=[]}")"},
      {"States.Format('{}', $)", R"([1, "a", true, ["b"]])", R"("[1, a, true, [b]]")"},
      {"States.Format($.t, 1)", R"({"t": "\\{v\\}={}"})", R"("{v}=1")"},
      {"States.Format('{}', $)", R"("back\\slash {} '")", R"("back\\slash {} '")"},
      {R"(States.Format('{}', 'a\{\}'))", "{}", R"("a{}")"},
      {R"(States.Format('\{\} \' \\ {}', 1))", "{}", R"("{} ' \\ 1")"},
      {"States.Format('{ {a} {{}} }{', 1)", "{}", R"("{ {a} {1} }{")"},
      {"States.Format(States.Format('{}', '\\{\\}'), 1)", "{}", R"("1")"},
  };
  for (const Row& row : rows) CheckResult(row);
  const Row failures[] = {
      {"States.Format('{} {}', 1)", "{}", "the template has more {} than there are values"},
      {"States.Format('{}', 1, 2)", "{}", "the template has fewer {} than there are values"},
      {"States.Format($)", R"("a\\nb")", "a backslash in the template must stand before one of ' { } \\"},
      {"States.Format($)", R"("a\\")", "a backslash in the template must stand before one of ' { } \\"},
  };
  for (const Row& row : failures) CheckFailure(row);
}

}  // namespace
}  // namespace gait
