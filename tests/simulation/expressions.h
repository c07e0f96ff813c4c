// The expressions of the states that the generator writes, plainly: reference paths, payload templates, the rules of a
// Choice, and of JSONata the few forms that it uses.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/json/value.h"

namespace gait::simulation {

struct Scope {
  const Scope* outer = nullptr;
  std::map<std::string, Value, std::less<>> variables;
  std::optional<std::pair<int64_t, Value>> item;  // of the Map's iteration that it is
};

// What an expression sees.
struct View {
  const Scope& scope;
  Value input, result, error_output;
  std::string_view state;
  int64_t retry_count = 0;
  Value token = {};  // of the task
};

// Of an object; null if it has none, or is no object.
const Value* Member(const Value& object, std::string_view key);
std::string Text(const Value& object, std::string_view key, std::string_view otherwise = "");
double Number(const Value& object, std::string_view key, double otherwise);

// Throws Violation if there is nothing.
Value AtPath(std::string_view path, const View& view);

// Of a payload template, or of a text in JSONata.
Value Evaluate(const Value& form, const View& view);

// `in` with `value` at "$", "$.a" or "$.a.b".
Value Place(const Value& in, std::string_view path, Value value);

// Of a Choice's rule.
bool Holds(const Value& rule, const View& view);

}  // namespace gait::simulation
