#include "engine/lang/jsonpath/json_path.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

JsonPath Compiled(std::string_view path) {
  auto compiled = JsonPath::Compile(path);
  INFO("path: ", std::string(path));
  REQUIRE(std::holds_alternative<JsonPath>(compiled));
  return std::get<JsonPath>(compiled);
}

// The result as JSON, or the message of the miss behind what kind it is: "? No results for path: $['x']".
std::string Outcome(const JsonPath& path, const Value& document) {
  auto outcome = path.Evaluate(document);
  if (const Value* result = std::get_if<Value>(&outcome)) return ToJson(*result);
  const auto& miss = std::get<JsonPathMiss>(outcome);
  const char* kinds[] = {"? ", "! ", "!! "};
  return kinds[static_cast<int>(miss.kind)] + miss.message;
}

std::string Outcome(std::string_view path, std::string_view document) {
  return Outcome(Compiled(path), *ParseJson(document).value);
}

struct Row {
  std::string path;
  std::string document;
  std::string outcome;
};

void CheckRows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.path);
    CAPTURE(row.document);
    CHECK(Outcome(row.path, row.document) == row.outcome);
  }
}

TEST_CASE("a definite path gives the value it names") {
  CheckRows({
      {"$", R"({"a":1})", R"({"a":1})"},
      {"$", "null", "null"},
      {"$.a.b[0].c", R"({"a":{"b":[{"c":7}]}})", "7"},
      {"$['a']['b c']", R"({"a":{"b c":null}})", "null"},
      {"$.a[(@.length-1)]", R"({"a":[1,2,3]})", "3"},
      {"$.a[(@.size() - 2)].b", R"({"a":[1,{"b":2},3]})", "2"},
      {"$['a','c','no']", R"({"c":3,"b":2,"a":1})", R"({"a":1,"c":3})"},
      {"a.b", R"({"a":{"b":1}})", "1"},
      {"@.a", R"({"a":1})", "1"},
      {"  $.a  ", R"({"a":1})", "1"},
  });
}

TEST_CASE("every other path gives an array") {
  CheckRows({
      {"$.a[*]", R"({"a":[1,null,[2]]})", "[1,null,[2]]"},
      {"$.*", R"({"a":1,"b":[2]})", "[1,[2]]"},
      {"$.a[0,2]", R"({"a":[1,2,3]})", "[1,3]"},
      {"$.a[1:]", R"({"a":[1,2,3]})", "[2,3]"},
      {"$.a[-2:]", R"({"a":[1,2,3]})", "[2,3]"},
      {"$.a[-9:]", R"({"a":[1,2,3]})", "[1,2,3]"},
      {"$.a[:2]", R"({"a":[1,2,3]})", "[1,2]"},
      {"$.a[:-1]", R"({"a":[1,2,3]})", "[1,2]"},
      {"$.a[1:9]", R"({"a":[1,2,3]})", "[2,3]"},
      {"$.a[2:1]", R"({"a":[1,2,3]})", "[]"},
      {"$.a[1:3:2]", R"({"a":[1,2,3,4]})", "[2,3]"},
      {"$.a[*]", R"({"a":5})", "[]"},
      {"$.*['a','b']", R"([{"a":1,"b":2},{"b":3}])", R"([{"a":1,"b":2},{"b":3}])"},
  });
}

TEST_CASE("where a path goes on with many values, a missing member before that ends it quietly") {
  CheckRows({
      {"$.items[*]", "{}", "[]"},
      {"$.item.items[1:5].v", "{}", "[]"},
      {"$.item.items[1:5].v", R"({"item":{}})", "[]"},
      {"$.items[*]", "[]", "? Property ['items'] not found in path $"},
      {"$[1:]", "{}", "! Filter: [1:] can only be applied to arrays. Current context is: {}"},
  });
}

TEST_CASE("what a wildcard's item does not have is passed over, what anything else's does not have is a miss") {
  CheckRows({
      {"$[*].a", R"([{"a":1},{},5,{"a":2}])", "[1,2]"},
      {"$.*.a", R"({"x":{"a":1},"y":{}})", "? No results for path: $['y']['a']"},
      {"$[0:2].a", R"([{"a":1},{}])", "? No results for path: $[1]['a']"},
      {"$[?(@.b)].a", R"([{"b":1}])", "? No results for path: $[0]['a']"},
      {"$[*].*.a", R"([{"x":{"a":1},"y":5}])", "[1]"},
      {"$[*][0]", R"([[1],{}])", "! Filter: [0] can only be applied to arrays. Current context is: {}"},
  });
}

TEST_CASE("messages of misses") {
  CheckRows({
      {"$.x", R"({"a":1})", "? No results for path: $['x']"},
      {"$.a.x", R"({"a":{}})", "? No results for path: $['a']['x']"},
      {"$.no.such.path", R"({"a":1})", "? Missing property in path $['no']"},
      {"$.a.b.c", R"({"a":{}})", "? Missing property in path $['a']['b']"},
      {"$.a.b", R"({"a":1})", "? Property ['b'] not found in path $['a']"},
      {"$.a.b", R"({"a":null})", "? Property ['b'] not found in path $['a']"},
      {"$.a[3]", R"({"a":[1]})", "? Index out of bounds when evaluating path $['a'][3]"},
      {"$.a[-1]", R"({"a":[1]})", "? Index out of bounds when evaluating path $['a'][-1]"},
      {"$.a[(@.length-1)]", R"({"a":[]})", "? Index out of bounds when evaluating path $['a'][-1]"},
      {"$.a[(@.length-1)].b", R"({"a":[{},{}]})", "? No results for path: $['a'][1]['b']"},
      {"$.a[-3:-1]", R"({"a":[1,2,3]})", "? Index out of bounds when evaluating path $['a'][-3]"},
      {"$.a[0]", R"({"a":null})", "? The path $['a'] is null"},
      {"$.a[0].b", R"({"a":{"k":[1,"x",null,1.0]}})",
       "! Filter: [0]['b'] can only be applied to arrays. Current context is: {k=[1, x, null, 1.0]}"},
      {"$.a[?(@.b)].c", R"({"a":"s"})", "! Filter: [?]['c'] can not be applied to primitives. Current context is: s"},
      {"$['a','b'].c", R"({"a":1})", "! Multi properties can only be used as path leafs: $['a', 'b']"},
      {"$..a[5]", R"({"x":[{"a":[]}]})", "? Index out of bounds when evaluating path $['x'][0]['a'][5]"},
      {"$.o[1:].p.q", R"({"o":[0,{"p":{}}]})", "? No results for path: $['o'][1]['p']['q']"},
  });
}

TEST_CASE("a scan tries the step behind it on every container, outermost first") {
  CheckRows({
      {"$..a", R"({"a":{"a":1},"b":[{"a":2}]})", R"([{"a":1},1,2])"},
      {"$..*", R"({"a":[1]})", "[[1],1]"},
      {"$..['a','b']", R"([{"a":1,"b":2,"c":3},{"a":4}])", R"([{"a":1,"b":2}])"},
      {"$..[?(@.a == 2)].b", R"([{"a":2,"b":1},[{"a":2,"b":3}]])", "[1,3]"},
      {"$..a[0]", R"([{"a":[1]},{"a":[2]}])", "[1,2]"},
      {"$..a.b", R"([{"a":{"b":1}},{"a":{}}])", "? No results for path: $[1]['a']['b']"},
      {"$..[0]", R"([[1],[2]])", "[[1],1,2]"},
      {"$..[0].a", R"([{"a":1},{"a":2}])", "[1,2]"},  // the index counts for nothing
      {"$....a", R"({"a":1})", "[]"},
      {"$..a", "5", "[]"},
  });
}

TEST_CASE("filters") {
  CheckRows({
      {"$[?(@.a >= 5)]", R"([{"a":1},{"a":5},{"a":7.5}])", R"([{"a":5},{"a":7.5}])"},
      {"$[?(@.a == 'x')].b", R"([{"a":"x","b":1},{"a":"y","b":2}])", "[1]"},
      {"$[?(@.a == AMOUNT_PAID)].b", R"([{"a":"AMOUNT_PAID","b":1}])", "[1]"},
      {"$[?(@.a == \"x\")].b", R"([{"a":"x","b":1}])", "[]"},  // the quotes are part of the text
      {"$.l[?(@.id == $.other)].v", R"({"other":2,"l":[{"id":1,"v":"a"},{"id":2,"v":"b"}]})", R"(["b"])"},
      {"$[?(@ > 3)]", "[1,5,3,9]", "[5,9]"},
      {"$[?(@.a)]", R"([{"a":1},{"a":null},{"b":1},5])", R"([{"a":1}])"},
      {"$[?(!@.a)]", R"([{"a":1},{"a":null},{"b":1},5])", R"([{"a":null},{"b":1},5])"},
      {"$[?(@['a','b'])]", R"([{"a":1,"b":2},{"a":1}])", R"([{"a":1,"b":2}])"},
      {"$[?(@.a != 1)]", R"([{"a":2},{"b":1}])", R"([{"a":2}])"},
      {"$.o[?(@.a == 1)].b", R"({"o":{"a":1,"b":2}})", "[2]"},  // an object passes itself
      {"$[?(@.a == 1 || @.b == 2 && @.c == 3)].v",
       R"([{"a":1,"b":0,"c":0,"v":"x"},{"a":0,"b":2,"c":0,"v":"y"},{"a":0,"b":2,"c":3,"v":"z"}])", R"(["x","z"])"},
      {"$[?((@.a == 1 || @.b == 2) && @.c == 3)].v",  // parentheses do not group
       R"([{"a":1,"b":0,"c":0,"v":"x"}])", R"(["x"])"},
      {"$[?(@.a[0] == 1)]", R"([{"a":[1]},{"a":[2]}])", R"([{"a":[1]}])"},
      {"$[?(@.a[0] == 1)]", R"([{"a":5}])", "! Filter: [0] can only be applied to arrays. Current context is: 5"},
      {"$[?(@.a == x)]", R"([{"a":5}])", "! Cannot compare the number 5 with 'x'"},
      {"$[?(@.b == 1 && @.a == x)]", R"([{"a":5,"b":2}])", "! Cannot compare the number 5 with 'x'"},
      {"$[?(@.a == x && @.b == 1)]", R"([{"a":5,"b":2}])", "[]"},  // tested from the end
      {"$[?($.a)]", R"([{"a":1}])", R"([{"a":1}])"},               // a test of existence begins at the item
      {"$[?]", "[]", "[]"},
      {"$[?]", "[1]", "! The filter [?] has no condition"},
  });
}

TEST_CASE("regular expressions match the whole text") {
  CheckRows({
      {"$[?(@.a =~ /a.c/)].a", R"([{"a":"abc"},{"a":"xabc"},{"a":"ABC"}])", R"(["abc"])"},
      {"$[?(@.a =~ /a.c/i)].a", R"([{"a":"abc"},{"a":"xabc"},{"a":"ABC"}])", R"(["abc","ABC"])"},
      {"$[?(@ =~ /5.0|null|.*k=1.*/)]", R"([5,5.0,null,{"k":1}])", R"([5.0,{"k":1}])"},
      {"$[?(/a+/ =~ @)]", R"(["aa","b"])", R"(["aa"])"},
      {"$[?(@ =~ 'a')]", R"(["a"])", "! Neither side of =~ is a regular expression: /.../"},
      {"$[?(@.no =~ 'a')]", R"(["a"])", "[]"},
      {"$[?(@ != /a/)]", R"(["a",null])", "[null]"},  // elsewhere a pattern compares with nothing but null
  });
}

TEST_CASE("what is odd is read as the library reads it") {
  CheckRows({
      {"$.[0].a", R"([{"a":1}])", "1"},
      {"$.a.length()", R"({"a":[1,2]})", "? Property ['length()'] not found in path $['a']"},
      {"$['a]']", R"({"a]":1})", "! Multi properties can only be used as path leafs: $[]"},
      {"$['it\\'s']", R"({"it\\":1})", "1"},
      {"$.a[1.5]", R"({"a":[1,2]})", "2"},
      {"$.a[0,]", R"({"a":[1,2]})", "1"},
      {"$['a']b", R"({"a":{"b":1}})", "1"},
      {"$['a']$['b']", R"({"a":{"b":1}})", "1"},
      {"$['a']$['c']", R"({"a":{"b":1}})", "? No results for path: $['c']"},
      {"$.test-input.delay-seconds", R"({"test-input":{"delay-seconds":3}})", "3"},
      {"$.\xC3\xA9", R"({"é":1})", "1"},
  });
}

TEST_CASE("definite paths and Reference Paths") {
  struct {
    std::string path;
    bool definite;
    bool reference;
  } rows[] = {
      {"$", true, true},
      {"$.a.b", true, true},
      {"$.a-b['c d'][0][12].e", true, true},
      {"$['a.b@c']", true, true},
      {"$.[0].['a']", true, true},
      {"$.store\\.book", true, true},
      {"$.&\xD0\x96\xE4\xB8\xAD", true, true},
      {"$.a[-1]", true, false},
      {"$.a[0,]", true, false},
      {"$.a[ 0 ]", true, false},
      {"$['a','b']", true, false},
      {"$.a[(@.length-1)]", true, false},
      {"$.length()", true, false},
      {"$.a@b", true, false},
      {"$.a'", true, false},
      {"$['a']b", true, false},
      {"a.b", true, false},
      {"@.a", true, false},
      {"$..a", false, false},
      {"$.a[*]", false, false},
      {"$.*", false, false},
      {"$.a[0:2]", false, false},
      {"$.a[0,1]", false, false},
      {"$.a[?(@.b==1)]", false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.path);
    CHECK(Compiled(row.path).definite() == row.definite);
    CHECK(Compiled(row.path).is_reference() == row.reference);
  }
}

TEST_CASE("the steps of a Reference Path") {
  const JsonPath path = Compiled("$.a['b c'][12]");
  const std::vector<JsonPath::Step>& steps = path.reference_steps();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].name == "a");
  CHECK(steps[1].name == "b c");
  CHECK_FALSE(steps[1].is_index);
  CHECK(steps[2].is_index);
  CHECK(steps[2].index == 12);
  CHECK(path.text() == "$.a['b c'][12]");
  CHECK(Compiled("$").reference_steps().empty());
}

TEST_CASE("what multiplies is cut off") {
  ArrayBuilder items;
  for (int i = 0; i < 300; ++i) items.Add(Value::Array({Value::Int(i)}));
  const Value wide = Value::Array({items.Build()});
  CHECK(Outcome(Compiled("$..*..*..*"), wide).starts_with("["));

  Value nested = Value::Array();
  for (int i = 0; i < 250; ++i) nested = Value::Array({nested});
  CHECK(Outcome(Compiled("$..*..*..*..*"), nested) == "!! The path touches more than 1000000 values");

  const Value long_text = Value::Array({Value::String(std::string(1'000'000, 'a'))});
  std::string same_test_many_times = "$[?($ =~ /b/";
  for (int i = 0; i < 100; ++i) same_test_many_times += " || $ =~ /b/";
  CHECK(Outcome(Compiled(same_test_many_times + ")]"), long_text) == "!! The path touches more than 1000000 values");
}

TEST_CASE("a value may nest deeply, but not without bound where a path descends into it") {
  Value nested = Value::Int(1);
  for (int i = 0; i < kJsonPathDepthMax; ++i) nested = Value::Array({nested});
  CHECK(Outcome(Compiled("$..[0]"), nested).starts_with("[[["));
  nested = Value::Array({nested});
  CHECK(Outcome(Compiled("$..[0]"), nested) == "!! The value nests deeper than 1024 levels");
  CHECK(Outcome(Compiled("$[0][0].a"), nested) == "? Property ['a'] not found in path $[0][0]");
  CHECK(Outcome(Compiled("$.a"), nested) == "? Property ['a'] not found in path $");
  CHECK(Outcome(Compiled("$[?(@.a)]"), Value::Object({{"a", nested}})).starts_with("!! "));
  CHECK(Outcome(Compiled("$.a[0]"), Value::Object({{"a", Value::Object({{"b", nested}})}})) ==
        "! Filter: [0] can only be applied to arrays. Current context is: ...");
}

// Neither a mangled path nor a text of random characters may do harm, whatever it is applied to.
TEST_CASE("no text is harmful") {
  std::mt19937 random(20260101);
  const auto below = [&](size_t n) { return static_cast<size_t>(random()) % n; };
  constexpr std::string_view kCharacters = "$@.[]()'?*,:-0123456789 &|=!<>~/\\\"aix\t{}+^";
  constexpr std::string_view kPaths[] = {"$.a[?(@.b == 'x' && !@.c || @.d =~ /x+/i)].e", "$..['a','b'][0:2]",
                                         "$.a[(@.length-1)][-1:]", "$[*].a[0,1]..b"};
  const Value documents[] = {*ParseJson(R"({"a":[{"b":"x","d":"xx","e":[1]},{"c":null}],"b":{"a":[[1,2],[3]]}})").value,
                             *ParseJson(R"([[{"a":[1,2,{"b":1}]}],"a",null,5.5])").value, Value::Null()};
  size_t compiled = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(i % 3 == 0 ? std::string_view("$") : kPaths[below(std::size(kPaths))]);
    for (size_t changes = below(12); changes > 0; --changes) {
      const char c = below(10) == 0 ? static_cast<char>(below(256)) : kCharacters[below(kCharacters.size())];
      const size_t at = below(text.size() + 1);
      if (below(3) == 0 && at < text.size())
        text.erase(at, 1);
      else
        text.insert(at, 1, c);
    }
    auto path = JsonPath::Compile(text);
    if (const auto* error = std::get_if<JsonPathSyntaxError>(&path)) {
      CHECK(error->offset <= text.size());
      CHECK_FALSE(error->message.empty());
      continue;
    }
    ++compiled;
    for (const Value& document : documents) {
      auto outcome = std::get<JsonPath>(path).Evaluate(document);
      if (const Value* result = std::get_if<Value>(&outcome)) CHECK_FALSE(result->is_undefined());
    }
  }
  CHECK(compiled > 2'000);
}

}  // namespace
}  // namespace gait
