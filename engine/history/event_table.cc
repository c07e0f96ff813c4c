#include "engine/history/event_table.h"

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/json/write.h"

namespace gait {
namespace {

using F = EventField;
using N = NumberMeaning;
using L = EventLink;
using T = EventType;

constexpr EventField kNoFields[] = {F::kResource};  // used as an empty span: arrays cannot be empty
constexpr std::span<const EventField> kNothing(kNoFields, 0);
constexpr EventField kErrorCause[] = {F::kError, F::kCause};
constexpr EventField kTaskErrorCause[] = {F::kResourceType, F::kResource, F::kError, F::kCause};
constexpr EventField kTask[] = {F::kResourceType, F::kResource};
constexpr EventField kTaskScheduled[] = {F::kResourceType,     F::kResource,           F::kRegion,
                                         F::kTimeoutInSeconds, F::kHeartbeatInSeconds, F::kTaskCredentials};
constexpr EventField kLambdaScheduled[] = {F::kResource, F::kTimeoutInSeconds, F::kTaskCredentials};
constexpr EventField kActivityScheduled[] = {F::kResource, F::kTimeoutInSeconds, F::kHeartbeatInSeconds};
constexpr EventField kWorker[] = {F::kWorkerName};
constexpr EventField kExecutionStarted[] = {F::kRoleArn, F::kStateMachineAliasArn, F::kStateMachineVersionArn};
constexpr EventField kAssigned[] = {F::kAssignedVariables};
constexpr EventField kMapRun[] = {F::kMapRunArn};
constexpr EventField kMapRunRedriven[] = {F::kMapRunArn, F::kRedriveCount};
constexpr EventField kRedrive[] = {F::kRedriveCount};
constexpr EventField kEvaluation[] = {F::kError, F::kCause, F::kLocation, F::kState};

constexpr EventRow Entered(T type, std::string_view name) {
  return {type, name, "stateEnteredEventDetails", true, "input", N::kState, L::kChain, kNothing};
}
constexpr EventRow Exited(T type, std::string_view name) {
  return {type, name, "stateExitedEventDetails", true, "output", N::kNext, L::kChain, kAssigned};
}
constexpr EventRow Iteration(T type, std::string_view name, std::string_view details) {
  return {type, name, details, true, "", N::kIndex, L::kIteration, kNothing};
}
// An event that tells nothing but its type.
constexpr EventRow Bare(T type, std::string_view name, L link) {
  return {type, name, "", false, "", N::kNone, link, kNothing};
}
constexpr EventRow Failure(T type, std::string_view name, std::string_view details, L link = L::kChain) {
  return {type, name, details, false, "", N::kNone, link, kErrorCause};
}
constexpr EventRow TaskFailure(T type, std::string_view name, std::string_view details) {
  return {type, name, details, false, "", N::kNone, L::kChain, kTaskErrorCause};
}

constexpr EventRow kRows[] = {
    Failure(T::kActivityFailed, "ActivityFailed", "activityFailedEventDetails"),
    {T::kActivityScheduled, "ActivityScheduled", "activityScheduledEventDetails", false, "input", N::kNone, L::kChain,
     kActivityScheduled},
    Failure(T::kActivityScheduleFailed, "ActivityScheduleFailed", "activityScheduleFailedEventDetails"),
    {T::kActivityStarted, "ActivityStarted", "activityStartedEventDetails", false, "", N::kNone, L::kChain, kWorker},
    {T::kActivitySucceeded, "ActivitySucceeded", "activitySucceededEventDetails", false, "output", N::kNone, L::kChain,
     kNothing},
    Failure(T::kActivityTimedOut, "ActivityTimedOut", "activityTimedOutEventDetails"),
    Entered(T::kChoiceStateEntered, "ChoiceStateEntered"),
    Exited(T::kChoiceStateExited, "ChoiceStateExited"),
    Failure(T::kExecutionAborted, "ExecutionAborted", "executionAbortedEventDetails", L::kStart),
    Failure(T::kExecutionFailed, "ExecutionFailed", "executionFailedEventDetails"),
    {T::kExecutionStarted, "ExecutionStarted", "executionStartedEventDetails", false, "input", N::kNone, L::kStart,
     kExecutionStarted},
    {T::kExecutionSucceeded, "ExecutionSucceeded", "executionSucceededEventDetails", false, "output", N::kNone,
     L::kChain, kNothing},
    Failure(T::kExecutionTimedOut, "ExecutionTimedOut", "executionTimedOutEventDetails", L::kStart),
    {T::kExecutionRedriven, "ExecutionRedriven", "executionRedrivenEventDetails", false, "", N::kNone, L::kNewest,
     kRedrive},
    Entered(T::kFailStateEntered, "FailStateEntered"),
    Failure(T::kLambdaFunctionFailed, "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails"),
    {T::kLambdaFunctionScheduled, "LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", false, "input",
     N::kNone, L::kChain, kLambdaScheduled},
    Failure(T::kLambdaFunctionScheduleFailed, "LambdaFunctionScheduleFailed",
            "lambdaFunctionScheduleFailedEventDetails"),
    Bare(T::kLambdaFunctionStarted, "LambdaFunctionStarted", L::kChain),
    Failure(T::kLambdaFunctionStartFailed, "LambdaFunctionStartFailed", "lambdaFunctionStartFailedEventDetails"),
    {T::kLambdaFunctionSucceeded, "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails", false, "output",
     N::kNone, L::kChain, kNothing},
    Failure(T::kLambdaFunctionTimedOut, "LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails"),
    Iteration(T::kMapIterationAborted, "MapIterationAborted", "mapIterationAbortedEventDetails"),
    Iteration(T::kMapIterationFailed, "MapIterationFailed", "mapIterationFailedEventDetails"),
    Iteration(T::kMapIterationStarted, "MapIterationStarted", "mapIterationStartedEventDetails"),
    Iteration(T::kMapIterationSucceeded, "MapIterationSucceeded", "mapIterationSucceededEventDetails"),
    Bare(T::kMapStateAborted, "MapStateAborted", L::kLeaf),
    Entered(T::kMapStateEntered, "MapStateEntered"),
    Exited(T::kMapStateExited, "MapStateExited"),
    Bare(T::kMapStateFailed, "MapStateFailed", L::kChain),
    {T::kMapStateStarted, "MapStateStarted", "mapStateStartedEventDetails", false, "", N::kLength, L::kChain, kNothing},
    Bare(T::kMapStateSucceeded, "MapStateSucceeded", L::kNewest),
    Bare(T::kParallelStateAborted, "ParallelStateAborted", L::kLeaf),
    Entered(T::kParallelStateEntered, "ParallelStateEntered"),
    Exited(T::kParallelStateExited, "ParallelStateExited"),
    Bare(T::kParallelStateFailed, "ParallelStateFailed", L::kChain),
    {T::kParallelStateStarted, "ParallelStateStarted", "", false, "", N::kCount, L::kChain, kNothing},
    Bare(T::kParallelStateSucceeded, "ParallelStateSucceeded", L::kNewest),
    Entered(T::kPassStateEntered, "PassStateEntered"),
    Exited(T::kPassStateExited, "PassStateExited"),
    Entered(T::kSucceedStateEntered, "SucceedStateEntered"),
    Exited(T::kSucceedStateExited, "SucceedStateExited"),
    TaskFailure(T::kTaskFailed, "TaskFailed", "taskFailedEventDetails"),
    {T::kTaskScheduled, "TaskScheduled", "taskScheduledEventDetails", false, "parameters", N::kNone, L::kChain,
     kTaskScheduled},
    {T::kTaskStarted, "TaskStarted", "taskStartedEventDetails", false, "", N::kNone, L::kChain, kTask},
    TaskFailure(T::kTaskStartFailed, "TaskStartFailed", "taskStartFailedEventDetails"),
    Bare(T::kTaskStateAborted, "TaskStateAborted", L::kLeaf),
    Entered(T::kTaskStateEntered, "TaskStateEntered"),
    Exited(T::kTaskStateExited, "TaskStateExited"),
    TaskFailure(T::kTaskSubmitFailed, "TaskSubmitFailed", "taskSubmitFailedEventDetails"),
    {T::kTaskSubmitted, "TaskSubmitted", "taskSubmittedEventDetails", false, "output", N::kNone, L::kChain, kTask},
    {T::kTaskSucceeded, "TaskSucceeded", "taskSucceededEventDetails", false, "output", N::kNone, L::kChain, kTask},
    TaskFailure(T::kTaskTimedOut, "TaskTimedOut", "taskTimedOutEventDetails"),
    Bare(T::kWaitStateAborted, "WaitStateAborted", L::kLeaf),
    Entered(T::kWaitStateEntered, "WaitStateEntered"),
    Exited(T::kWaitStateExited, "WaitStateExited"),
    Bare(T::kMapRunAborted, "MapRunAborted", L::kChain),
    Failure(T::kMapRunFailed, "MapRunFailed", "mapRunFailedEventDetails"),
    {T::kMapRunStarted, "MapRunStarted", "mapRunStartedEventDetails", false, "", N::kNone, L::kChain, kMapRun},
    Bare(T::kMapRunSucceeded, "MapRunSucceeded", L::kLeaf),
    {T::kMapRunRedriven, "MapRunRedriven", "mapRunRedrivenEventDetails", false, "", N::kNone, L::kChain,
     kMapRunRedriven},
    {T::kEvaluationFailed, "EvaluationFailed", "evaluationFailedEventDetails", false, "", N::kNone, L::kChain,
     kEvaluation},
    {T::kRetryScheduled, "", "", false, "", N::kRetrier, L::kLeaf, kNothing},
    Bare(T::kWaitScheduled, "", L::kLeaf),
    Bare(T::kBranchFailed, "", L::kLeaf),
    {T::kChildRedriven, "", "", false, "", N::kIndex, L::kLeaf, kNothing},
};

constexpr size_t kTypes = 256;
constexpr std::array<uint8_t, kTypes> kRowNumber = [] {
  std::array<uint8_t, kTypes> table{};
  for (size_t i = 0; i < std::size(kRows); ++i) table[static_cast<size_t>(kRows[i].type)] = static_cast<uint8_t>(i + 1);
  return table;
}();

struct FieldRow {
  EventField field;
  std::string_view name;
};
constexpr FieldRow kFieldNames[] = {
    {F::kResource, "resource"},
    {F::kResourceType, "resourceType"},
    {F::kRegion, "region"},
    {F::kTimeoutInSeconds, "timeoutInSeconds"},
    {F::kHeartbeatInSeconds, "heartbeatInSeconds"},
    {F::kTaskCredentials, "taskCredentials"},
    {F::kError, "error"},
    {F::kCause, "cause"},
    {F::kMapRunArn, "mapRunArn"},
    {F::kRedriveCount, "redriveCount"},
    {F::kRoleArn, "roleArn"},
    {F::kStateMachineAliasArn, "stateMachineAliasArn"},
    {F::kStateMachineVersionArn, "stateMachineVersionArn"},
    {F::kAssignedVariables, "assignedVariables"},
    {F::kLocation, "location"},
    {F::kState, "state"},
    {F::kWorkerName, "workerName"},
    {F::kDueAt, ""},
    {F::kTokenHash, ""},
    {F::kByHeartbeat, ""},
    {F::kClientToken, ""},
    {F::kStartedBy, ""},
    {F::kTestCase, ""},
};

const FieldRow* FindField(EventField field) {
  const auto* row =
      std::find_if(std::begin(kFieldNames), std::end(kFieldNames), [&](const FieldRow& r) { return r.field == field; });
  return row == std::end(kFieldNames) ? nullptr : row;
}

Value NotTruncated() { return Value::Object({{"truncated", Value::Bool(false)}}); }

// Each variable's value as JSON text, as the API gives it.
Value VariableTexts(const Value& variables) {
  ObjectBuilder texts(variables.size());
  for (const Member& m : variables.members()) texts.Add(m.key, Value::String(ToJson(m.value)));
  return texts.Build();
}

Value Details(const HistoryEvent& event, const EventRow& row, bool include_data) {
  ObjectBuilder details;
  if (row.has_name) details.Add("name", event.name);
  if (row.number == N::kIndex) details.Add("index", Value::Int(event.number));
  if (row.number == N::kLength) details.Add("length", Value::Int(event.number));
  if (!row.payload.empty() && event.payload.present() && include_data) {
    details.Add(row.payload, Value::String(event.payload.text()));
    if (row.payload != "parameters") details.Add(std::string(row.payload) + "Details", NotTruncated());
  }
  for (EventField field : row.fields) {
    const Value* value = event.Get(field);
    if (value == nullptr) continue;
    if (field != F::kAssignedVariables) {
      details.Add(FieldName(field), *value);
    } else if (include_data) {
      details.Add("assignedVariables", VariableTexts(*value));
      details.Add("assignedVariablesDetails", NotTruncated());
    }
  }
  return details.Build();
}

}  // namespace

const EventRow& RowOf(EventType type) {
  const uint8_t number = kRowNumber[static_cast<size_t>(type)];
  GAIT_CHECK(number != 0, "a history event of an unknown type");
  return kRows[number - 1];
}

std::optional<EventType> EventTypeOf(std::string_view name) {
  for (const EventRow& row : kRows) {
    if (row.name == name && !name.empty()) return row.type;
  }
  return std::nullopt;
}

std::span<const EventRow> EventRows() { return kRows; }

std::string_view FieldName(EventField field) {
  const FieldRow* row = FindField(field);
  return row == nullptr ? std::string_view() : row->name;
}

bool IsEventType(EventType type) { return kRowNumber[static_cast<size_t>(type)] != 0; }

bool IsEventField(EventField field) { return FindField(field) != nullptr; }

Value EventToJson(const HistoryEvent& event, bool include_data) {
  const EventRow& row = RowOf(event.type);
  ObjectBuilder json(5);
  json.Add("timestamp", Value::Double(static_cast<double>(event.timestamp.ms) / 1000));
  json.Add("type", Value::String(row.name));
  json.Add("id", Value::Int(event.id));
  json.Add("previousEventId", Value::Int(event.previous_event_id));
  if (!row.details.empty()) json.Add(row.details, Details(event, row, include_data));
  return json.Build();
}

}  // namespace gait
