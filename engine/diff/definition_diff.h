// What changed between two definitions: in what they mean, not in how they are written. The order of keys, white space,
// and whether it is JSON or YAML count for nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/json/value.h"

namespace gait {

// One field, or a part of one.
struct FieldChange {
  std::string pointer;                 // within the state, or the States object: "/Retry/0/MaxAttempts"
  std::optional<Value> before, after;  // empty: it was not there, it is no more
  bool is_transition = false;          // Next, Default, End or StartAt: where it goes on
};

enum class StateChangeKind {
  kAdded,
  kRemoved,
  kRenamed,  // probably: one that is gone and one that is new are the same but for their names
  kMoved,    // to another branch or item processor, or out of one
  kChanged,
};

struct StateChange {
  StateChangeKind kind = StateChangeKind::kChanged;
  std::string name;                 // kRemoved: the old one, else the new one
  std::string old_name;             // kRenamed; else as `name`
  std::string type;                 // kRemoved: the old one, else the new one
  std::string scope;                // "Fulfil / Branch 1"; "" of the machine's own; kRemoved: the old one
  std::string old_scope;            // kMoved; else as `scope`
  std::string old_pointer;          // of the state in the old definition; "" of an added one
  std::string pointer;              // in the new one; "" of a removed one
  std::vector<FieldChange> fields;  // not of added and removed ones
};

// The fields of a States object beside its states: StartAt, TimeoutSeconds, ProcessorConfig, ...
struct ScopeChange {
  std::string scope;
  std::vector<FieldChange> fields;
};

struct DefinitionDiff {
  std::vector<ScopeChange> scopes;
  std::vector<StateChange> states;  // those of the new definition in its order, then the removed ones in the old order

  bool empty() const { return scopes.empty() && states.empty(); }
};

// A state and where it stands.
struct PlacedState {
  std::string name, type;  // the latter is "" where there is none
  std::string scope;       // as in StateChange
  std::string pointer;
  const Value* value = nullptr;  // in the definition, which must be there as long
};
// The states of all States objects, those of an inner one after those around it.
std::vector<PlacedState> PlacedStates(const Value& definition);

// Takes any two values, faulty definitions, too. A transition to a renamed state is not a change where it leads to the
// state's new name.
DefinitionDiff CompareDefinitions(const Value& before, const Value& after);

// The fields in which two objects differ; without `Branches`, `ItemProcessor` and `Iterator` at their top, where other
// states stand.
std::vector<FieldChange> CompareFields(const Value& before, const Value& after);

}  // namespace gait
