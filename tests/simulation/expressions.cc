#include "tests/simulation/expressions.h"

#include <algorithm>

#include "engine/json/write.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {

const Value* Member(const Value& object, std::string_view key) {
  return object.is_object() ? object.Find(key) : nullptr;
}
std::string Text(const Value& object, std::string_view key, std::string_view otherwise) {
  const Value* v = Member(object, key);
  return std::string(v == nullptr ? otherwise : v->as_string());
}
double Number(const Value& object, std::string_view key, double otherwise) {
  const Value* v = Member(object, key);
  return v == nullptr ? otherwise : v->as_double();
}

namespace {

std::optional<Value> Follow(Value value, std::string_view steps) {  // ".a.b", ".a[0]"
  constexpr std::string_view kFirst = "[0]";
  while (!steps.empty()) {
    steps.remove_prefix(1);
    std::string_view step = steps.substr(0, steps.find('.'));
    steps.remove_prefix(step.size());
    const bool first = step.ends_with(kFirst);
    if (first) step.remove_suffix(kFirst.size());
    const Value* member = Member(value, step);
    if (first && member != nullptr) member = member->size() == 0 ? nullptr : &member->items()[0];
    if (member == nullptr) return std::nullopt;
    Value next = *member;
    value = std::move(next);
  }
  return value;
}

// A path, "$.a", "$variable", "$$.State.Name", or one of JSONata, "$states.input.a".
std::optional<Value> FollowPath(std::string_view path, const View& view) {
  const auto begins = [&](std::string_view with) {
    if (!path.starts_with(with)) return false;
    path.remove_prefix(with.size());
    return true;
  };
  if (begins("$$.") || begins("$states.context.")) {
    if (path == "State.Name") return Value::String(view.state);
    if (path == "Task.Token") return view.token;
    if (path == "State.RetryCount") return Value::Int(view.retry_count);
    for (const Scope* s = &view.scope; s != nullptr; s = s->outer) {
      if (!s->item) continue;
      if (path == "Map.Item.Index") return Value::Int(s->item->first);
      if (path == "Map.Item.Value") return s->item->second;
    }
    Require(false, kModel, "the model does not know $$." + std::string(path));
  }
  if (begins("$states.input")) return Follow(view.input, path);
  if (begins("$states.result")) return Follow(view.result, path);
  if (begins("$states.errorOutput")) return Follow(view.error_output, path);
  path.remove_prefix(1);
  if (path.empty() || path[0] == '.') return Follow(view.input, path);
  for (const Scope* s = &view.scope; s != nullptr; s = s->outer) {
    if (const auto found = s->variables.find(path); found != s->variables.end()) return found->second;
  }
  Require(false, kModel, "the model does not know the variable " + std::string(path));
  return std::nullopt;
}

}  // namespace

Value AtPath(std::string_view path, const View& view) {
  auto found = FollowPath(path, view);
  Require(found.has_value(), kModel, "the model finds nothing at " + std::string(path) + " in " + ToJson(view.input));
  return *std::move(found);
}

namespace {

// `{% path %}`, `{% path > number %}` or `{% $merge([path, {"key": path}]) %}`.
Value EvaluateJsonata(std::string_view text, const View& view) {
  text = text.substr(3, text.size() - 6);
  constexpr std::string_view kMerge = "$merge([";
  if (text.starts_with(kMerge)) {
    text.remove_prefix(kMerge.size());
    const size_t comma = text.find(',');
    const size_t key = text.find('"') + 1, key_end = text.find('"', key);
    const size_t value = text.find(": ") + 2;
    return AtPath(text.substr(0, comma), view)
        .With(text.substr(key, key_end - key), AtPath(text.substr(value, text.find('}') - value), view));
  }
  if (const size_t more = text.find(" > "); more != std::string_view::npos) {
    return Value::Bool(AtPath(text.substr(0, more), view).as_double() > std::stod(std::string(text.substr(more + 3))));
  }
  return AtPath(text, view);
}

}  // namespace

Value Evaluate(const Value& form, const View& view) {
  if (form.is_string() && form.as_string().starts_with("{%")) return EvaluateJsonata(form.as_string(), view);
  if (!form.is_object()) return form;
  ObjectBuilder made;
  for (const gait::Member& m : form.members()) {
    if (m.name().ends_with(".$")) {
      made.Add(m.name().substr(0, m.name().size() - 2), AtPath(m.value.as_string(), view));
    } else {
      made.Add(m.name(), Evaluate(m.value, view));
    }
  }
  return made.Build();
}

Value Place(const Value& in, std::string_view path, Value value) {
  if (path == "$") return value;
  const std::string_view step = path.substr(2, path.find('.', 2) - 2);
  const std::string_view rest = path.substr(2 + step.size());
  if (rest.empty()) return in.With(step, std::move(value));
  const Value* inner = Member(in, step);
  return in.With(step, Place(inner == nullptr ? Value::Object() : *inner, "$" + std::string(rest), std::move(value)));
}

bool Holds(const Value& rule, const View& view) {
  if (const Value* condition = Member(rule, "Condition")) return Evaluate(*condition, view).as_bool();
  if (const Value* all = Member(rule, "And")) {
    return std::all_of(all->items().begin(), all->items().end(), [&](const Value& r) { return Holds(r, view); });
  }
  if (const Value* any = Member(rule, "Or")) {
    return std::any_of(any->items().begin(), any->items().end(), [&](const Value& r) { return Holds(r, view); });
  }
  if (const Value* not_that = Member(rule, "Not")) return !Holds(*not_that, view);
  const auto found = FollowPath(Text(rule, "Variable"), view);
  if (const Value* present = Member(rule, "IsPresent")) return found.has_value() == present->as_bool();
  Require(found.has_value(), kModel, "the model finds nothing at " + Text(rule, "Variable"));
  if (const Value* more = Member(rule, "NumericGreaterThan")) {
    return found->is_number() && found->as_double() > more->as_double();
  }
  return *found == *Member(rule, "StringEquals");
}

}  // namespace gait::simulation
