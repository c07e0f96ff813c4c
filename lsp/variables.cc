#include "lsp/variables.h"

#include "engine/json/members.h"
#include "engine/json/pointer.h"

namespace gait::lsp {
namespace {

void AddAssigned(const Value& object, std::set<std::string>& names) {
  const Value* assign = object.is_object() ? object.Find("Assign") : nullptr;
  if (assign == nullptr) return;
  for (const Member& m : assign->members()) {
    std::string_view name = m.name();
    if (name.ends_with(".$")) name.remove_suffix(2);
    if (!name.empty()) names.emplace(name);
  }
}

void AddOfState(const Value& state, std::set<std::string>& names) {
  AddAssigned(state, names);
  if (!state.is_object()) return;
  for (const char* list : {"Choices", "Catch"}) {
    const Value* items = state.Find(list);
    if (items == nullptr) continue;
    for (const Value& item : items->items()) AddAssigned(item, names);
  }
}

bool IsDistributed(const Value& definition, const std::string& scope) {
  const Value* config = ResolvePointer(definition, scope + "/ProcessorConfig");
  return config != nullptr && TextOf(*config, "Mode") == "DISTRIBUTED";
}

size_t ScopeNumber(const Diagram& diagram, std::string_view pointer) {
  for (size_t i = 0; i < diagram.scopes.size(); ++i) {
    if (diagram.scopes[i].pointer == pointer) return i;
  }
  return Diagram::kNone;
}

}  // namespace

std::set<std::string> VariablesAt(const Value& definition, const Diagram& diagram, std::string_view scope) {
  std::set<std::string> names;
  size_t number = ScopeNumber(diagram, scope);
  while (number != Diagram::kNone) {
    for (const Diagram::State& state : diagram.states) {
      if (state.scope != number) continue;
      if (const Value* value = ResolvePointer(definition, state.pointer)) AddOfState(*value, names);
    }
    const Diagram::Scope& at = diagram.scopes[number];
    if (!at.owner || IsDistributed(definition, at.pointer)) break;
    number = diagram.states[*at.owner].scope;
  }
  return names;
}

}  // namespace gait::lsp
