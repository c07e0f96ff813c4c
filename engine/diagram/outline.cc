#include "engine/diagram/outline.h"

namespace gait {
namespace {

template <typename Map>
std::optional<Mark> Find(const Map& marks, const std::string& key) {
  const auto it = marks.find(key);
  return it == marks.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace

Outline::Outline(const Diagram& diagram) : states_of(diagram.scopes.size()), scopes_of(diagram.states.size()) {
  for (size_t i = 0; i < diagram.states.size(); ++i) states_of[diagram.states[i].scope].push_back(i);
  for (size_t i = 0; i < diagram.scopes.size(); ++i) {
    if (diagram.scopes[i].owner && !states_of[i].empty()) scopes_of[*diagram.scopes[i].owner].push_back(i);
  }
}

bool IsDrawn(const Diagram& diagram, const Diagram::Transition& transition) {
  return transition.to != Diagram::kNone || diagram.states[transition.from].type != "Fail";
}

Paint PaintOf(Mark mark) {
  switch (mark) {
    case Mark::kTaken: return {"#d5efe5", "#007a5a", 2.2, false};
    case Mark::kFailed: return {"#fbdcc8", "#c44a00", 3.2, false};
    case Mark::kRunning: return {"#d6e9f8", "#0065a8", 2.6, true};
    case Mark::kMissed: return {"#fde0e3", "#b3123c", 1.6, true};
  }
  return {};
}

std::optional<Mark> MarkOf(const Marks& marks, const Diagram::State& state) { return Find(marks.states, state.name); }

std::optional<Mark> MarkOf(const Marks& marks, const Diagram::Transition& transition) {
  return Find(marks.transitions, transition.pointer);
}

std::optional<Mark> MarkOfStart(const Diagram& diagram, const Marks& marks, size_t start_at) {
  const auto mark = MarkOf(marks, diagram.states[start_at]);
  if (!mark) return std::nullopt;
  return *mark == Mark::kMissed ? Mark::kMissed : Mark::kTaken;
}

}  // namespace gait
