#include "engine/lang/jsonata/expression.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait::jsonata {
namespace {

Value Json(std::string_view text) {
  JsonParse parsed = ParseJson(text);
  REQUIRE_MESSAGE(parsed, std::string(text));
  return *parsed.value;
}

const Value& Order() {
  static const Value kOrder = Json(R"({
    "id": "o-17",
    "customer": {"name": "Ana", "tags": ["a", "b"]},
    "lines": [
      {"sku": "x", "qty": 2, "price": 10, "notes": [{"text": "fragile"}]},
      {"sku": "y", "qty": 1, "price": 5, "notes": []},
      {"sku": "x", "qty": 3, "price": 1}
    ],
    "matrix": [[1, 2], [3, 4]]
  })");
  return kOrder;
}

// The result as JSON, "(nothing)", or the error's code.
std::string Evaluated(std::string_view text, const Value& input = Order(), const Value& variables = {},
                      const Limits& limits = {}, bool step_functions = false) {
  const auto compiled = Expression::Compile(text, {step_functions});
  if (const auto* failure = std::get_if<Failure>(&compiled)) return failure->code;
  SeededRandom random(7);
  const auto result = std::get<Expression>(compiled).Evaluate(
      input, variables, {*ParseTimestamp("2026-03-14T01:59:26.535Z"), random}, limits);
  if (const auto* failure = std::get_if<Failure>(&result)) return failure->code;
  const Value& value = std::get<Value>(result);
  return value.is_undefined() ? "(nothing)" : ToJson(value);
}

struct Row {
  std::string expression, result;
};

TEST_CASE("paths flatten what they find, and one item stands for itself") {
  const Row rows[] = {
      {"id", "\"o-17\""},
      {"customer.name", "\"Ana\""},
      {"customer.nobody", "(nothing)"},
      {"lines.sku", R"(["x","y","x"])"},
      {"lines.notes.text", "\"fragile\""},
      {"lines.notes.text[]", R"(["fragile"])"},
      {"lines[0].notes[].text", R"(["fragile"])"},
      {"customer.tags", R"(["a","b"])"},
      {"matrix", "[[1,2],[3,4]]"},
      {"matrix[0]", "[1,2]"},
      {"matrix[1][0]", "3"},
      {"matrix.$sum($)", "[3,7]"},
      {"lines.[sku, qty]", R"([["x",2],["y",1],["x",3]])"},
      {"lines[0].[sku, qty]", R"(["x",2])"},
      {"customer.*", R"(["Ana","a","b"])"},
      {"**.text", "\"fragile\""},
      {"`id`", "\"o-17\""},
      {"'id'", "\"id\""},
      {"customer.'name'", "\"Ana\""},
      {"$.id", "\"o-17\""},
      {"lines.$$.id", R"(["o-17","o-17","o-17"])"},
      {"and", "(nothing)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression) == row.result);
  }
}

TEST_CASE("predicates take places, from either end, lists of places, and truths") {
  const Row rows[] = {
      {"lines[0].sku", "\"x\""},        {"lines[-1].qty", "3"},      {"lines.notes[0].text", "\"fragile\""},
      {"lines[[0, 2]].qty", "[2,3]"},   {"lines[1.9].sku", "\"y\""}, {"lines[qty > 1].price", "[10,1]"},
      {"lines[sku = 'x'][1].qty", "3"}, {"lines[9]", "(nothing)"},   {"(lines.sku)[1]", "\"y\""},
      {"lines[notes].sku", "\"x\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression) == row.result);
  }
}

TEST_CASE("order, groups, bindings and parents") {
  const Row rows[] = {
      {"lines^(price).price", "[1,5,10]"},
      {"lines^(>qty).qty", "[3,2,1]"},
      {"lines^(sku, >qty).qty", "[3,2,1]"},
      {"lines^(missing).qty", "[2,1,3]"},
      {"lines^(notes)", "T2008"},
      {"lines{sku: $sum(qty)}", R"({"x":5,"y":1})"},
      {"lines{sku: qty}", R"({"x":[2,3],"y":1})"},
      {"{'n': id, 'none': nothing}", R"({"n":"o-17"})"},
      {"{'n': 1, 'n': 2}", "D1009"},
      {"{1: 2}", "T1003"},
      {"lines.notes.{'note': text, 'of': %.sku}", R"({"note":"fragile","of":"x"})"},
      {"lines.notes.%.%.id", "\"o-17\""},
      {"%", "S0217"},
      {"lines@$l.customer.{'who': name, 'sku': $l.sku}[sku = 'y'].who", "\"Ana\""},
      {"lines#$i[sku = 'x'].$i", "[0,2]"},
      {"lines[sku = 'x']#$i.$i", "[0,1]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression) == row.result);
  }
}

TEST_CASE("operators") {
  const Row rows[] = {
      {"1 + 2 * 3 - 4 / 2", "5"},
      {"7 % 3", "1"},
      {"-7 % 3", "-1"},
      {"0.1 + 0.2", "0.30000000000000004"},
      {"1 / 0", "null"},
      {"1 + nothing", "(nothing)"},
      {"1 + 'a'", "T2002"},
      {"'a' + 1", "T2001"},
      {"-'a'", "D1002"},
      {"'a' & 1 & true & nothing & null", "\"a1truenull\""},
      {"1 = 1.0", "true"},
      {"{'a': 1, 'b': 2} = {'b': 2, 'a': 1}", "true"},
      {"nothing = nothing", "false"},
      {"nothing != 1", "false"},
      {"'a' < 'b'", "true"},
      {"1 < 'b'", "T2009"},
      {"1 < null", "T2010"},
      {"nothing < 1", "(nothing)"},
      {"2 in [1, 2]", "true"},
      {"true and nothing", "false"},
      {"true or $error('not asked')", "true"},
      {"[1..3]", "[1,2,3]"},
      {"[3..1]", "[]"},
      {"[0, 1..3, 9]", "[0,1,2,3,9]"},
      {"[1.5..3]", "T2003"},
      {"1 > 0 ? 'yes' : 'no'", "\"yes\""},
      {"1 < 0 ? 'yes'", "(nothing)"},
      {"nothing ?: 'default'", "\"default\""},
      {"0 ?: 'default'", "\"default\""},
      {"0 ?? 'default'", "0"},
      {"nothing ?? 'default'", "\"default\""},
      {"/* what */ 1", "1"},
      {"'\\u00e9\\ud83d\\ude00'", "\"é😀\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression) == row.result);
  }
}

TEST_CASE("variables, functions, closures") {
  const Row rows[] = {
      {"($a := 1; $b := $a + 1; $b)", "2"},
      {"($a := 1; ($a := 2); $a)", "1"},
      {"$nobody", "(nothing)"},
      {"($add := function($x) { function($y) { $x + $y } }; $add(1)(2))", "3"},
      {"($f := λ($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))", "3628800"},
      {"(function($s)<s:s> { $s })(1)", "T0410"},
      {"customer.name.(function($s)<s-:s> { $s })()", "\"Ana\""},
      {"($first := $substring(?, 0, 1); $first('xyz'))", "\"x\""},
      {"($upper := $trim ~> $uppercase; $upper(' a  b '))", "\"A B\""},
      {"' a ' ~> $trim ~> $uppercase", "\"A\""},
      {"lines.qty ~> $sum", "6"},
      {"1 ~> 2", "T2006"},
      {"nothing(1)", "T1006"},
      {"sum([1])", "T1005"},
      {"$map(lines, function($l, $i) { $i & $l.sku })", R"(["0x","1y","2x"])"},
      {"$reduce([1..5], function($a, $b) { $a * $b })", "120"},
      {"$sort(lines.price, function($a, $b) { $a < $b })", "[10,5,1]"},
      {"lines ~> $map(function($l) { $l.qty }) ~> $max", "3"},
      {"$string(function($x) { $x })", "\"\""},
      {"[function($x) { $x }]", "[\"\"]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression) == row.result);
  }
}

TEST_CASE("what the reference was seen to do") {
  const Value lists = Json(R"({"a": [1], "b": [], "list": [{"b": 1}, {"b": 2}, {"b": 3}]})");
  const Row rows[] = {
      {"[].a", "[]"},
      {"{'k': [1]}.*", "[1]"},
      {"{'k': []}.*", "[]"},
      {"{'k': 1}.*", "1"},
      {"'list'[1].b", "2"},
      {"'list'{}.[b]", "[]"},
      {"$spread([1])", "[1]"},
      {"$spread({'a': 1})", R"({"a":1})"},
      {"$spread([])", "(nothing)"},
      {"$substring('abc', nothing, 2)", "\"\""},
      {"$substring('abc', nothing)", "\"abc\""},
      {"$round(2.5, 0.5)", "null"},
      {"$round(1.5, 1999)", "null"},
      {"$round(1234.5, -1999)", "0"},
      {"$sort([1, '1', true], function($x, $y){ $x > $y })", "T2010"},
      {"$contains('a', function($x){ {'x': $x} })", "T1010"},
      {"($x := 1; $eval('$x + 1'))", "2"},
      {"($f := function($x){ $eval('$x') & '' }; $map([1, 2], $f))", R"(["1","2"])"},
      {"($x := 5; $f := function($x){ $eval('$x') }; $f(1))", "5"},
      {"$map([1, 2], function($x){ $string() })", R"(["null","null"])"},
      {"list@$l^(>$l.b)[$l.b > 1].$l.b", "(nothing)"},
      {"list@$l^(>$l.b)[l.b > 1].$l.b", "[3,2]"},
      {"list@$l^(>$l.b){'k' & l.b: 1}", R"({"k3":1,"k2":1,"k1":1})"},
      {"list.b.%^(>b)[`@`.b > 1].b", "[3,2]"},
      {"['ab'][0].$uppercase($)", R"(["A","B"])"},
      {"[1][0].($ + 1)", "(nothing)"},
      {"$.[3..0]^(b)[0]", "[]"},
      {"a#$i{'x': $, 'y': $}", R"({"x":1})"},
      {"function(){ $sum([1, 2]){} }()", "3"},
      {"[1, 2]@$x.list.b", "[1,2,3]"},
      {"[5]@$x.$x", "(nothing)"},
      {"$sort(['b', 'a'], function($x, $y){ {} })", R"(["a","b"])"},
      {"$sort([1, 2], function($x, $y){ 0 / 0 })", "[1,2]"},
      {"/a/('ba', 2)", "(nothing)"},
      {"$map(['a', 'a'], /a/).start", "0"},
      {"/x/('😀x').start", "2"},
      {"($m := /b*/('ab'); $m.next())", "D1004"},
      {"$match('a', /a/, 0 / 0)", "(nothing)"},
      {"$split('a,b', ',', 4294967297)", R"(["a"])"},
      {"$split('a', nothing, -1)", "D3020"},
      {"$replace('a', '', nothing, -1)", "D3010"},
      {"$fromMillis(0, '[', 'Z')", "D3135"},
      {"$parseInteger('😀', 'A')", "1494386"},
      {"1 / 0 ?: 2", "D1001"},
      {"-$power(nothing, 2)", "(nothing)"},
      {"-$parseInteger('.', '1')", "D1002"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression, lists) == row.result);
  }
}

TEST_CASE("a partially applied function holds what comes to its signature") {
  const Row rows[] = {
      {"$split(?, ',')('a,b')", R"(["a","b"])"},
      {"$split(?, ',')(1)", "T0410"},
      {"$substring('abc', ?, 1)(1)", "\"b\""},
      {"$uppercase(?)()", "(nothing)"},
      {"$encodeUrl(?)(true)", "T0410"},
      {"$zip([1, 2], ?)([3, 4])", "[[1],[2]]"},
      {"$substringBefore('1', ?)(nothing)", "\"1\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(Evaluated(row.expression) == row.result);
  }
}

TEST_CASE("bytes that are no UTF-8 count as U+FFFD") {
  CHECK(Evaluated("'\xFF'") == "\"\uFFFD\"");
  CHECK(Evaluated("$split('a', /[,;]\\s*\xD9/)") == R"(["a"])");
  CHECK(Evaluated("\xC3(") == "S0203");
}

TEST_CASE("transforms change a copy") {
  CHECK(Evaluated("$ ~> |customer|{'name': 'Bo'}, 'tags'| ~> $lookup('customer')") == R"({"name":"Bo"})");
  CHECK(Evaluated("($ ~> |lines|{'total': qty * price}|).lines.total") == "[20,5,3]");
  CHECK(Evaluated("($ ~> |lines|{}, ['notes', 'price', 'sku']|).lines") == R"([{"qty":2},{"qty":1},{"qty":3}])");
  CHECK(Evaluated("($ ~> |lines|{'qty': 0}|; lines[0].qty)") == "2");
  CHECK(Evaluated("$ ~> |customer|1|") == "T2011");
  CHECK(Evaluated("$ ~> |customer|{}, 1|") == "T2012");
  // One elsewhere changes nothing, nor does one that holds itself crash.
  CHECK(Evaluated("($w := {'a': {}}; $ ~> |$w.*[[0, 0]]|{'b': $w}| ~> $lookup('id'))") == "\"o-17\"");
  CHECK(Evaluated("$ ~> |customer|{'self': $}|") == "U1001");
  // A match within one that was changed before it is changed as well.
  CHECK(Evaluated("$ ~> |**[tags]|{'seen': true}|  ~> $lookup('customer')") ==
        R"({"name":"Ana","tags":["a","b"],"seen":true})");
}

TEST_CASE("an input that is an array is one context") {
  const Value list = Json("[1, 2, 3]");
  CHECK(Evaluated("$", list) == "[1,2,3]");
  CHECK(Evaluated("$[0]", list) == "1");
  CHECK(Evaluated("$sum($)", list) == "6");
  CHECK(Evaluated("{'all': $}", list) == R"({"all":[1,2,3]})");
  CHECK(Evaluated("$string()", list) == R"("[1,2,3]")");
}

TEST_CASE("variables of the caller, the clock and random numbers are handed in") {
  CHECK(Evaluated("$states.input.n + $x", {}, Json(R"({"states": {"input": {"n": 1}}, "x": 2})")) == "3");
  CHECK(Evaluated("$now()") == R"("2026-03-14T01:59:26.535Z")");
  CHECK(Evaluated("$millis() = $toMillis($now())") == "true");
  CHECK(Evaluated("$random() = $random()") == "false");
}

TEST_CASE("Step Functions' functions, and what it has not") {
  const auto in_states = [](std::string_view text) { return Evaluated(text, {}, {}, {}, /*step_functions=*/true); };
  const Row rows[] = {
      {"$partition([1..5], 2)", "[[1,2],[3,4],[5]]"},
      {"$range(1, 9, 4)", "[1,5,9]"},
      {"$range(1, 9, 9)", "1"},
      {"$hash('a', 'MD5')", "\"0cc175b9c0f1b6a831c399e269772661\""},
      {"$random(7) = $random(7)", "true"},
      {"$length($uuid())", "36"},
      {"$parse('{\"a\": [1]}').a", "[1]"},
      {"$parse('nonsense')", "D3145"},
      {"$eval('1')", "T1006"},
      {"1 ?? 2", "S0211"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.expression);
    CHECK(in_states(row.expression) == row.result);
  }
  CHECK(Evaluated("$partition([1], 1)") == "T1006");
  CHECK(Evaluated("$eval('lines.qty')") == "[2,1,3]");
  CHECK(Evaluated("$eval('1 +')") == "D3120");
  CHECK(Evaluated("$eval('1 + true')") == "D3121");
}

TEST_CASE("errors say where, of what, and why") {
  const auto failed = [](std::string_view text) {
    const auto compiled = Expression::Compile(text, {});
    return std::get<Failure>(compiled);
  };
  const Failure expected = failed("'é' & (1");
  CHECK(expected.code == "S0203");
  CHECK(expected.position == 8);  // characters
  CHECK(expected.message == "\")\" is expected before the end of the expression");
  CHECK(failed("1 1").token == "1");
  CHECK(failed("").code == "S0207");
  CHECK(failed("'abc").code == "S0101");
  CHECK(failed("/a").code == "S0302");
  CHECK(failed("/(/").code == "S0302");
  CHECK(failed("a := 1").code == "S0212");
  CHECK(failed("a.1").code == "S0213");
  SeededRandom random(7);
  const auto compiled = Expression::Compile("1 + (2 * 'x')", {});
  const auto result = std::get<Expression>(compiled).Evaluate({}, {}, {{}, random});
  const Failure& failure = std::get<Failure>(result);
  CHECK(failure.code == "T2002");
  CHECK(failure.token == "*");
  CHECK(failure.position == 7);
  CHECK(failure.value == Value::String("x"));
  CHECK(failure.message == R"(On the right of "*" must stand a number)");
}

TEST_CASE("what would not end, ends in an error") {
  CHECK(Evaluated("($f := function($n) { $f($n + 1) }; $f(1))", {}, {}, {.time_ms = 50}) == "U1001");
  CHECK(Evaluated("($f := function($n) { 1 + $f($n + 1) }; $f(1))") == "U1001");
  CHECK(Evaluated("($f := function($n) { $n = 0 ? 'done' : $f($n - 1) }; $f(50000))") == "\"done\"");
  CHECK(Evaluated("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(100))", {}, {}, {.depth = 50}) == "U1001");
  CHECK(Evaluated("[1..1e9]") == "D2014");
  // Functions that hold one another: taken apart one by one, and called no deeper than the stack is.
  CHECK(Evaluated("($f := function($p, $n){ $n = 0 ? 1 : $f(function(){ $p }, $n - 1) }; $f(1, 100000))") == "1");
  CHECK(Evaluated("($f := function($p, $n){ $n = 0 ? 1 : $f($p ~> $trim, $n - 1) }; $f($trim, 100000))") == "1");
  CHECK(Evaluated("($f := function($p, $n){ $n = 0 ? $p('x') : $f($p ~> $trim, $n - 1) }; $f($trim, 100000))") ==
        "U1001");
  CHECK(Evaluated("($f := function($o, $n){ $n = 0 ? $o : $f($merge([{'a': $o}]), $n - 1) }; $f({}, 1000))") ==
        "U1001");
  // Such sizes that the last step, which does not take place any more, would have been by far the greatest.
  CHECK(Evaluated("($a := [1..56e5]; $f := function($x) { $f($append($x, $x)) }; $f($a))") == "U1001");
  CHECK(Evaluated("($f := function($x) { $f($x & $x) }; $f($pad('', 4e7)))") == "U1001");
  CHECK(Evaluated("($f := function($x, $n) { $n = 0 ? $x : $f([[$x]], $n - 1) }; $f(1, 1000))") == "U1001");
  CHECK(Evaluated(std::string(100'000, '(')) == "U1001");
  CHECK(Evaluated(std::string(100'000, '-') + "1") == "U1001");
  std::string sum = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  CHECK(Evaluated(sum) == "U1001");
}

// docs/jsonata.md has a row for each code of the table, and no others.
TEST_CASE("the documentation lists the errors") {
  const auto text_of = [](const char* path) {
    std::ifstream file(std::string(GAIT_SOURCE_DIR) + path);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string table = text_of("/engine/lang/jsonata/error_table.cc"), page = text_of("/docs/jsonata.md");
  size_t codes = 0, rows = 0;
  for (size_t at = table.find("\n    {\""); at != std::string::npos; at = table.find("\n    {\"", at + 1), ++codes) {
    const std::string code = table.substr(at + 7, 5);
    CAPTURE(code);
    CHECK(page.find("\n| `" + code + "` | ") != std::string::npos);
  }
  for (const char* kind : {"D", "S", "T", "U"}) {
    const std::string row = std::string("\n| `") + kind;
    for (size_t at = page.find(row); at != std::string::npos; at = page.find(row, at + 1)) ++rows;
  }
  CHECK(codes > 90);
  CHECK(rows == codes);
}

}  // namespace
}  // namespace gait::jsonata
