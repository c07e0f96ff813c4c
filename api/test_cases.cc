#include "api/test_cases.h"

#include <vector>

#include "engine/base/edit_distance.h"

namespace gait {

StateMachineAndTestCase SplitTestCase(EngineCore& engine, std::string_view text) {
  const size_t mark = engine.mocks() == nullptr ? std::string_view::npos : text.find('#');
  if (mark == std::string_view::npos) return {text, ""};
  return {text.substr(0, mark), text.substr(mark + 1)};
}

std::optional<ApiError> CheckTestCase(EngineCore& engine, std::string_view state_machine, std::string_view test_case) {
  if (test_case.empty() || engine.mocks()->Find(state_machine, test_case) != nullptr) return std::nullopt;
  const auto& machines = engine.mocks()->state_machines;
  const auto machine = machines.find(state_machine);
  std::string why = "The mock configuration has no ";
  if (machine == machines.end()) {
    why += "state machine '" + std::string(state_machine) + "'";
  } else {
    why += "test case '" + std::string(test_case) + "' of the state machine '" + std::string(state_machine) + "'";
    std::vector<std::string_view> names;
    for (const auto& [name, states] : machine->second) names.push_back(name);
    if (const auto meant = DidYouMean(test_case, names)) why += "; did you mean '" + std::string(*meant) + "'?";
  }
  return ApiError{"ValidationException", why};
}

void WarnOfUnknownStates(EngineCore& engine, const StartRequest& start) {
  if (start.info.test_case.empty() || !engine.options().log) return;
  const TestCase* test_case = engine.mocks()->Find(start.info.state_machine_name, start.info.test_case);
  for (const auto& [state, response] : *test_case) {
    if (start.machine->graph().Find(state) != nullptr) continue;
    engine.options().log("warning: the test case '" + start.info.test_case + "' mocks the state '" + state +
                         "', which the state machine '" + start.info.state_machine_name + "' does not have");
  }
}

}  // namespace gait
