// The operations of an engine in this process as a client calls them: requests and answers as JSON.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "api/engine.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait::testing {

inline Value Json(std::string_view text) {
  JsonParse parsed = ParseJson(text);
  REQUIRE_MESSAGE(parsed, std::string(text));
  return *parsed.value;
}

inline constexpr const char* kRole = "arn:aws:iam::123456789012:role/r";
inline constexpr const char* kPass = R"({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}})";
inline constexpr const char* kWait =
    R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}})";

struct Client {
  explicit Client(EngineOptions options = {}) : engine(std::move(options)) {}

  Engine engine;

  Value Call(std::string_view operation, const Value& request) {
    const OperationAnswer answer = engine.Call(operation, ToJson(request));
    INFO(std::string(operation), " ", answer.body);
    CHECK(answer.status == 200);
    return Json(answer.body);
  }
  // "CODE: message"
  std::string Refused(std::string_view operation, const Value& request) {
    const OperationAnswer answer = engine.Call(operation, ToJson(request));
    const Value body = Json(answer.body);
    CHECK(answer.status == 400);
    CHECK(body.Find("__type")->as_string() == answer.error_code);
    return answer.error_code + ": " + std::string(body.Find("message")->as_string());
  }
  std::string Create(std::string_view name, std::string_view definition, std::string_view type = "STANDARD") {
    const Value answer = Call("CreateStateMachine", Value::Object({{"name", Value::String(name)},
                                                                   {"definition", Value::String(definition)},
                                                                   {"roleArn", Value::String(kRole)},
                                                                   {"type", Value::String(type)}}));
    return std::string(answer.Find("stateMachineArn")->as_string());
  }
  std::string Start(std::string_view machine, std::string_view name, std::string_view input = "{}") {
    const Value answer = Call("StartExecution", Value::Object({{"stateMachineArn", Value::String(machine)},
                                                               {"name", Value::String(name)},
                                                               {"input", Value::String(input)}}));
    return std::string(answer.Find("executionArn")->as_string());
  }
};

inline Value Of(std::string_view member, std::string_view text) {
  return Value::Object({{member, Value::String(text)}});
}
inline std::string Text(const Value& answer, std::string_view member) {
  const Value* value = answer.Find(member);
  return value == nullptr ? "(absent)" : value->is_string() ? std::string(value->as_string()) : ToJson(*value);
}

}  // namespace gait::testing
