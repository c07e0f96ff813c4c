// A definition as a picture needs it: its states, what leads from one to another, and which of them stand in which
// branch or item processor.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/json/value.h"

namespace gait {

struct Diagram {
  // A States object: the machine's own is the first.
  struct Scope {
    std::optional<size_t> owner;  // the number of the Parallel or Map state that it belongs to; empty: the machine's
    std::string label;            // "Branch 1", "Item processor"; "" of the machine
    std::string pointer;          // of the object that has StartAt and States
    size_t start_at = kNone;
  };
  struct State {
    std::string name, type, comment;
    std::string pointer;
    size_t scope = 0;
  };
  enum class TransitionKind { kNext, kDefault, kRule, kCatch, kEnd };  // kEnd: "End": true, Succeed, Fail
  struct Transition {
    size_t from = 0, to = kNone;  // numbers of states; kNone: the end of the scope
    TransitionKind kind = TransitionKind::kNext;
    std::string label;    // of a rule what it asks for, of a Catcher its errors, else ""
    std::string pointer;  // of the Next, Default or End; of a Succeed or Fail of the state itself
  };
  static constexpr size_t kNone = static_cast<size_t>(-1);

  std::vector<Scope> scopes;
  std::vector<State> states;
  std::vector<Transition> transitions;
};

// Takes faulty definitions, too: a transition whose target does not exist is left out.
Diagram DiagramOf(const Value& definition);

// How a state or a transition is painted; what is not named is plain.
enum class Mark { kTaken, kFailed, kRunning, kMissed };
struct Marks {
  std::map<std::string, Mark> states;       // by name
  std::map<std::string, Mark> transitions;  // by pointer
};

std::string ToDot(const Diagram& diagram, const Marks& marks = {});
std::string ToMermaid(const Diagram& diagram, const Marks& marks = {});
Value ToJsonGraph(const Diagram& diagram, const Marks& marks = {});

}  // namespace gait
