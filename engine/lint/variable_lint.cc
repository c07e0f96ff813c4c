// Variables that are set and never read, or read where some way has not set them.
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
#include <algorithm>
#include <map>
#include <set>

#include "engine/definition/way_text.h"
#include "engine/lang/jsonata/expression.h"
#include "engine/lint/checks.h"
#include "engine/lint/paths.h"

namespace gait::lint {
namespace {

std::string_view VariableName(std::string_view field) {
  return field.ends_with(".$") ? field.substr(0, field.size() - 2) : field;
}

// What a placeholder stands for may read any variable.
bool MayReadMore(const Value& definition) {
  return HasPlaceholder(definition) || AnyText(definition, [](std::string_view key, std::string_view text) {
           return key.ends_with(".$") && text.find("${") != std::string_view::npos;
         });
}

void CheckUnused(LintContext& context) {
  std::set<std::string_view> seen;
  for (const VariableRead& read : context.report.reads()) seen.insert(read.name);
  std::vector<std::pair<std::string_view, Place>> unused;
  const auto check = [&](const Value& object, const Place& place) {
    const Value* assign = object.Find("Assign");
    if (assign == nullptr) return;
    for (const Member& m : assign->members()) {
      // Of a variable that several states set, the first is reported.
      if (seen.insert(VariableName(m.name())).second) unused.emplace_back(m.name(), place.Key("Assign").Key(m.name()));
    }
  };
  ForEachState(context.machine, [&](const StateView& state) {
    check(*state.object, state.place);
    for (const char* list : {"Choices", "Catch"}) {
      const Value* entries = state.Find(list);
      for (size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
        check(entries->items()[i], state.place.Key(list).Index(i));
      }
    }
  });
  if (unused.empty() || MayReadMore(context.definition)) return;
  for (const auto& [name, place] : unused) {
    // A variable may be called as a function is, and reading it is then not told from calling that.
    if (jsonata::IsFunctionName(VariableName(name))) continue;
    context.report.Add("unused-variable", place, "The variable $" + std::string(VariableName(name)) + " is never read");
  }
}

bool Sets(const Way& way, const std::string& name) {
  // A Choice rule's and a Catcher's Assign replace the state's.
  const Value* assign = way.via->Find("Assign");
  if (assign == nullptr) return false;
  return !assign->is_object() || assign->Find(name) != nullptr || assign->Find(name + ".$") != nullptr;
}

// Where one variable may not have been set, in one scope and those within it.
class UnsetWays {
 public:
  UnsetWays(const ScopeView& scope, const std::string& name) : scope_(scope) {
    const std::vector<bool> set = BehindSetters(name);
    from_.assign(scope.states.size(), kNotReached);
    std::vector<size_t> queue = {scope.start};
    from_[scope.start] = kStart;
    for (size_t next = 0; next < queue.size(); ++next) {
      const size_t at = queue[next];
      // Where the variable may or may not be set, a Choice may have been made by the same test that decided it.
      if (scope.states[at].type == "Choice" && set[at]) continue;
      for (const Way& way : scope.states[at].ways) {
        if (way.to == Way::kEnd || from_[way.to] != kNotReached || Sets(way, name)) continue;
        from_[way.to] = at;
        queue.push_back(way.to);
      }
    }
    set_ = set;
  }

  bool MaybeUnset(size_t state) const { return from_[state] != kNotReached; }
  bool MaybeSet(size_t state) const { return set_[state]; }

  // From the start to the state.
  std::vector<std::string_view> WayTo(size_t state) const {
    std::vector<std::string_view> names;
    for (size_t at = state; at != kStart; at = from_[at]) names.push_back(scope_.states[at].name);
    std::reverse(names.begin(), names.end());
    return names;
  }

 private:
  static constexpr size_t kNotReached = SIZE_MAX, kStart = SIZE_MAX - 1;

  std::vector<bool> BehindSetters(const std::string& name) const {
    std::vector<bool> behind(scope_.states.size());
    std::vector<size_t> rest;
    const auto reach = [&](size_t state) {
      if (state == Way::kEnd || behind[state]) return;
      behind[state] = true;
      rest.push_back(state);
    };
    for (const StateView& state : scope_.states) {
      for (const Way& way : state.ways) {
        if (Sets(way, name)) reach(way.to);
      }
    }
    while (!rest.empty()) {
      const size_t at = rest.back();
      rest.pop_back();
      for (const Way& way : scope_.states[at].ways) reach(way.to);
    }
    return behind;
  }

  const ScopeView& scope_;
  std::vector<size_t> from_;
  std::vector<bool> set_;
};

// In an expression a variable that is not set is a value of its own, which a test or a function may be meant for.
bool FailsWhereUnset(const Value& definition, const VariableRead& read) {
  const Value* field = ResolvePointer(definition, read.place.pointer());
  if (field == nullptr || !field->is_string()) return false;
  if (!field->as_string().starts_with("{%")) return true;
  return ParseExpressionPath(field->as_string()).root == DataPath::Root::kVariable;
}

struct ReadAt {
  const VariableRead* read;
  const StateView* state;
};

// The innermost state around each read, of those that fail if the variable is not set.
std::vector<ReadAt> LocateReads(const LintContext& context) {
  std::map<std::string, const StateView*, std::less<>> states;
  ForEachState(context.machine, [&](const StateView& s) { states.emplace(s.place.pointer(), &s); });
  std::vector<ReadAt> located;
  for (const VariableRead& read : context.report.reads()) {
    std::string pointer = read.place.pointer();
    while (!pointer.empty() && !states.contains(pointer)) pointer.resize(pointer.rfind('/'));
    // A Choice may test whether it is set.
    if (pointer.empty() || states[pointer]->type == "Choice") continue;
    if (FailsWhereUnset(context.definition, read)) located.push_back({&read, states[pointer]});
  }
  return located;
}

size_t NumberOf(const StateView& state) { return static_cast<size_t>(&state - state.scope->states.data()); }

void CheckMaybeUnset(LintContext& context) {
  if (context.report.reads().empty()) return;
  // Variable by variable: what is known of one is not kept for long, for there may be thousands.
  std::vector<ReadAt> reads = LocateReads(context);
  std::stable_sort(reads.begin(), reads.end(),
                   [](const ReadAt& a, const ReadAt& b) { return a.read->name < b.read->name; });
  std::map<const ScopeView*, UnsetWays> known;
  for (size_t i = 0; i < reads.size(); ++i) {
    const auto& [read, reader] = reads[i];
    if (i > 0 && read->name != reads[i - 1].read->name) known.clear();
    // From the inside out: unset here, and set by no scope around it.
    bool maybe_set = false, surely_set = false;
    std::vector<std::string_view> names;
    for (const StateView* state = reader; state != nullptr; state = state->scope->around) {
      if (!state->scope->complete) surely_set = true;
      const UnsetWays& ways = known.try_emplace(state->scope, *state->scope, read->name).first->second;
      const size_t number = NumberOf(*state);
      maybe_set = maybe_set || ways.MaybeSet(number);
      surely_set = surely_set || !ways.MaybeUnset(number);
      if (surely_set || state->scope->distributed) break;
      const std::vector<std::string_view> outer = ways.WayTo(number);
      names.insert(names.begin(), outer.begin(), outer.end());
    }
    if (surely_set || !maybe_set) continue;  // that it can never be set is undefined-variable's
    context.report.Add("possibly-undefined-variable", read->place,
                       "The variable $" + read->name + " is not set on the way " + JoinWay(names),
                       "set it on every way, for example where the execution starts");
  }
}

}  // namespace

void CheckVariables(LintContext& context) {
  CheckUnused(context);
  CheckMaybeUnset(context);
}

}  // namespace gait::lint
