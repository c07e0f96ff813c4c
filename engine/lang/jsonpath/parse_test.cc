#include "engine/lang/jsonpath/parse.h"

#include <doctest/doctest.h>

#include <string>

namespace gait::jsonpath {
namespace {

// The steps as messages show them, or where and why there are none: "3: A path cannot end with a dot".
std::string Parsed(std::string_view text) {
  auto path = ParsePath(text);
  if (const auto* error = std::get_if<JsonPathSyntaxError>(&path)) {
    return std::to_string(error->offset) + ": " + error->message;
  }
  return StepsText(std::get<CompiledPath>(path), 0);
}

struct Row {
  std::string text;
  std::string parsed;
};

void CheckRows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(Parsed(row.text) == row.parsed);
  }
}

TEST_CASE("steps") {
  CheckRows({
      {"$", ""},
      {"$.a", "['a']"},
      {"$['a']", "['a']"},
      {"$[ 'a' , 'b' ]", "['a', 'b']"},
      {"$['a.b'].c[0]", "['a.b']['c'][0]"},
      {"$.a[-1]", "['a'][-1]"},
      {"$[0,2]", "[0,2]"},
      {"$[1:]", "[1:]"},
      {"$[:-1]", "[:-1]"},
      {"$[ 1 : 3 ]", "[1:3]"},
      {"$.*", "[*]"},
      {"$[*]", "[*]"},
      {"$..a", "..['a']"},
      {"$..[0]", "..[0]"},
      {"$[?(@.a == 1)].b", "[?]['b']"},
      {"$[(@.length-1)]", "[@.size()-1]"},
      {"$.a-b_c\xC3\xA9", "['a-b_c\xC3\xA9']"},
  });
}

TEST_CASE("leniences") {
  CheckRows({
      {"$.[0].['a']", "[0]['a']"},
      {"$...a", "..['a']"},
      {"$[*]*", "[*][*]"},
      {"$['a']b", "['a']['b']"},
      {"$['a'$.b]", "['a']"},
      {"$['a' 'b']", "['a', 'b']"},
      {"$['a',0]", "['a']"},
      {"$[x'a'y]", "['a']"},
      {"$['a[0]']", "[]"},
      {"$.a]", "[]"},
      {"$.'a'", "['', '']"},
      {"$[0,]", "[0]"},
      {"$[,0]", "[0]"},
      {"$[1.5]", "[1]"},
      {"$[1 2]", "[12]"},
      {"$[0,1:3]", "[0,1,3]"},
      {"$[1:3,5]", "[1:3]"},
      {"$[1:3:2]", "[1:3]"},
      {"$[1:2:3:]", "[1:]"},
      {"$[1x", "[1]"},
      {"$[@ (size) - 2) etc]", "[@.size()-2]"},
      {"$[?,?]", "[?]"},
      {"$.**", "['**']"},
      {"$.a.length()", "['a']['length()']"},
      {"a", "['a']"},
      {".a", "..['a']"},
      {"@.a", "['a']"},
  });
}

TEST_CASE("errors, and where they are noticed") {
  CheckRows({
      {"", "0: A path cannot be empty"},
      {"  ", "2: A path cannot be empty"},
      {"$*", "1: Only `.` or `[` can follow here"},
      {"$a", "1: Only `.` or `[` can follow here"},
      {" $a", "2: Only `.` or `[` can follow here"},
      {"$.", "1: A path cannot end with a dot"},
      {"$.a.", "3: A path cannot end with a dot"},
      {"a.", "1: A path cannot end with a dot"},
      {"$.a..", "3: A path cannot end with .."},
      {"$.a b", "3: A blank can stand only within brackets"},
      {"$.a[]", "3: Brackets hold quoted names, indices, a slice, * or a filter"},
      {"$.a[\"b\"]", "3: Brackets hold quoted names, indices, a slice, * or a filter"},
      {"$['a'", "1: A bracket is never closed"},
      {"$[0", "1: A bracket is never closed"},
      {"$[1-2]", "1: '1-2' is no index"},
      {"$[:]", "1: '' is no index"},
      {"$[9999999999]", "1: '9999999999' is no index"},
      {"$[(@.length)]", "1: An index counted from the end is written (@.length-1)"},
      {"$[(@.foo-1)]", "1: There is no function 'foo'"},
      {"$[(@.length--1)]", "1: '--1' is no number"},
      {"$[?(@.a]", "1: The brackets of a filter are not in pairs"},
      {"$[?@.a]", "1: A filter is written [?(...)]"},
      {"$[x?(@.a)]", "1: A filter is written [?(...)]"},
      {"$[?()]", "1: A filter cannot be empty"},
      {"$[?(@.a &&)]", "4: && and || stand between two comparisons"},
      {"$[?(&& @.a)]", "4: && and || stand between two comparisons"},
      {"$[?(@.a && || @.b)]", "11: A comparison is missing"},
      {"$[?(@.a == 'b || c')]", "17: A comparison is missing"},  // cut within the quotes
      {"$[?(@.a in ['x'])]", "7: A blank can stand only within brackets"},
      {"$[?(!(@.a))]", "4: A comparison is missing"},
      {"$[?(1 == !@.a)]", "9: Only a test of existence can be negated: [?(!@.a)]"},
      {"$[?(@.a[*] == 1)]", "4: A path within a filter has to be definite"},
      {"$[?(@.a[?(@.b)])]", "7: A filter cannot stand within a filter"},
      {"$[?(@.a == ')]", "1: The brackets of a filter are not in pairs"},
      {"$[?(@.a =~ /(?=x)/)]", "11: Not a regular expression of RE2: invalid perl operator: (?="},
      {"$[?(@.a =~ /)]", "11: A regular expression ends with / or /i"},
  });
}

TEST_CASE("criteria") {
  const auto criteria = [](std::string_view text) {
    auto path = ParsePath(text);
    REQUIRE(std::holds_alternative<CompiledPath>(path));
    return std::get<CompiledPath>(path).steps[0].criteria;
  };
  auto parsed = criteria("$[?(@.a == '5' || !@.b && ($.c[0] <= @.d))]");
  REQUIRE(parsed.size() == 3);
  CHECK(parsed[0].op == Operator::kEqual);
  CHECK(StepsText(parsed[0].left.path, 0) == "['a']");
  CHECK(parsed[0].right.value.as_string() == "5");
  CHECK(parsed[1].op == Operator::kMissing);
  CHECK(parsed[1].after_or);
  CHECK(parsed[2].op == Operator::kLessOrEqual);
  CHECK_FALSE(parsed[2].after_or);
  CHECK(parsed[2].left.from_root);
  CHECK_FALSE(parsed[2].right.from_root);

  parsed = criteria("$[?(@.a>'x==y')]");  // the first operator of the table wins, quoted or not
  CHECK(parsed[0].op == Operator::kEqual);
  CHECK(parsed[0].right.value.as_string() == "y'");
}

TEST_CASE("a path has a bounded number of steps") {
  std::string path = "$";
  for (size_t i = 0; i < kStepsMax; ++i) path += "[*]";
  CHECK(std::holds_alternative<CompiledPath>(ParsePath(path)));
  CHECK(Parsed(path + ".a") == "3001: A path cannot have more than 1000 steps");
}

}  // namespace
}  // namespace gait::jsonpath
