// One execution of a definition, as tests run it: in an engine of its own, in memory, on a virtual clock, with its
// tasks answered by mocks. For `gait test` and for replays.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/history/event.h"
#include "engine/history/fold.h"
#include "engine/json/value.h"
#include "engine/step/execution_info.h"
#include "integrations/mock_config.h"
#include "testing/taken.h"

namespace gait {

// What answers the tasks of each state, by the state's name. An attempt that none of the response's has an answer for
// fails the execution with States.Runtime, which nothing catches.
using StateMocks = std::map<std::string, MockedResponse, std::less<>>;

struct CaseRequest {
  std::string state_machine = "StateMachine";  // its name
  std::string definition;                      // JSON that compiles, placeholders filled in
  StateMachineType type = StateMachineType::kStandard;
  Value input = Value::Object();
  StateMocks mocks;
  // Who does the work of tasks without a mock, and where buckets are. Empty: such a task fails the execution with
  // States.Runtime, which nothing catches.
  std::string targets_file = {};
  std::string execution_name = {};                  // "": one is made up
  std::optional<Timestamp> start_time = {};         // what the clock shows at the start; empty: now
  std::function<void(std::string_view)> log = {};   // gets lines: what the functions of targets say; any thread
  std::chrono::milliseconds real_time_max{60'000};  // then the execution is given up
};

// A task that was given out, be it to a mock.
struct CaseCall {
  std::string state;
  std::string resource;  // as the history has it: "invoke", or an ARN
  Value arguments;
};

struct CaseOutcome {
  ExecutionStatus status = ExecutionStatus::kRunning;  // kRunning: it did not end in time
  Value output;                                        // of one that succeeded; else undefined
  std::optional<std::string> error, cause;
  Duration elapsed;                   // by the virtual clock
  std::vector<HistoryEvent> events;   // of the execution itself, gait's own records among them (IsShown tells)
  std::vector<CaseCall> calls;        // of all executions of the case, in the order in which they were given out
  std::vector<std::string> path;      // states entered by the execution itself, not within others
  Value variables = Value::Object();  // of the outermost scope, at the end
  // What kept the case from being a test, sentences: a task without a mock, an attempt without an answer, no end.
  std::vector<std::string> problems;
  Taken taken;  // by all executions of the case
};

// REQUIRES: the definition compiles. Throws EngineError if the engine cannot work here: a faulty targets file, no
// memory. Any thread.
CaseOutcome RunCase(const CaseRequest& request);

}  // namespace gait
