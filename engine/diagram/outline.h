// Not public; see engine/diagram/diagram.h. What the pictures have in common: who stands within whom, where the arrows
// of a Parallel or Map state begin and end, and the colours.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/diagram/diagram.h"

namespace gait {

// A Parallel or Map state is drawn as a frame: on top the state itself, from which its branches start and its Catchers
// lead away, then the branches, and at the bottom a point at which they meet again and its Next begins.
struct Outline {
  std::vector<std::vector<size_t>> states_of;  // by scope
  std::vector<std::vector<size_t>> scopes_of;  // by state: those that it owns, with at least one state in each

  explicit Outline(const Diagram& diagram);

  bool IsFrame(size_t state) const { return !scopes_of[state].empty(); }
};

// Is the arrow drawn? Not that from a Fail state, which ends more than its scope and looks like an end.
bool IsDrawn(const Diagram& diagram, const Diagram::Transition& transition);

// Colours that stay apart for the colour-blind (those of Okabe and Ito, on light ground); width and dashes differ as
// well.
struct Paint {
  std::string_view fill, stroke;
  double width;
  bool dashed;
};
Paint PaintOf(Mark mark);

std::optional<Mark> MarkOf(const Marks& marks, const Diagram::State& state);
std::optional<Mark> MarkOf(const Marks& marks, const Diagram::Transition& transition);
// Of the arrow that leads to the first state of a scope: what has been entered was entered by it.
std::optional<Mark> MarkOfStart(const Diagram& diagram, const Marks& marks, size_t start_at);

}  // namespace gait
