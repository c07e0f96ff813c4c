// gait schema: the JSON Schema of the States Language, for editors.
#include <cstdio>

#include "cli/command.h"
#include "cli/state_machine_schema.h"
#include "engine/json/write.h"

namespace gait::cli {

std::function<int()> ConfigureSchema(CLI::App&) {
  return [] {
    std::printf("%s\n", ToPrettyJson(StateMachineSchema(nullptr)).c_str());
    return kSucceeded;
  };
}

}  // namespace gait::cli
