#include "engine/history/payload.h"

#include <doctest/doctest.h>

#include "engine/base/check.h"
#include "engine/history/testing.h"

namespace gait {
namespace {

using history_testing::Json;

TEST_CASE("a payload is absent, a value, a text, or both") {
  CHECK_FALSE(Payload().present());
  const Payload value(Json(R"({"a":[1,2.0]})"));
  CHECK(value.present());
  CHECK(value.text() == R"({"a":[1,2.0]})");
  const Payload text = Payload::FromText("{\"a\" : 1e2 }");
  CHECK(text.text() == "{\"a\" : 1e2 }");
  CHECK(ToJson(text.value()) == R"({"a":100.0})");
  CHECK(text.text() == "{\"a\" : 1e2 }");  // reading its value changes nothing
  const Payload user = Payload::FromUser(Json(R"({"b":1})"), R"({ "b": 1 })");
  CHECK(user.text() == R"({ "b": 1 })");
  CHECK(user.value() == Json(R"({"b":1})"));
  std::string out = "x";
  user.AppendText(out);
  value.AppendText(out);
  CHECK(out == R"(x{ "b": 1 }{"a":[1,2.0]})");
  // null and false are values like any other.
  CHECK(Payload(Value::Null()).present());
  CHECK(Payload(Value::Null()).text() == "null");
  CHECK(Payload::FromText("false").value() == Value::Bool(false));
}

TEST_CASE("the same payload is the same object, with the same text") {
  const Value object = Json(R"({"a":1})"), equal = Json(R"({"a":1})");
  const Payload payload(object);
  CHECK(payload.SameAs(payload));
  CHECK(payload.SameAs(Payload(object)));
  CHECK_FALSE(payload.SameAs(Payload(equal)));
  // A text of the user's makes it another: the history shows the text.
  const Payload user = Payload::FromUser(object, "{ \"a\": 1, \"b\": \"long enough to be on the heap\" }");
  const Payload copy = user;
  CHECK(user.SameAs(copy));
  CHECK_FALSE(user.SameAs(payload));
  CHECK_FALSE(payload.SameAs(user));
  // Numbers that are equal as JSON but are written in another way are not the same.
  CHECK(Payload(Value::Int(1)).SameAs(Payload(Value::Int(1))));
  CHECK_FALSE(Payload(Value::Int(1)).SameAs(Payload(Value::Double(1))));
  // Nor is what was only read from a text, once somebody has asked for its value.
  const Payload text = Payload::FromText("1");
  text.value();
  CHECK_FALSE(text.SameAs(Payload(Value::Int(1))));
}

TEST_CASE("a text that is no JSON is a damaged history, found when its value is asked for") {
  for (const char* text : {"", "{", "{\"a\":}", "\xff", "nul"}) {
    const Payload payload = Payload::FromText(text);
    CHECK(payload.text() == text);
    CHECK_THROWS_AS(payload.value(), InternalError);
  }
  CHECK_THROWS_AS(Payload().value(), InternalError);
}

}  // namespace
}  // namespace gait
