// Where the running executions of a store stand, and which of them could not go on with another definition.
#pragma once

#include <string>
#include <vector>

#include "api/executions.h"
#include "engine/json/value.h"

namespace gait::cli {

// A state that a running execution stands in, which the new definition has not, or has changed.
struct Standing {
  std::string execution;  // its ARN
  std::string name;       // its name
  std::string state;
  bool can_go_on = false;
  std::string reason;  // why it cannot: "it is not there any more"; what is different: "/Seconds, /Next"
};

struct StandingReport {
  size_t running = 0;               // how many executions were looked at, children of Map Runs among them
  size_t cannot = 0;                // of these, those that could not go on
  std::vector<Standing> standings;  // by the age of the execution; of a state that did not change there is none
};

// Of each running execution of the state machine: it goes on where every state that it stands in is there in
// `definition` under its name, with its type, in the same branch or item processor. Compared is with the definition
// that the execution runs, which may be an older one than the state machine's.
StandingReport CompareStandings(EngineCore& core, const StateMachineRecord& machine, const Value& definition);

}  // namespace gait::cli
