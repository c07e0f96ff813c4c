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
  if (context.leads_anywhere) return;
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

}  // namespace gait
