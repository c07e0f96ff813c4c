// What must hold of a disk when all is over, whatever happened on the way.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/store/store.h"
#include "tests/simulation/facts.h"
#include "tests/simulation/generator.h"

namespace gait::simulation {

// Throws Violation. `machines`: by their ids. `started`: the executions whose start was acknowledged.
void CheckInvariants(Store& disk, const std::map<int64_t, GeneratedMachine>& machines, const Facts& facts,
                     const std::set<int64_t>& started);

// All executions on the disk, children of map runs among them, by their ids.
std::vector<ExecutionRecord> AllExecutions(Store& disk);

}  // namespace gait::simulation
