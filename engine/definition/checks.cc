#include "engine/definition/checks.h"

#include <algorithm>

#include "engine/base/edit_distance.h"
#include "engine/definition/fixes.h"

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
  ReportDangling(start_at->as_string(), known, place.Key("StartAt"), report);
  return kNowhere;
}

void ReportDangling(std::string_view target, std::span<const std::string_view> known, const Place& place,
                    Report& report) {
  const auto near = DidYouMean(target, known);
  Diagnostic& finding = report.Add("dangling-transition", place, "Missing 'Next' target: " + std::string(target),
                                   near ? "did you mean '" + std::string(*near) + "'?"
                                        : "name a state of the same States object: a transition does not leave it");
  // Letter case alone: a letter more or less may be another state that is still to be written.
  const auto sure = SureMatch(target, known);
  if (sure && EditDistance(target, *sure, 0) == 0) finding.fix = SetTo(Value::String(*sure), place);
}

void CheckTransitions(const StateGraph& graph, const Value& states, const Place& place, CompileContext& context) {
  const auto size = static_cast<int64_t>(graph.size());
  std::vector<std::vector<int64_t>> targets;
  for (int64_t i = 0; i < size; ++i) {
    if (!graph.has(i)) return;  // reported already; what leads where is not known
    targets.push_back(TargetsOf(graph.at(i)));
    // A state that has both was reported: it leads on, and it may be the one that was to end the machine.
    const Value* end = states.members()[static_cast<size_t>(i)].value.Find("End");
    if (end != nullptr && end->is_bool() && end->as_bool()) targets.back().push_back(kEnd);
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
