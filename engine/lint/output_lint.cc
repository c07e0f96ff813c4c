// Outputs that no state looks at.
#include <algorithm>

#include "engine/lint/checks.h"
#include "engine/lint/reads.h"

namespace gait::lint {
namespace {

// What becomes of a state's input.
struct Use {
  bool read = false;       // a field looks into it, or the work is given it
  bool handed_on = false;  // the output has it, or a part of it
  bool caught_on = false;  // so has what a Catcher hands on
};

bool MentionsStates(const Value& object) {
  return AnyText(object, [](std::string_view, std::string_view text) {
    return text.starts_with(kPlaceholderMark) ||
           (text.starts_with("{%") && text.find("$states") != std::string_view::npos);
  });
}

Use JsonataUse(const StateView& state) {
  Use use;
  const bool works = state.type == "Task" || !state.inner.empty();
  use.read = !state.inner.empty() || state.type == "Fail" || state.type == "Choice" || MentionsStates(*state.object) ||
             (state.type == "Task" && !state.Has("Arguments"));
  use.handed_on = !works && !state.Has("Output");
  return use;
}

bool KeepsRaw(const Value* result_path) {
  return result_path != nullptr && (!result_path->is_string() || result_path->as_string() != "$");
}

Use JsonPathUse(const StateView& state) {
  Use use;
  const bool works = state.type == "Task" || !state.inner.empty();
  const bool makes = works || (state.type == "Pass" && (state.Has("Result") || state.Has("Parameters")));
  use.handed_on = !makes || KeepsRaw(state.Find("ResultPath"));
  if (const Value* catchers = state.Find("Catch")) {
    for (const Value& catcher : catchers->items())
      use.caught_on = use.caught_on || KeepsRaw(catcher.Find("ResultPath"));
  }
  use.read = !state.inner.empty() || state.type == "Fail" || state.type == "Choice" || HasPlaceholder(*state.object) ||
             (state.type == "Task" && !state.Has("Parameters"));
  if (use.read) return use;
  for (const Read& read : ReadsOf(state)) {
    use.read =
        use.read || (read.path.root == DataPath::Root::kInput && read.of != Read::Of::kResult &&
                     read.of != Read::Of::kError && read.of != Read::Of::kCombined && read.of != Read::Of::kSelected);
    // Without a result of its own, what Assign sees is the input.
    use.read = use.read || (read.of == Read::Of::kSelected && !makes);
  }
  return use;
}

// Per state: may anything still look into what it is entered with?
std::vector<bool> LiveInputs(const ScopeView& scope) {
  std::vector<Use> uses;
  for (const StateView& state : scope.states) uses.push_back(state.jsonata() ? JsonataUse(state) : JsonPathUse(state));
  std::vector<bool> live(scope.states.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = scope.states.size(); i-- > 0;) {
      if (live[i]) continue;
      bool is_live = uses[i].read;
      for (const Way& way : scope.states[i].ways) {
        const bool hands_on = way.kind == Way::Kind::kCatch ? uses[i].caught_on : uses[i].handed_on;
        is_live = is_live || (hands_on && (way.to == Way::kEnd || live[way.to]));
      }
      if (is_live) live[i] = changed = true;
    }
  }
  return live;
}

// The field that makes the output, where that is all it is for; null if there is none, or the state does something
// besides.
const char* OutputField(const StateView& state) {
  if (state.Has("Assign")) return nullptr;
  if (state.type == "Pass") {
    for (const char* field : {"Output", "Result", "Parameters"}) {
      if (state.Has(field)) return field;
    }
    return nullptr;
  }
  if (state.type != "Task") return nullptr;
  return state.jsonata()               ? state.Has("Output") ? "Output" : nullptr
         : state.Has("ResultSelector") ? "ResultSelector"
                                       : nullptr;
}

void CheckScope(const ScopeView& scope, LintContext& context) {
  for (const StateView& state : scope.states) {
    for (const auto& inner : state.inner) CheckScope(*inner, context);
  }
  if (!scope.complete) return;
  const bool candidates = std::any_of(scope.states.begin(), scope.states.end(),
                                      [](const StateView& state) { return OutputField(state) != nullptr; });
  if (!candidates) return;
  const std::vector<bool> live = LiveInputs(scope);
  for (const StateView& state : scope.states) {
    const char* field = OutputField(state);
    if (field == nullptr) continue;
    const auto next =
        std::find_if(state.ways.begin(), state.ways.end(), [](const Way& way) { return way.kind == Way::Kind::kNext; });
    if (next == state.ways.end() || next->to == Way::kEnd || live[next->to]) continue;
    context.report.Add("output-never-used", state.place.Key(field),
                       "No state reads what " + std::string(state.name) + " hands on: " +
                           std::string(scope.states[next->to].name) + " does not look at it, and replaces it",
                       "put it where the data is kept with a ResultPath, or drop it");
  }
}

}  // namespace

void CheckUnusedOutputs(LintContext& context) { CheckScope(context.machine, context); }

}  // namespace gait::lint
