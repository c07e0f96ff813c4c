#include "engine/definition/variable_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/base/edit_distance.h"
#include "engine/definition/way_text.h"
#include "engine/lang/jsonata/expression.h"

namespace gait {
namespace {

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

// A way out of a state, and what is assigned on it; null if nothing is.
struct Way {
  size_t to;
  const Value* assign;

  // A placeholder may stand for any variables.
  bool MaySet(const std::string& name) const {
    if (assign == nullptr) return false;
    return !assign->is_object() || assign->Find(name) != nullptr || assign->Find(name + ".$") != nullptr;
  }
};

// The states of one States object and the ways between them.
class VariableFlow {
 public:
  // `object` has StartAt and States. `outer` is the flow around it, in whose state number `outer_state` this one runs;
  // null if it sees no variables of others.
  VariableFlow(const Value& object, VariableFlow* outer, size_t outer_state)
      : object_(object), outer_(outer), outer_state_(outer_state) {
    const Value& states = *object.Find("States");
    std::unordered_map<std::string_view, size_t> numbers;
    for (size_t i = 0; i < states.size(); ++i) numbers.emplace(states.members()[i].name(), i);
    for (const Member& m : states.members()) {
      ways_.emplace_back();
      AddWay(m.value, "Next", numbers);
      AddWay(m.value, "Default", numbers);
      for (const char* list : {"Choices", "Catch"}) {
        const Value* entries = m.value.Find(list);
        if (entries == nullptr) continue;
        for (const Value& entry : entries->items()) AddWay(entry, "Next", numbers);
      }
    }
  }

  // Can the variable have a value when the state is entered?
  bool MayBeSet(const std::string& name, size_t state) {
    if (leads_anywhere_) return true;
    const auto [it, is_new] = behind_.try_emplace(name);
    if (is_new) it->second = Behind(name);
    return it->second[state] || (outer_ != nullptr && outer_->MayBeSet(name, outer_state_));
  }

  // The names of the states on a shortest way to the state, from the start of the outermost flow.
  std::vector<std::string_view> WayTo(size_t state) const {
    const auto& states = object_.Find("States")->members();
    std::vector<size_t> from(states.size(), states.size());  // which state leads to each; none yet
    std::vector<size_t> queue;
    const Value* start = object_.Find("StartAt");
    for (size_t i = 0; i < states.size() && start != nullptr; ++i) {
      if (states[i].key == *start) queue.push_back(i);
    }
    if (!queue.empty()) from[queue[0]] = queue[0];
    for (size_t next = 0; next < queue.size(); ++next) {
      for (const Way& way : ways_[queue[next]]) {
        if (from[way.to] != states.size()) continue;
        from[way.to] = queue[next];
        queue.push_back(way.to);
      }
    }
    std::vector<std::string_view> names;
    for (size_t at = state; at != states.size(); at = from[at] == at ? states.size() : from[at]) {
      names.push_back(states[at].name());
    }
    if (outer_ != nullptr) {
      const std::vector<std::string_view> outer = outer_->WayTo(outer_state_);
      names.insert(names.end(), outer.rbegin(), outer.rend());
    }
    std::reverse(names.begin(), names.end());
    return names;
  }

 private:
  void AddWay(const Value& object, const char* field, const std::unordered_map<std::string_view, size_t>& numbers) {
    const Value* to = object.Find(field);
    if (to == nullptr || !to->is_string()) return;
    const auto it = numbers.find(to->as_string());
    if (it == numbers.end()) leads_anywhere_ = true;  // a placeholder
    if (it != numbers.end()) ways_.back().push_back({it->second, object.Find("Assign")});
  }

  // The states behind those that set the variable.
  std::vector<bool> Behind(const std::string& name) const {
    std::vector<bool> behind(ways_.size());
    std::vector<size_t> rest;
    const auto reach = [&](size_t state) {
      if (!behind[state]) rest.push_back(state);
      behind[state] = true;
    };
    for (const auto& ways : ways_) {
      for (const Way& way : ways) {
        if (way.MaySet(name)) reach(way.to);
      }
    }
    while (!rest.empty()) {
      const size_t at = rest.back();
      rest.pop_back();
      for (const Way& way : ways_[at]) reach(way.to);
    }
    return behind;
  }

  const Value& object_;
  VariableFlow* const outer_;
  const size_t outer_state_;
  bool leads_anywhere_ = false;
  std::vector<std::vector<Way>> ways_;               // out of each state
  std::map<std::string, std::vector<bool>> behind_;  // by variable, those that were asked for
};

// The children of a Distributed Map are executions of their own: they see no variables around them.
bool IsDistributed(const Value& processor) {
  const Value* config = processor.Find("ProcessorConfig");
  const Value* mode = config == nullptr || !config->is_object() ? nullptr : config->Find("Mode");
  return mode != nullptr && mode->is_string() && mode->as_string() == "DISTRIBUTED";
}

// What is read in each state, by the states' pointers: all states have an entry. A state around another does not read
// what that reads.
class ReadsByState {
 public:
  struct State {
    std::string_view name;
    std::vector<const VariableRead*> reads;
  };

  ReadsByState(const Value& definition, const Report& report) {
    Add(definition, Place());
    for (const VariableRead& read : report.reads()) {
      std::string pointer = read.place.pointer();
      while (!states_.contains(pointer) && !pointer.empty()) pointer.resize(pointer.rfind('/'));
      if (!pointer.empty()) states_[pointer].reads.push_back(&read);
    }
  }

  const std::map<std::string, State>& states() const { return states_; }
  // What is assigned anywhere in the definition.
  const Names& assigned() const { return assigned_; }

 private:
  void Add(const Value& object, const Place& place) {
    const Value* states = object.Find("States");
    if (states == nullptr || !states->is_object()) return;
    for (const Member& m : states->members()) {
      if (!m.value.is_object()) continue;
      const Place state_place = place.Key("States").Key(m.name());
      states_[state_place.pointer()].name = m.name();
      for (const std::string_view name : AssignedBy(m.value)) assigned_.insert(name);
      ForEachInner(m.value, state_place, [&](const Value& inner, const Place& at) { Add(inner, at); });
    }
  }

  std::map<std::string, State> states_;
  Names assigned_;
};

class ReadChecker {
 public:
  ReadChecker(const Value& definition, Report& report) : report_(report), reads_(definition, report) {}

  void Check(const Value& object, const Place& place, VariableFlow* outer, size_t outer_state) {
    const Value* states = object.Find("States");
    if (states == nullptr) return;
    VariableFlow flow(object, outer, outer_state);
    for (size_t i = 0; i < states->size(); ++i) {
      const Member& state = states->members()[i];
      const Place state_place = place.Key("States").Key(state.name());
      for (const VariableRead* read : reads_.states().at(state_place.pointer()).reads) {
        if (!flow.MayBeSet(read->name, i)) ReportRead(*read, flow.WayTo(i));
      }
      ForEachInner(state.value, state_place, [&](const Value& inner, const Place& at) {
        Check(inner, at, IsDistributed(inner) ? nullptr : &flow, i);
      });
    }
  }

 private:
  // What is not bound may be a function that was mistyped.
  static std::string NearFunction(std::string_view name) {
    const std::vector<std::string> functions = jsonata::FunctionNames({});
    const std::vector<std::string_view> known(functions.begin(), functions.end());
    return std::string(DidYouMean(name, known).value_or(""));
  }

  void ReportRead(const VariableRead& read, const std::vector<std::string_view>& way) {
    std::string hint = "no state assigns it";
    if (reads_.assigned().contains(read.name)) {
      hint = "no state that assigns it comes before this one: " + JoinWay(way);
    } else {
      const std::vector<std::string_view> known(reads_.assigned().begin(), reads_.assigned().end());
      const auto near = DidYouMean(read.name, known);
      const std::string meant = near ? std::string(*near) : NearFunction(read.name);
      if (!meant.empty()) hint += "; did you mean $" + meant + "?";
    }
    report_.Add("undefined-variable", read.place, "The variable $" + read.name + " can never be set here",
                std::move(hint));
  }

  Report& report_;
  const ReadsByState reads_;
};

}  // namespace

VariableReferences FindVariableReferences(const Value& definition, const Report& report) {
  VariableReferences references;
  if (report.reads().empty()) return references;
  const ReadsByState reads(definition, report);
  for (const auto& [pointer, state] : reads.states()) {
    for (const VariableRead* read : state.reads) references[std::string(state.name)].insert(read->name);
  }
  return references;
}

void CheckVariableScopes(const Value& definition, Report& report) { CheckScope(definition, Place(), {}, report); }

void CheckVariableReads(const Value& definition, Report& report) {
  if (!report.reads().empty()) ReadChecker(definition, report).Check(definition, Place(), nullptr, 0);
}

}  // namespace gait
