// For the tests of this folder: compiles and evaluates a call.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/lang/intrinsic/intrinsic.h"

namespace gait::intrinsic_testing {

class CountingRandom final : public Random {
 public:
  uint64_t Next() override { return state_ += 0x9E3779B97F4A7C15; }

 private:
  uint64_t state_ = 1;
};

class FixedContext final : public ContextObject {
 public:
  explicit FixedContext(Value value) : value_(std::move(value)) {}
  const Value& AsValue() const override { return value_; }

 private:
  Value value_;
};

inline Value Json(std::string_view text) {
  JsonParse parsed = ParseJson(text);
  REQUIRE_MESSAGE(parsed, std::string(text));
  return *parsed.value;
}

inline IntrinsicCall Compiled(std::string_view text) {
  auto call = IntrinsicCall::Compile(text);
  if (auto* error = std::get_if<IntrinsicSyntaxError>(&call)) FAIL(std::string(text) << ": " << error->message);
  return std::get<IntrinsicCall>(std::move(call));
}

// Sees, besides `input`, a context object and variables of two scopes.
inline Result<Value> Evaluate(std::string_view text, const Value& input) {
  static const FixedContext context(Json(R"({"Execution": {"Name": "run-1"}})"));
  static const VariableScope outer{Json(R"({"v": {"a": [{"b": 5}]}, "shadowed": 1})"), nullptr};
  static const VariableScope variables{Json(R"({"w": "inner", "shadowed": 2})"), &outer};
  static CountingRandom random;
  return Compiled(text).Evaluate(Scope{&input, &context, &variables, &random}, "x.$");
}

struct Row {
  const char* call;
  const char* input;
  const char* result;  // as JSON, or the part of the cause that says what was wrong
};

inline void CheckResult(const Row& row) {
  CAPTURE(row.call);
  CAPTURE(row.input);
  const Result<Value> result = Evaluate(row.call, Json(row.input));
  if (!result) {
    FAIL_CHECK(*result.error().cause);
  } else {
    CHECK(ToJson(*result) == row.result);
  }
}

inline void CheckFailure(const Row& row) {
  CAPTURE(row.call);
  CAPTURE(row.input);
  const Result<Value> result = Evaluate(row.call, Json(row.input));
  if (result) {
    FAIL_CHECK(ToJson(*result));
  } else {
    CHECK(*result.error().error == "States.IntrinsicFailure");
    CHECK(*result.error().cause ==
          "The function '" + std::string(row.call) + "' had the following error: " + row.result);
  }
}

}  // namespace gait::intrinsic_testing
