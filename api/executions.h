// The operations on executions.
#pragma once

#include <span>

#include "api/engine.h"

namespace gait {

void StartExecution(EngineCore& engine, const Value& request, Respond respond);
// StartExecution for a task, which `key` names. The same start once more is answered with the execution that the first
// one started. Without a name it is called after the key. REQUIRES: the request was checked.
void StartChildExecution(EngineCore& engine, const Value& request, const std::string& key, Respond respond);
// EXPRESS state machines alone; answers when the execution has ended.
void StartSyncExecution(EngineCore& engine, const Value& request, Respond respond);
void StopExecution(EngineCore& engine, const Value& request, Respond respond);
ApiResult DescribeExecution(EngineCore& engine, const Value& request);
ApiResult ListExecutions(EngineCore& engine, const Value& request);
ApiResult GetExecutionHistory(EngineCore& engine, const Value& request);

// An execution with the state machine that it is one of.
struct FoundExecution {
  ExecutionRecord execution;
  StateMachineRecord machine;
};
// The execution that an ARN names, or the error that says why there is none. Of EXPRESS executions there are only the
// children of Map Runs, and few operations take them.
std::variant<FoundExecution, ApiError> FindExecution(EngineCore& engine, std::string_view arn, bool express = false);

// ARNs of an execution; of a child of a Map Run with its label.
std::string ArnOf(const EngineCore& engine, const StateMachineRecord& machine, const ExecutionRecord& execution,
                  const std::optional<MapRunRecord>& run);
std::string MachineArnOf(const EngineCore& engine, const StateMachineRecord& machine,
                         const std::optional<MapRunRecord>& run);

// The stored events of an execution, from the first.
std::vector<HistoryEvent> LoadEvents(EngineCore& engine, const ExecutionRecord& execution);
// How many of them the API shows: what the quota counts.
int64_t CountShown(std::span<const HistoryEvent> events);

}  // namespace gait
