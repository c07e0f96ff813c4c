#include "engine/json/value.h"

#include <doctest/doctest.h>

#include "engine/json/write.h"

namespace gait {
namespace {

TEST_CASE("scalars keep their type and value") {
  CHECK(Value().is_undefined());
  CHECK(Value::Null().is_null());
  CHECK(Value::Bool(true).as_bool());
  CHECK(Value::Int(-5).as_int() == -5);
  CHECK(Value::Double(2.5).as_double() == 2.5);
  CHECK(Value::Int(7).as_double() == 7.0);
}

TEST_CASE("texts of every length up to and past the inline size") {
  for (size_t n = 0; n < 40; ++n) {
    const std::string text(n, 'x');
    const Value v = Value::String(text);
    const Value copy = v;
    CHECK(v.as_string() == text);
    CHECK(copy == v);
  }
}

TEST_CASE("a number keeps its text where neither int64 nor double holds it") {
  CHECK(Value::Number("9223372036854775807").is_int());
  CHECK(ToJson(Value::Number("9223372036854775808")) == "9223372036854775808");
  CHECK(ToJson(Value::Number("123456789012345678901234567890")) == "123456789012345678901234567890");
  CHECK(Value::Number("123456789012345678901234567890").as_double() == doctest::Approx(1.2345678901234568e29));
  CHECK(ToJson(Value::Number("1e400")) == "1e400");
  CHECK(Value::Number("-0").as_int() == 0);
  CHECK(Value::Number("1e2") == Value::Int(100));
}

TEST_CASE("objects keep the order of insertion, and a key stands once") {
  ObjectBuilder builder;
  builder.Add("b", Value::Int(1));
  builder.Add("a", Value::Int(2));
  builder.Add("b", Value::Int(3));
  const Value object = builder.Build();
  CHECK(ToJson(object) == R"({"b":3,"a":2})");
  CHECK(object.Find("a")->as_int() == 2);
  CHECK(object.Find("c") == nullptr);
}

TEST_CASE("what is no object has no members") {
  for (const Value& value : {Value(), Value::Null(), Value::Int(1), Value::String("a"),
                             Value::String(std::string(40, 'a')), Value::Array({Value::Int(1)})}) {
    CHECK(value.Find("a") == nullptr);
  }
}

TEST_CASE("large objects are found by an index that stays right while they grow") {
  Value object = Value::Object();
  ObjectBuilder builder;
  for (int i = 0; i < 5000; ++i) {
    const std::string key = "key-" + std::to_string(i);
    builder.Add(key, Value::Int(i));
    object = std::move(object).With(key, Value::Int(i));
    if (i % 7 == 0) object = std::move(object).With(key, Value::Int(-i));
  }
  const Value built = builder.Build();
  REQUIRE(built.size() == 5000);
  REQUIRE(object.size() == 5000);
  for (int i = 0; i < 5000; ++i) {
    const std::string key = "key-" + std::to_string(i);
    CHECK(built.Find(key)->as_int() == i);
    CHECK(object.Find(key)->as_int() == (i % 7 == 0 ? -i : i));
  }
  CHECK(built.Find("key-5000") == nullptr);
}

TEST_CASE("changing a value leaves those that shared with it alone") {
  const Value inner = Value::Object({{"x", Value::Int(1)}});
  const Value before = Value::Object({{"inner", inner}, {"other", Value::Array({Value::Int(1), Value::Int(2)})}});
  const Value after = before.With("inner", inner.With("x", Value::Int(2)));
  CHECK(ToJson(before) == R"({"inner":{"x":1},"other":[1,2]})");
  CHECK(ToJson(after) == R"({"inner":{"x":2},"other":[1,2]})");
  CHECK(after.Find("other")->SameAs(*before.Find("other")));
  const Value array = Value::Array({Value::Int(1), Value::Int(2)});
  CHECK(ToJson(Value(array).WithItem(0, Value::Null())) == "[null,2]");
  CHECK(ToJson(array) == "[1,2]");
}

TEST_CASE("equality is JSON's: numbers by value, members in any order") {
  CHECK(Value::Int(1) == Value::Double(1.0));
  CHECK_FALSE(Value::Int(1) == Value::String("1"));
  CHECK_FALSE(Value::Bool(false) == Value::Null());
  CHECK(Value::Object({{"a", Value::Int(1)}, {"b", Value::Int(2)}}) ==
        Value::Object({{"b", Value::Double(2)}, {"a", Value::Int(1)}}));
  CHECK_FALSE(Value::Array({Value::Int(1), Value::Int(2)}) == Value::Array({Value::Int(2), Value::Int(1)}));
  CHECK_FALSE(Value::Object({{"a", Value::Int(1)}}) == Value::Object({{"b", Value::Int(1)}}));
}

TEST_CASE("builders grow from any capacity, none included") {
  for (size_t capacity : {0, 1, 3, 4, 5}) {
    ArrayBuilder array(capacity);
    ObjectBuilder object(capacity);
    for (int i = 0; i < 100; ++i) {
      array.Add(Value::Int(i));
      object.Add("k" + std::to_string(i), Value::Int(i));
    }
    const Value items = array.Build(), members = object.Build();
    REQUIRE(items.size() == 100);
    REQUIRE(members.size() == 100);
    CHECK(items.items()[99].as_int() == 99);
    CHECK(members.Find("k57")->as_int() == 57);
  }
}

TEST_CASE("depth counts containers") {
  CHECK(Value::Int(1).depth() == 0);
  CHECK(Value::Array().depth() == 1);
  CHECK(Value::Array({Value::Object({{"a", Value::Array()}})}).depth() == 3);
  CHECK(Value::Object().With("a", Value::Array({Value::Array()})).depth() == 3);
}

TEST_CASE("a value a million levels deep is freed without recursion") {
  Value v = Value::Array();
  for (int i = 0; i < 1'000'000; ++i) v = Value::Array({std::move(v)});
  CHECK(v.depth() == 1'000'001);
}

TEST_CASE("assignment to itself and from a part of itself") {
  Value v = Value::Array({Value::Array({Value::String("a text that is not inline")})});
  v = *&v;
  v = Value(v.items()[0]);
  CHECK(ToJson(v) == R"(["a text that is not inline"])");
}

}  // namespace
}  // namespace gait
