// A definition as the lints look at it: its states, the ways between them, and the States objects within one another.
// Internal to engine/lint. Borrows the definition.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/json/pointer.h"
#include "engine/json/value.h"
#include "engine/lang/query_language.h"
#include "engine/lint/lint.h"
#include "engine/task/resource.h"

namespace gait::lint {

struct StateView;

// A way out of a state.
struct Way {
  enum class Kind : uint8_t { kNext, kRule, kDefault, kCatch };
  static constexpr size_t kEnd = SIZE_MAX;

  Kind kind = Kind::kNext;
  size_t to = kEnd;            // a state's number in its scope
  const Value* via = nullptr;  // the state (kNext, kDefault), the Choice rule, the Catcher
};

// One States object: the machine's, a branch's, an iteration's.
struct ScopeView {
  const Value* object = nullptr;      // what has StartAt and States
  const StateView* around = nullptr;  // the Parallel or Map; null for the machine
  std::vector<StateView> states;
  size_t start = 0;
  bool distributed = false;  // its runs are executions of their own
  bool complete = true;      // false: a placeholder stands for a state's name
};

struct StateView {
  std::string_view name, type;
  const Value* object = nullptr;
  Place place;
  QueryLanguage language = QueryLanguage::kJsonPath;
  const ScopeView* scope = nullptr;
  std::vector<Way> ways;
  std::vector<std::unique_ptr<ScopeView>> inner;
  std::optional<TaskResource> resource;  // of a Task, where its text has no placeholder in it

  const Value* Find(std::string_view field) const { return object->Find(field); }
  bool Has(std::string_view field) const { return Find(field) != nullptr; }
  bool jsonata() const { return language == QueryLanguage::kJsonata; }
  // What the work is given: Parameters or Arguments; null if it is the input.
  const Value* arguments() const { return Find(jsonata() ? "Arguments" : "Parameters"); }
  // Does the Task call a service's action? "sqs", "sendMessage".
  bool Calls(std::string_view service, std::string_view action) const {
    return resource && resource->service == service && resource->action == action;
  }
};

// REQUIRES: the definition has no errors.
std::unique_ptr<ScopeView> ViewMachine(const Value& definition);

// Calls `visit` with every state, the outer ones first.
template <typename Visit>
void ForEachState(const ScopeView& scope, const Visit& visit) {
  for (const StateView& state : scope.states) {
    visit(state);
    for (const auto& inner : state.inner) ForEachState(*inner, visit);
  }
}

// Is there, somewhere in the value, a text (or an unquoted placeholder) of which `holds(key, text)` is true? `key` is
// that of the member that the text is, or "".
template <typename Holds>
bool AnyText(const Value& value, const Holds& holds, std::string_view key = "") {
  if (value.is_string()) return holds(key, value.as_string());
  for (const Value& item : value.items()) {
    if (AnyText(item, holds)) return true;
  }
  for (const Member& m : value.members()) {
    if (AnyText(m.value, holds, m.name())) return true;
  }
  return false;
}

// Does an unquoted placeholder stand somewhere in the value?
bool HasPlaceholder(const Value& value);

// What the lints share.
struct LintContext {
  const Value& definition;
  StateMachineType type;
  const ScopeView& machine;
  Report& report;
};

}  // namespace gait::lint
