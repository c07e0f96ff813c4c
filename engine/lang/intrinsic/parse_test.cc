#include <doctest/doctest.h>

#include <random>
#include <string>

#include "engine/json/value.h"
#include "engine/lang/intrinsic/intrinsic.h"

namespace gait {
namespace {

TEST_CASE("what is no call is refused, with the place") {
  struct Row {
    std::string text;
    size_t offset;
    const char* message;
  };
  const Row rows[] = {
      {"States.", 0, "States. is no intrinsic function"},
      {"States.Nope(1)", 0, "States.Nope is no intrinsic function"},
      {"States.format('x')", 0, "States.format is no intrinsic function; did you mean States.Format?"},
      {"States.Fromat('x')", 0, "States.Fromat is no intrinsic function; did you mean States.Format?"},
      {"States.Array(States.Nope())", 13, "States.Nope is no intrinsic function"},
      {"States.Array(Format('x'))", 13, "Format is no intrinsic function; did you mean States.Format?"},
      {"States.Array(1, States.UUID)", 27, "( is due here, directly behind States.UUID"},
      {"States.Format", 13, "( is due here, directly behind States.Format"},
      {"States.Format 'x'", 13, "( is due here, directly behind States.Format"},
      {"States.Format ('x')", 13, "( is due here, directly behind States.Format"},

      {"States.MathAdd(1)", 0, "States.MathAdd takes 2 arguments, not 1"},
      {"States.Array(States.MathAdd(1, 2, 3))", 13, "States.MathAdd takes 2 arguments, not 3"},
      {"States.MathRandom(1)", 0, "States.MathRandom takes 2 or 3 arguments, not 1"},
      {"States.ArrayLength(1, 2, 3, 4, 5)", 0, "States.ArrayLength takes 1 argument, not 5"},
      {"States.UUID(1)", 0, "States.UUID takes no arguments, not 1"},
      {"States.Format()", 0, "States.Format takes at least 1 argument, not 0"},

      {"States.Array(", 13,
       "An argument is due here: a string in single quotes, a number, true, false, null, a path or a call"},
      {"States.Array(1,)", 15,
       "An argument is due here: a string in single quotes, a number, true, false, null, a path or a call"},
      {"States.Array(, 1)", 13,
       "An argument is due here: a string in single quotes, a number, true, false, null, a path or a call"},
      {"States.Array((1))", 13,
       "An argument is due here: a string in single quotes, a number, true, false, null, a path or a call"},
      {"States.Array(x)", 13, "'x' is no argument: a string stands in single quotes, a path begins with $"},
      {"States.Array(True)", 13, "'True' is no argument: a string stands in single quotes, a path begins with $"},
      {"States.Array(\"x\")", 13, "A string stands in single quotes"},
      {"States.Array(01)", 13, "'01' is no JSON number"},
      {"States.Array(1.)", 13, "'1.' is no JSON number"},
      {"States.Array(--1)", 13, "'--1' is no JSON number"},
      {"States.Array(1 2)", 15, ", or ) is due behind an argument"},
      {"States.Array(1x)", 14, ", or ) is due behind an argument"},
      {"States.Array('a''b')", 16, ", or ) is due behind an argument"},
      {"States.Array(1", 14, ", or ) is due behind an argument"},
      {"States.Array(1))", 15, "Text stands behind the call's closing parenthesis"},
      {"States.Array(1) x", 16, "Text stands behind the call's closing parenthesis"},

      {"States.Array('x", 13, "The string has no closing quote"},
      {R"(States.Array('x\'))", 13, "The string has no closing quote"},
      {R"(States.Array('a\nb'))", 15, "A backslash must stand before one of ' { } \\"},
      {R"(States.Format('say \"{}\"', 1))", 19, "A backslash must stand before one of ' { } \\"},
      {R"(States.Array('\)", 14, "A backslash must stand before one of ' { } \\"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto call = IntrinsicCall::Compile(row.text);
    const auto* error = std::get_if<IntrinsicSyntaxError>(&call);
    REQUIRE(error != nullptr);
    CHECK(error->message == row.message);
    CHECK(error->offset == row.offset);
  }
}

TEST_CASE("an argument's path that is none is refused, with the place in the call") {
  for (const char* text : {"States.Array(1, $.)", "States.Array(1, $[)", "States.Array(1, $['a)"}) {
    CAPTURE(text);
    const auto call = IntrinsicCall::Compile(text);
    const auto* error = std::get_if<IntrinsicSyntaxError>(&call);
    REQUIRE(error != nullptr);
    CHECK(error->offset >= 16);
  }
}

// `depth` calls within one another.
std::string Nested(int depth) {
  std::string text;
  for (int i = 1; i < depth; ++i) text += "States.Array(";
  return text + "States.UUID()" + std::string(static_cast<size_t>(depth - 1), ')');
}

TEST_CASE("calls nest ten deep, side by side as many as one likes") {
  CHECK(std::holds_alternative<IntrinsicCall>(IntrinsicCall::Compile(Nested(10))));
  const auto deeper = IntrinsicCall::Compile(Nested(11));
  REQUIRE(std::holds_alternative<IntrinsicSyntaxError>(deeper));
  CHECK(std::get<IntrinsicSyntaxError>(deeper).message == "Calls nest deeper than 10 levels");
  CHECK(std::get<IntrinsicSyntaxError>(deeper).offset == 130);
  CHECK(std::holds_alternative<IntrinsicSyntaxError>(IntrinsicCall::Compile(Nested(100'000))));
  std::string wide = "States.Array(States.UUID()";
  for (int i = 0; i < 50; ++i) wide += ", States.UUID()";
  CHECK(std::holds_alternative<IntrinsicCall>(IntrinsicCall::Compile(wide + ")")));
}

TEST_CASE("what a compiled call tells about itself") {
  const std::string text = "States.Format('{}{}{}', $b.x, States.Array($a, $.c, $$.d), $a[0])";
  CHECK(LooksLikeIntrinsic(text));
  CHECK(!LooksLikeIntrinsic("$.States.Format"));
  CHECK(!LooksLikeIntrinsic("States"));
  const auto compiled = IntrinsicCall::Compile(text);
  const auto& call = std::get<IntrinsicCall>(compiled);
  CHECK(call.text() == text);
  CHECK(call.function() == "States.Format");
  CHECK(call.variables() == std::vector<std::string>{"b", "a", "a"});
}

// Whatever it is made of, a text is compiled or refused with a place in it, and a call that compiles can be evaluated.
TEST_CASE("random texts") {
  const std::string pieces[] = {"States.", "Format", "Array", "ArrayRange", "Hash", "StringToJson", "StringSplit",
                                "(",       ")",      ",",     "'",          "\\",   "{}",           "$",
                                "$.a",     "$$.",    "[",     "]",          "[?(",  "=~ /",         "\"",
                                "1",       "-",      "e",     "null",       " ",    "\n",           "é"};
  std::mt19937 random(1);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  const Value input = Value::Object({{"a", Value::String("x")}});
  const Scope scope{&input, nullptr, nullptr, nullptr};
  for (int round = 0; round < 100'000; ++round) {
    std::string text = below(2) == 0 ? "States.Format(" : "";
    for (size_t n = below(12); n > 0; --n) {
      if (below(8) == 0) {
        text += static_cast<char>(below(256));
      } else {
        text += pieces[below(std::size(pieces))];
      }
    }
    const auto compiled = IntrinsicCall::Compile(text);
    if (const auto* error = std::get_if<IntrinsicSyntaxError>(&compiled)) {
      if (error->offset > text.size()) FAIL_CHECK(text);
    } else {
      const Result<Value> result = std::get<IntrinsicCall>(compiled).Evaluate(scope, "x.$");
      if (result && result->is_undefined()) FAIL_CHECK(text);
    }
  }
}

}  // namespace
}  // namespace gait
