#include "engine/lint/machine_view.h"

#include <unordered_map>

#include "engine/json/document.h"
#include "engine/json/members.h"

namespace gait::lint {
namespace {

using Numbers = std::unordered_map<std::string_view, size_t>;

void AddWay(StateView& state, Way::Kind kind, const Value& via, const char* field, const Numbers& numbers,
            ScopeView& scope) {
  const Value* to = via.Find(field);
  if (to == nullptr) return;
  const auto it = to->is_string() ? numbers.find(to->as_string()) : numbers.end();
  if (it == numbers.end()) {
    scope.complete = false;
  } else {
    state.ways.push_back({kind, it->second, &via});
  }
}

void AddWays(StateView& state, const Numbers& numbers, ScopeView& scope) {
  const Value& object = *state.object;
  if (const Value* rules = object.Find("Choices")) {
    for (const Value& rule : rules->items()) AddWay(state, Way::Kind::kRule, rule, "Next", numbers, scope);
  }
  AddWay(state, Way::Kind::kDefault, object, "Default", numbers, scope);
  AddWay(state, Way::Kind::kNext, object, "Next", numbers, scope);
  if (state.type == "Succeed" || object.Find("End") != nullptr)
    state.ways.push_back({Way::Kind::kNext, Way::kEnd, &object});
  if (const Value* catchers = object.Find("Catch")) {
    for (const Value& catcher : catchers->items()) AddWay(state, Way::Kind::kCatch, catcher, "Next", numbers, scope);
  }
}

void View(ScopeView& scope, const Value& object, const Place& place, QueryLanguage language);

void ViewInner(StateView& state, const Value& object, const Place& place, QueryLanguage language) {
  if (!object.is_object()) return;
  auto inner = std::make_unique<ScopeView>();
  inner->around = &state;
  const Value* config = object.Find("ProcessorConfig");
  inner->distributed = config != nullptr && TextOf(*config, "Mode") == "DISTRIBUTED";
  View(*inner, object, place, language);
  state.inner.push_back(std::move(inner));
}

void View(ScopeView& scope, const Value& object, const Place& place, QueryLanguage language) {
  scope.object = &object;
  const Value* states = object.Find("States");
  if (states == nullptr || !states->is_object()) return;
  Numbers numbers;
  for (const Member& m : states->members()) {
    if (!m.value.is_object()) continue;
    numbers.emplace(m.name(), scope.states.size());
    StateView& state = scope.states.emplace_back();
    state.name = m.name();
    state.object = &m.value;
    state.scope = &scope;
  }
  const auto start = numbers.find(TextOf(object, "StartAt"));
  if (start == numbers.end()) scope.complete = false;
  scope.start = start == numbers.end() ? 0 : start->second;
  const Place states_place = place.Key("States");
  for (StateView& state : scope.states) {
    state.place = states_place.Key(state.name);
    state.type = TextOf(*state.object, "Type");
    const std::string_view own = TextOf(*state.object, "QueryLanguage");
    state.language = own.empty() ? language : own == "JSONata" ? QueryLanguage::kJsonata : QueryLanguage::kJsonPath;
    AddWays(state, numbers, scope);
    if (state.type == "Task") state.resource = ParseTaskResource(TextOf(*state.object, "Resource"));
    for (const char* field : {"ItemProcessor", "Iterator"}) {
      if (const Value* inner = state.Find(field)) ViewInner(state, *inner, state.place.Key(field), language);
    }
    const Value* branches = state.Find("Branches");
    if (branches == nullptr) continue;
    for (size_t i = 0; i < branches->size(); ++i) {
      ViewInner(state, branches->items()[i], state.place.Key("Branches").Index(i), language);
    }
  }
}

}  // namespace

std::unique_ptr<ScopeView> ViewMachine(const Value& definition) {
  auto machine = std::make_unique<ScopeView>();
  const bool jsonata = TextOf(definition, "QueryLanguage") == "JSONata";
  View(*machine, definition, Place(), jsonata ? QueryLanguage::kJsonata : QueryLanguage::kJsonPath);
  return machine;
}

bool HasPlaceholder(const Value& value) {
  if (IsPlaceholder(value)) return true;
  for (const Value& item : value.items()) {
    if (HasPlaceholder(item)) return true;
  }
  for (const Member& m : value.members()) {
    if (HasPlaceholder(m.value)) return true;
  }
  return false;
}

}  // namespace gait::lint
