#include "cli/standing.h"

#include <map>
#include <set>

#include "engine/base/check.h"
#include "engine/diff/definition_diff.h"
#include "engine/json/parse.h"

namespace gait::cli {
namespace {

using Names = std::set<std::string>;

// The States object that a branch runs in. `root` is that of the execution.
const StateGraph* GraphOf(const Progress& progress, const Branch& branch, const StateGraph& root) {
  if (branch.parent < 0) return &root;
  const Branch& parent = progress.branch(branch.parent);
  const StateGraph* around = GraphOf(progress, parent, root);  // as deep as the definition
  return around->at(parent.state).ChildGraph(branch.index);
}

// The states that the execution stands in, or is about to enter.
Names StatesOf(const std::vector<HistoryEvent>& events, const StateGraph& root) {
  Progress progress;
  for (const HistoryEvent& event : events) progress.Apply(event);
  Names names;
  for (const Branch* branch : progress.branches()) {
    if (branch->phase == Branch::Phase::kFinished) continue;
    const StateGraph& graph = *GraphOf(progress, *branch, root);
    int64_t place = branch->state;
    if (branch->phase == Branch::Phase::kReady) place = branch->next == kStartAt ? graph.start_at() : branch->next;
    if (place >= 0) names.emplace(graph.at(place).name().as_string());
  }
  return names;
}

// What a definition that executions run has to do with the new one.
class Revision {
 public:
  Revision(Value before, const Value& after) : before_(std::move(before)) {
    for (PlacedState& state : PlacedStates(before_)) old_.emplace(state.name, std::move(state));
    for (PlacedState& state : PlacedStates(after)) new_.emplace(state.name, std::move(state));
    for (const StateChange& change : CompareDefinitions(before_, after).states) {
      if (change.kind == StateChangeKind::kRenamed) renamed_[change.old_name] = change.name;
      std::string fields;
      for (const FieldChange& field : change.fields) fields += (fields.empty() ? "" : ", ") + field.pointer;
      if (!fields.empty()) fields_[change.old_name] = fields;
    }
  }

  std::string WhyNot(const std::string& name) const {
    const auto was = old_.find(name), is = new_.find(name);
    if (is == new_.end()) {
      const auto renamed = renamed_.find(name);
      return "it is not there any more" +
             (renamed == renamed_.end() ? std::string() : ", but probably called '" + renamed->second + "'");
    }
    if (was == old_.end()) return "";  // no definition that runs is without a state that it runs
    const PlacedState &a = was->second, &b = is->second;
    if (a.type != b.type) return "it is of type " + b.type + " now, and was of type " + a.type;
    const auto within = [](const std::string& scope) { return scope.empty() ? "the state machine itself" : scope; };
    if (a.scope != b.scope) return "it stands in " + within(b.scope) + " now, and stood in " + within(a.scope);
    return "";
  }

  std::string Differences(const std::string& name) const {
    const auto fields = fields_.find(name);
    return fields == fields_.end() ? "" : fields->second;
  }

 private:
  const Value before_;  // the placed states point into it
  std::map<std::string, PlacedState> old_, new_;
  std::map<std::string, std::string> renamed_, fields_;
};

class Comparer {
 public:
  Comparer(EngineCore& core, const StateMachineRecord& machine, const Value& definition)
      : core_(core), machine_(machine), definition_(definition) {}

  StandingReport Compare() {
    CompareAll(0, nullptr);
    return std::move(report_);
  }

 private:
  // The running executions that are no children, or those of a Map Run, and theirs.
  void CompareAll(int64_t map_run_id, const MapRunRecord* run) {
    const ExecutionFilter filter{machine_.id, map_run_id, ExecutionStatus::kRunning, 0, SIZE_MAX};
    std::vector<ExecutionRecord> executions = core_.store().ListExecutions(filter);
    for (auto e = executions.rbegin(); e != executions.rend(); ++e) {  // the oldest first
      CompareOne(*e, run);
      for (const MapRunRecord& inner : core_.store().MapRunsOf(e->id)) {
        if (inner.status == ExecutionStatus::kRunning) CompareAll(inner.id, &inner);
      }
    }
  }

  void CompareOne(const ExecutionRecord& execution, const MapRunRecord* run) {
    const Revision& revision = RevisionOf(execution.definition_id);
    const auto machine = core_.MachineOf(execution.definition_id);
    const StateGraph* root = run == nullptr ? &machine->graph() : machine->graph().Find(run->state_name)->ChildGraph(0);
    const std::string arn =
        ArnOf(core_, machine_, execution, run == nullptr ? std::nullopt : std::optional<MapRunRecord>(*run));
    bool can_go_on = true;
    for (const std::string& state : StatesOf(LoadEvents(core_, execution), *root)) {
      const std::string why_not = revision.WhyNot(state), differences = revision.Differences(state);
      can_go_on = can_go_on && why_not.empty();
      if (why_not.empty() && differences.empty()) continue;
      report_.standings.push_back(
          {arn, execution.name, state, why_not.empty(), why_not.empty() ? differences : why_not});
    }
    report_.running += 1;
    report_.cannot += can_go_on ? 0 : 1;
  }

  const Revision& RevisionOf(int64_t definition_id) {
    auto found = revisions_.find(definition_id);
    if (found == revisions_.end()) {
      const auto definition = core_.store().GetDefinition(definition_id);
      GAIT_CHECK(definition != nullptr, "a running execution's definition is not in the store");
      found = revisions_.try_emplace(definition_id, *ParseJson(definition->text).value, definition_).first;
    }
    return found->second;
  }

  EngineCore& core_;
  const StateMachineRecord& machine_;
  const Value& definition_;
  std::map<int64_t, Revision> revisions_;
  StandingReport report_;
};

}  // namespace

StandingReport CompareStandings(EngineCore& core, const StateMachineRecord& machine, const Value& definition) {
  return Comparer(core, machine, definition).Compare();
}

}  // namespace gait::cli
