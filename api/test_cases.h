// Executions that run a test case of the mock configuration: StartExecution with `STATE_MACHINE_ARN#TEST_CASE`, as
// Step Functions Local has it.
// https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-test-sm-exec.html#run-mocked-serv-integ-tests
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/engine.h"

namespace gait {

struct StateMachineAndTestCase {
  std::string_view arn;
  std::string_view test_case;  // "": it runs for real
};

// What stands around the first `#`. All is the ARN where there is no mock configuration: to AWS the `#` and what
// follows are a part of the name, and there is no such state machine.
StateMachineAndTestCase SplitTestCase(EngineCore& engine, std::string_view text);

// What is wrong with running the test case, if anything: the mock configuration does not have it.
std::optional<ApiError> CheckTestCase(EngineCore& engine, std::string_view state_machine, std::string_view test_case);

// Logs which states of the test case the state machine does not have: what they were meant for runs for real.
void WarnOfUnknownStates(EngineCore& engine, const StartRequest& start);

}  // namespace gait
