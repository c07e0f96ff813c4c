#include <algorithm>
#include <string>
#include <unordered_set>

#include "engine/json/parse.h"
#include "engine/lang/jsonata/builtins.h"
#include "engine/lang/jsonata/error.h"
#include "engine/lang/jsonata/evaluation.h"

namespace gait::jsonata::builtin {
namespace {

void GatherKeys(const Value& value, ArrayBuilder& keys, std::unordered_set<std::string_view>& seen) {
  for (const Value& item : value.items()) GatherKeys(item, keys, seen);
  for (const Member& m : value.members()) {
    if (seen.insert(m.name()).second) keys.Add(m.key);
  }
}

void SpreadOut(const Value& value, ArrayBuilder& all) {
  if (value.is_array()) {
    for (const Value& item : value.items()) SpreadOut(item, all);
  } else if (value.is_object()) {
    for (const Member& m : value.members()) all.Add(Value::Object({{m.name(), m.value}}));
  } else if (!value.is_undefined()) {
    all.Add(value);
  }
}

}  // namespace

Value Keys(Evaluation& evaluation, std::span<Value> a) {
  ArrayBuilder keys;
  std::unordered_set<std::string_view> seen;
  GatherKeys(a[0], keys, seen);
  evaluation.Charge(keys.size());
  return SequenceOf(keys);
}

Value Lookup(Evaluation&, std::span<Value> a) {
  return a[1].is_string() ? LookupName(a[0], a[1].as_string()) : Value();
}

Value Spread(Evaluation& evaluation, std::span<Value> a) {
  if (!a[0].is_array() && !a[0].is_object()) return a[0];
  ArrayBuilder all;
  SpreadOut(a[0], all);
  evaluation.Charge(3 * all.size());
  // As $append would have gathered it: what came out of an array's items is an array, also if it is one.
  return a[0].is_array() && a[0].size() > 0 ? all.Build() : SequenceOf(all);
}

Value Merge(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  ObjectBuilder merged;
  for (const Value& object : a[0].items()) {
    evaluation.Charge(1 + object.size());
    for (const Member& m : object.members()) merged.Add(m.key, m.value);
  }
  return merged.Build();
}

Value Each(Evaluation& evaluation, std::span<Value> a) {
  ArrayBuilder results;
  for (const Member& m : a[0].members()) {
    evaluation.Charge(1);
    Value made = evaluation.CallWith(a[1], m.value, m.key, a[0]);
    if (!made.is_undefined()) results.Add(std::move(made));
  }
  return SequenceOf(results);
}

Value Sift(Evaluation& evaluation, std::span<Value> a) {
  ObjectBuilder left;
  for (const Member& m : a[0].members()) {
    if (Truth(evaluation.CallWith(a[1], m.value, m.key, a[0])) == true) left.Add(m.key, m.value);
  }
  return left.size() == 0 ? Value() : left.Build();
}

Value Clone(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const std::string text = TextOf(a[0]);
  evaluation.Charge(text.size() / sizeof(Value));
  JsonParse copy = ParseJson(text);
  return copy ? *std::move(copy.value) : Value();
}

Value Type(Evaluation&, std::span<Value> a) {
  switch (a[0].type()) {
    case Value::Type::kUndefined: return {};
    case Value::Type::kNull: return Value::String("null");
    case Value::Type::kBool: return Value::String("boolean");
    case Value::Type::kNumber: return Value::String(IsNumeric(a[0]) ? "number" : "object");
    case Value::Type::kString: return Value::String("string");
    case Value::Type::kArray: return Value::String("array");
    case Value::Type::kObject: return Value::String("object");
    case Value::Type::kOpaque: return Value::String("function");
  }
  return {};
}

Value Boolean(Evaluation&, std::span<Value> a) {
  const auto truth = Truth(a[0]);
  return truth ? Value::Bool(*truth) : Value();
}

Value Not(Evaluation&, std::span<Value> a) {
  const auto truth = Truth(a[0]);
  return truth ? Value::Bool(!*truth) : Value();
}

Value Exists(Evaluation&, std::span<Value> a) { return Value::Bool(!a[0].is_undefined()); }

Value RaiseError(Evaluation&, std::span<Value> a) {
  const bool speaks = a[0].is_string() && !a[0].as_string().empty();
  throw Error("D3137").Saying(speaks ? std::string(a[0].as_string()) : "$error() function evaluated");
}

Value Assert(Evaluation&, std::span<Value> a) {
  if (a[0].is_bool() && a[0].as_bool()) return {};
  const bool speaks = a[1].is_string() && !a[1].as_string().empty();
  throw Error("D3141").Saying(speaks ? std::string(a[1].as_string()) : "$assert() statement failed");
}

Value Eval(Evaluation& evaluation, std::span<Value> a) {
  if (a[0].is_undefined()) return {};
  const std::string text(a[0].as_string());
  return evaluation.EvaluateText(text, a[1].is_undefined() ? nullptr : &a[1]);
}

}  // namespace gait::jsonata::builtin
