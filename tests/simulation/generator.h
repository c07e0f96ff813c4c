// Random state machines: all types of states, one within another, both query languages, with retries, Catchers,
// time-outs, tokens, activities and nested executions. What they read is always there, so that the model needs no more
// than a few forms of paths and expressions (tests/simulation/model.h).
#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/json/value.h"

namespace gait::simulation {

struct GeneratedMachine {
  std::string name;
  bool express = false;
  Value definition;
  Value input;
};

struct Generated {
  GeneratedMachine machine;             // starts executions of the child
  GeneratedMachine child;               // a simpler one
  GeneratedMachine express;             // an EXPRESS one, without what those may not have
  std::vector<std::string> activities;  // the ARNs of those they may name
};

Generated Generate(Random& random);

}  // namespace gait::simulation
