// Runs a definition with the answers of a recorded execution: in memory, under a virtual clock, without any service.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/history/event.h"
#include "engine/step/execution_info.h"
#include "testing/history_answers.h"
#include "testing/history_file.h"

namespace gait {

struct ReplayRunOptions {
  std::string definition;  // JSON; compiles
  StateMachineType type = StateMachineType::kStandard;
  // What $$.Execution and $$.StateMachine tell. A history has none of these names.
  Account account = {};
  std::string state_machine = "StateMachine";
  std::string execution = {};  // "": none of these is the recorded execution's; a new UUID
  bool aws_limits = true;
  // As gait test runs it, with mocks: answers come as soon as they are asked for, not when they did in the recording,
  // and the account and the role are the same for all tests.
  bool as_test = false;
};

struct ReplayRun {
  std::vector<HistoryEvent> events;  // as RecordedHistory::events
  // Of another run, a day later, with other random numbers, and with other names, account and role as far as those are
  // not the recording's. What is otherwise in it is made anew by each execution.
  std::vector<HistoryEvent> again;
  std::set<int64_t> unanswered;  // ...Scheduled events of tasks that the recording has no answer for
  bool stopped = false;          // it went on for much longer than the recording, and was stopped
};

// The execution has the recording's input, role and start. A task is answered as the same attempt of the same state in
// the same branch was. Where there was no answer, it gets none before all else has happened: its execution times out,
// or fails with States.Runtime. So do the tasks of a Distributed Map's children, which are no part of a history;
// objects cannot be read. REQUIRES: the recording has the execution's input. Throws UsageError's kin, EngineError, if
// the state machine cannot be made.
ReplayRun RunReplay(const RecordedHistory& history, const HistoryTree& tree, const ReplayRunOptions& options);

}  // namespace gait
