// The record of an execution: its history events, as GetExecutionHistory returns them, with some private fields.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
//
// The history is the journal: recovery is a fold over these events (engine/history/fold.h), and nothing else is stored
// of an execution's progress. engine/history/event_table.h says which fields an event of each type has.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/history/payload.h"
#include "engine/json/value.h"

namespace gait {

// AWS's 62 types, then gait's own records, which the API does not show. The numbers are stored: never change one.
enum class EventType : uint8_t {
  kActivityFailed = 1,
  kActivityScheduled = 2,
  kActivityScheduleFailed = 3,
  kActivityStarted = 4,
  kActivitySucceeded = 5,
  kActivityTimedOut = 6,
  kChoiceStateEntered = 7,
  kChoiceStateExited = 8,
  kExecutionAborted = 9,
  kExecutionFailed = 10,
  kExecutionStarted = 11,
  kExecutionSucceeded = 12,
  kExecutionTimedOut = 13,
  kExecutionRedriven = 14,
  kFailStateEntered = 15,
  kLambdaFunctionFailed = 16,
  kLambdaFunctionScheduled = 17,
  kLambdaFunctionScheduleFailed = 18,
  kLambdaFunctionStarted = 19,
  kLambdaFunctionStartFailed = 20,
  kLambdaFunctionSucceeded = 21,
  kLambdaFunctionTimedOut = 22,
  kMapIterationAborted = 23,
  kMapIterationFailed = 24,
  kMapIterationStarted = 25,
  kMapIterationSucceeded = 26,
  kMapStateAborted = 27,
  kMapStateEntered = 28,
  kMapStateExited = 29,
  kMapStateFailed = 30,
  kMapStateStarted = 31,
  kMapStateSucceeded = 32,
  kParallelStateAborted = 33,
  kParallelStateEntered = 34,
  kParallelStateExited = 35,
  kParallelStateFailed = 36,
  kParallelStateStarted = 37,
  kParallelStateSucceeded = 38,
  kPassStateEntered = 39,
  kPassStateExited = 40,
  kSucceedStateEntered = 41,
  kSucceedStateExited = 42,
  kTaskFailed = 43,
  kTaskScheduled = 44,
  kTaskStarted = 45,
  kTaskStartFailed = 46,
  kTaskStateAborted = 47,
  kTaskStateEntered = 48,
  kTaskStateExited = 49,
  kTaskSubmitFailed = 50,
  kTaskSubmitted = 51,
  kTaskSucceeded = 52,
  kTaskTimedOut = 53,
  kWaitStateAborted = 54,
  kWaitStateEntered = 55,
  kWaitStateExited = 56,
  kMapRunAborted = 57,
  kMapRunFailed = 58,
  kMapRunStarted = 59,
  kMapRunSucceeded = 60,
  kMapRunRedriven = 61,
  kEvaluationFailed = 62,

  // A Retrier took the state's failure: the state starts again at kDueAt. AWS has no event for it.
  kRetryScheduled = 200,
  // A Wait waits until kDueAt.
  kWaitScheduled = 201,
  // The branch of a Parallel failed. AWS has no event for it.
  kBranchFailed = 202,
  // A redrive takes up a Parallel's branch or a Map's iteration that had failed or was stopped. AWS has no event for
  // it.
  kChildRedriven = 203,
};

// What an event may tell beyond its name, payload and number. The numbers are stored: never change one.
enum class EventField : uint8_t {
  kResource = 1,
  kResourceType = 2,
  kRegion = 3,
  kTimeoutInSeconds = 4,
  kHeartbeatInSeconds = 5,
  kTaskCredentials = 6,
  kError = 7,
  kCause = 8,
  kMapRunArn = 9,
  kRedriveCount = 10,
  kRoleArn = 11,
  kStateMachineAliasArn = 12,
  kStateMachineVersionArn = 13,
  kAssignedVariables = 14,  // an object: name to value
  kLocation = 15,
  kState = 16,
  kWorkerName = 17,
  // Private.
  kDueAt = 100,        // ms since the epoch: when a Wait ends or a retry begins
  kTokenHash = 101,    // of the attempt's task token
  kStartedBy = 110,    // of ExecutionStarted: the idempotency key of the task that started the execution
  kTestCase = 120,     // of ExecutionStarted: the test case of the mock configuration
  kByHeartbeat = 102,  // true: a time-out that a missing heartbeat caused
  kClientToken = 103,  // of the RedriveExecution that asked for it
};

// Which path of control an event belongs to: 0 is the execution itself, every other number a Parallel's branch or a
// Map's iteration that runs. Numbers of those that ended are used again.
using BranchId = int32_t;

struct HistoryEvent {
  EventType type = EventType::kExecutionStarted;
  BranchId branch = 0;            // private
  int64_t id = 0;                 // from 1, without gaps; 0 for gait's own records
  int64_t previous_event_id = 0;  // AWS's: the event that led to this one
  Timestamp timestamp;

  // The slots that the events of every transition use; the table says what they are for each type.
  Value name;          // of the state
  Payload payload;     // input, output or parameters; private where the table has no name for it
  int64_t number = 0;  // index or length; private where the table has no name for it: see `NumberMeaning`

  std::vector<std::pair<EventField, Value>> fields;  // all others

  HistoryEvent() = default;
  explicit HistoryEvent(EventType t, BranchId b = 0) : type(t), branch(b) {}

  // For writing an event in one expression.
  HistoryEvent&& Name(Value v) && {
    name = std::move(v);
    return std::move(*this);
  }
  HistoryEvent&& With(Payload p) && {
    payload = std::move(p);
    return std::move(*this);
  }
  HistoryEvent&& Number(int64_t n) && {
    number = n;
    return std::move(*this);
  }
  // Adds a field, unless its value is undefined.
  HistoryEvent&& Field(EventField field, Value v) && {
    Set(field, std::move(v));
    return std::move(*this);
  }
  void Set(EventField field, Value v) {
    if (!v.is_undefined()) fields.emplace_back(field, std::move(v));
  }
  // The field's value, or null.
  const Value* Get(EventField field) const {
    for (const auto& [f, value] : fields) {
      if (f == field) return &value;
    }
    return nullptr;
  }
};

}  // namespace gait
