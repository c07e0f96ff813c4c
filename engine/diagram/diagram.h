// A definition as a picture needs it: its states, what leads from one to another, and which of them stand in which
// branch or item processor; and the pictures: for Graphviz, for Mermaid, and as JSON for other programs.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/value.h"

namespace gait {

struct Diagram {
  // A States object: the machine's own is the first.
  struct Scope {
    std::optional<size_t> owner;  // the number of the Parallel or Map state that it belongs to; empty: the machine's
    std::string label;            // "Branch 1", "Item processor"; "" of the machine
    std::string pointer;          // of the object that has StartAt and States
    size_t start_at = kNone;      // the number of a state; kNone where StartAt names none
  };
  // `type` is "" where the definition gives none.
  struct State {
    std::string name, type, comment;
    std::string pointer;
    size_t scope = 0;
  };
  enum class TransitionKind { kNext, kDefault, kRule, kCatch, kEnd };  // kEnd: "End": true, Succeed, Fail
  struct Transition {
    size_t from = 0, to = kNone;  // numbers of states; kNone: the end of the scope
    TransitionKind kind = TransitionKind::kNext;
    std::string label;    // of a rule what it asks for, of a Catcher its errors, else ""; of kLabelMax characters
    std::string pointer;  // of the Next, Default or End; of a Succeed or Fail of the state itself
  };
  static constexpr size_t kNone = static_cast<size_t>(-1);
  static constexpr size_t kLabelMax = 40;

  // The scopes are in the order of their depth, an owner's before those within it; the states of one scope stand
  // together, in the order of the definition.
  std::vector<Scope> scopes;
  std::vector<State> states;
  std::vector<Transition> transitions;
};

// Takes faulty definitions, too, any value: what is no object where one is due, and a transition whose target does not
// exist, is left out.
Diagram DiagramOf(const Value& definition);

// How a state or a transition is painted; what is not named is plain.
enum class Mark { kTaken, kFailed, kRunning, kMissed };
struct Marks {
  std::map<std::string, Mark, std::less<>> states;       // by name
  std::map<std::string, Mark, std::less<>> transitions;  // by pointer

  bool empty() const { return states.empty() && transitions.empty(); }
};

// "taken", "failed", "running", "missed".
std::string_view MarkName(Mark mark);
// "Next", "Default", "Rule", "Catch", "End".
std::string_view KindName(Diagram::TransitionKind kind);

// For `dot`: the states of a Parallel or Map state in a cluster of its own; no text of the definition can leave the
// label that it stands in.
std::string ToDot(const Diagram& diagram, const Marks& marks = {});

// A Mermaid flowchart, in the form that GitHub and GitLab show in Markdown.
std::string ToMermaid(const Diagram& diagram, const Marks& marks = {});

// {"scopes": [{"owner", "label", "pointer", "startAt"}], "states": [{"name", "type", "comment", "pointer", "scope",
// "mark"}], "transitions": [{"from", "to", "kind", "label", "pointer", "mark"}]}. Scopes and states are referred to by
// their place in the list; a `to` of null is the end of the scope; "comment", "label" and "mark" are there if there is
// one.
Value ToJsonGraph(const Diagram& diagram, const Marks& marks = {});

}  // namespace gait
