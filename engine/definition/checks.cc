#include "engine/definition/checks.h"

#include <algorithm>

#include "engine/base/edit_distance.h"

namespace gait {
namespace {

std::vector<int64_t> TargetsOf(const State& state) {
  std::vector<int64_t> targets;
  state.AppendTargets(targets);
  return targets;
}

std::string_view VariableName(std::string_view field) {
  return field.ends_with(".$") ? field.substr(0, field.size() - 2) : field;
}

// Calls `visit` with every Assign of a state: its own, its Choice rules', its Catchers'.
template <typename Visit>
void ForEachAssign(const Value& state, const Place& place, Visit visit) {
  const auto one = [&](const Value& object, const Place& at) {
    const Value* assign = object.is_object() ? object.Find("Assign") : nullptr;
    if (assign != nullptr && assign->is_object()) visit(*assign, at.Key("Assign"));
  };
  one(state, place);
  for (const char* list : {"Choices", "Catch"}) {
    const Value* entries = state.Find(list);
    if (entries == nullptr) continue;
    for (size_t i = 0; i < entries->items().size(); ++i) one(entries->items()[i], place.Key(list).Index(i));
  }
}

// Calls `visit` with every object within a state that has States of its own.
template <typename Visit>
void ForEachInner(const Value& state, const Place& place, Visit visit) {
  for (const char* name : {"ItemProcessor", "Iterator"}) {
    const Value* inner = state.Find(name);
    if (inner != nullptr && inner->is_object()) visit(*inner, place.Key(name));
  }
  const Value* branches = state.Find("Branches");
  if (branches == nullptr) return;
  for (size_t i = 0; i < branches->items().size(); ++i) {
    if (branches->items()[i].is_object()) visit(branches->items()[i], place.Key("Branches").Index(i));
  }
}

using Names = std::set<std::string_view>;

Names AssignedBy(const Value& state) {
  Names names;
  ForEachAssign(state, Place(), [&](const Value& assign, const Place&) {
    for (const Member& m : assign.members()) names.insert(VariableName(m.name()));
  });
  return names;
}

void CheckScope(const Value& object, const Place& place, const Names& around, Report& report) {
  const Value* states = object.Find("States");
  if (states == nullptr || !states->is_object()) return;
  for (const Member& state : states->members()) {
    if (!state.value.is_object()) continue;
    const Place state_place = place.Key("States").Key(state.name());
    ForEachAssign(state.value, state_place, [&](const Value& assign, const Place& at) {
      for (const Member& m : assign.members()) {
        const std::string_view name = VariableName(m.name());
        if (!around.contains(name)) continue;
        report.Add("variable-shadows-outer-scope", at.Key(m.name()),
                   "Variable '" + std::string(name) + "' is assigned in an outer scope",
                   "a branch or an iteration reads the variables around it and cannot set them: use another name");
      }
    });
    // What the state itself assigns is set when all within it has ended (recorded:
    // PARALLEL_CATCH_ERROR_VARIABLE_SAMPLING).
    ForEachInner(state.value, state_place, [&](const Value& inner, const Place& at) {
      Names names = around;
      for (const Member& other : states->members()) {
        if (&other != &state && other.value.is_object()) names.merge(AssignedBy(other.value));
      }
      CheckScope(inner, at, names, report);
    });
  }
}

}  // namespace

int64_t ReadStartAt(const Value& object, const Place& place, const StateNames& names, Report& report) {
  const Value* start_at = object.Find("StartAt");
  if (start_at == nullptr || !start_at->is_string()) return kNowhere;
  const auto it = names.find(start_at->as_string());
  if (it != names.end()) return it->second;
  std::vector<std::string_view> known;
  for (const auto& [name, number] : names) known.push_back(name);
  const auto near = DidYouMean(start_at->as_string(), known);
  report.Add("dangling-transition", place.Key("StartAt"),
             "Missing 'Next' target: " + std::string(start_at->as_string()),
             near ? "did you mean '" + std::string(*near) + "'?" : "StartAt names a state of States");
  return kNowhere;
}

void CheckTransitions(const StateGraph& graph, const Value& states, const Place& place, CompileContext& context) {
  const auto size = static_cast<int64_t>(graph.size());
  std::vector<std::vector<int64_t>> targets;
  for (int64_t i = 0; i < size; ++i) {
    if (!graph.has(i)) return;  // reported already; what leads where is not known
    targets.push_back(TargetsOf(graph.at(i)));
  }
  const bool at_top = context.depth == 0;
  // A state that leads nowhere was reported; it may be the one that was to end the machine.
  const bool ends = std::any_of(targets.begin(), targets.end(), [](const std::vector<int64_t>& t) {
    return std::any_of(t.begin(), t.end(), [](int64_t target) { return target == kEnd || target == kNowhere; });
  });
  if (at_top && !ends && size > 0) {
    context.report.AddUnlocated("no-terminal-state", place, "Workflow has no terminal state",
                                "give a state \"End\": true, or add a Succeed or Fail state");
    return;
  }
  std::vector<bool> reached(static_cast<size_t>(size));
  std::vector<int64_t> rest = {graph.start_at()};
  while (!rest.empty()) {
    const int64_t at = rest.back();
    rest.pop_back();
    if (at < 0 || reached[static_cast<size_t>(at)]) continue;
    reached[static_cast<size_t>(at)] = true;
    const auto& further = targets[static_cast<size_t>(at)];
    rest.insert(rest.end(), further.begin(), further.end());
  }
  for (size_t i = 0; i < reached.size(); ++i) {
    if (reached[i]) continue;
    const std::string_view name = states.members()[i].name();
    context.report.Add("unreachable-state", place.Key(name), "State \"" + std::string(name) + "\" is not reachable.",
                       "no Next, Default or Catch leads to it");
  }
}

void CheckVariableScopes(const Value& object, const Place& place, Report& report) {
  CheckScope(object, place, {}, report);
}

}  // namespace gait
