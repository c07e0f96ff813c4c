#include "engine/lang/path.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

Path Compiled(std::string_view text) {
  auto path = Path::Compile(text);
  INFO("path: ", std::string(text));
  REQUIRE(std::holds_alternative<Path>(path));
  return std::get<Path>(path);
}

TEST_CASE("where a path begins, and what applies there") {
  struct {
    std::string text;
    Path::Root root;
    std::string variable;
    std::string json_path;
  } rows[] = {
      {"$", Path::Root::kInput, "", "$"},
      {"$.a", Path::Root::kInput, "", "$.a"},
      {"$['a']", Path::Root::kInput, "", "$['a']"},
      {"$..a", Path::Root::kInput, "", "$..a"},
      {"$$", Path::Root::kContext, "", "$"},
      {"$$.Execution.Id", Path::Root::kContext, "", "$.Execution.Id"},
      {"$$['Map']", Path::Root::kContext, "", "$['Map']"},
      {"$name", Path::Root::kVariable, "name", "$"},
      {"$name.x", Path::Root::kVariable, "name", "$.x"},
      {"$name[0]", Path::Root::kVariable, "name", "$[0]"},
      {"$_n1[*].x", Path::Root::kVariable, "_n1", "$[*].x"},
      {"$gr\xC3\xB6\xC3\x9F\x65", Path::Root::kVariable, "gr\xC3\xB6\xC3\x9F\x65", "$"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const Path path = Compiled(row.text);
    CHECK(path.root() == row.root);
    CHECK(path.variable() == row.variable);
    CHECK(path.json_path().text() == row.json_path);
    CHECK(path.text() == row.text);
  }
}

TEST_CASE("what is no path, and where that is noticed") {
  struct {
    std::string text;
    size_t offset;
  } rows[] = {
      {"", 0},      {"a", 0},    {" $.a", 0}, {"$1", 1},     {"$ a", 1},       {"$$a", 2},
      {"$$$.a", 2}, {"$a b", 2}, {"$a-b", 2}, {"$name.", 5}, {"$name.x y", 7}, {"$$.a b", 4},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    auto path = Path::Compile(row.text);
    REQUIRE(std::holds_alternative<JsonPathSyntaxError>(path));
    CHECK(std::get<JsonPathSyntaxError>(path).offset == row.offset);
  }
}

class FixedContext : public ContextObject {
 public:
  const Value& AsValue() const override { return value_; }

 private:
  Value value_ = *ParseJson(R"({"State":{"Name":"S"}})").value;
};

std::string Outcome(std::string_view text, const Scope& scope) {
  auto outcome = Compiled(text).Evaluate(scope);
  if (const Value* value = std::get_if<Value>(&outcome)) return ToJson(*value);
  return "? " + std::get<JsonPathMiss>(outcome).message;
}

TEST_CASE("evaluation in a scope") {
  const Value input = *ParseJson(R"({"a":1})").value;
  const FixedContext context;
  const VariableScope outer{.own = *ParseJson(R"({"x":[10],"y":"outer"})").value};
  const VariableScope inner{.own = *ParseJson(R"({"y":"inner"})").value, .outer = &outer};
  const Scope scope{.input = &input, .context = &context, .variables = &inner};
  CHECK(Outcome("$.a", scope) == "1");
  CHECK(Outcome("$$.State.Name", scope) == "\"S\"");
  CHECK(Outcome("$x[0]", scope) == "10");
  CHECK(Outcome("$y", scope) == "\"inner\"");
  CHECK(Outcome("$x[1]", scope) == "? Index out of bounds when evaluating path $[1]");
  CHECK(Outcome("$z.a", scope) == "? There is no variable $z");
  CHECK(Compiled("$z").RootValue(scope) == nullptr);
  CHECK(Compiled("$").RootValue(scope) == &input);

  const Scope bare{.input = &input};
  CHECK(Outcome("$$.State", bare) == "? There is no context object here");
  CHECK(Outcome("$x", bare) == "? There is no variable $x");
}

}  // namespace
}  // namespace gait
