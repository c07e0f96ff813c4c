#include "api/operation_table.h"

#include "api/activities.h"
#include "api/executions.h"
#include "api/redrive.h"
#include "api/state_machines.h"
#include "api/test_state.h"
#include "engine/base/check.h"
#include "engine/base/quotas.h"

namespace gait {
namespace {

using M = MemberType;

constexpr std::string_view kTypes[] = {"STANDARD", "EXPRESS"};
constexpr std::string_view kSeverities[] = {"ERROR", "WARNING"};
constexpr std::string_view kStatuses[] = {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"};
constexpr std::string_view kRedriveFilters[] = {"REDRIVEN", "NOT_REDRIVEN"};
constexpr std::string_view kIncludedData[] = {"ALL_DATA", "METADATA_ONLY"};

constexpr int64_t kArn = 256, kLongArn = 2000, kDefinition = 1'048'576, kPayload = 262'144, kToken = 1024;

constexpr MemberRow kDefinitionMember = {"definition", M::kText, true, 1, kDefinition, {}, /*max_is_quota=*/true};
constexpr MemberRow kNextToken = {"nextToken", M::kText, false, 1, kToken};
constexpr MemberRow kLongNextToken = {"nextToken", M::kText, false, 1, 3096};
constexpr MemberRow kMaxResults = {"maxResults", M::kInteger, false, 0, 1000};
constexpr MemberRow kExecutionArn = {"executionArn", M::kText, true, 1, kArn};
constexpr MemberRow kStateMachineArn = {"stateMachineArn", M::kText, true, 1, kArn};
constexpr MemberRow kActivityArn = {"activityArn", M::kText, true, 1, kArn};
constexpr MemberRow kTaskToken = {"taskToken", M::kText, true, 1, 2048};
constexpr MemberRow kIncluded = {"includedData", M::kText, false, 0, 64, kIncludedData};

constexpr MemberRow kCreateStateMachine[] = {
    {"name", M::kText, true, 1, 80},
    kDefinitionMember,
    {"roleArn", M::kText, true, 1, kArn},
    {"type", M::kText, false, 0, 64, kTypes},
    {"loggingConfiguration", M::kStructure},
    {"tags", M::kList},
    {"tracingConfiguration", M::kStructure},
    {"publish", M::kBoolean},
    {"versionDescription", M::kText, false, 0, 256},
    {"encryptionConfiguration", M::kStructure},
};
constexpr MemberRow kUpdateStateMachine[] = {
    kStateMachineArn,
    {"definition", M::kText, false, 1, kDefinition, {}, /*max_is_quota=*/true},
    {"roleArn", M::kText, false, 1, kArn},
    {"loggingConfiguration", M::kStructure},
    {"tracingConfiguration", M::kStructure},
    {"publish", M::kBoolean},
    {"versionDescription", M::kText, false, 0, 256},
    {"encryptionConfiguration", M::kStructure},
};
constexpr MemberRow kDescribeStateMachine[] = {kStateMachineArn, kIncluded};
constexpr MemberRow kDescribeForExecution[] = {kExecutionArn, kIncluded};
constexpr MemberRow kListStateMachines[] = {kMaxResults, kNextToken};
constexpr MemberRow kDeleteStateMachine[] = {kStateMachineArn};
constexpr MemberRow kValidate[] = {
    kDefinitionMember,
    {"type", M::kText, false, 0, 64, kTypes},
    {"severity", M::kText, false, 0, 64, kSeverities},
    {"maxResults", M::kInteger, false, 0, 100},
};
constexpr std::string_view kInspectionLevels[] = {"INFO", "DEBUG", "TRACE"};
constexpr std::string_view kValidationModes[] = {"STRICT", "PRESENT", "NONE"};
constexpr MemberRow kErrorOutput[] = {
    {"error", M::kText, false, 0, kErrorCharactersMax},
    {"cause", M::kText, false, 0, kCauseCharactersMax},
};
constexpr MemberRow kMock[] = {
    {"result", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {"errorOutput", M::kStructure, false, 0, 0, {}, false, kErrorOutput},
    {"fieldValidationMode", M::kText, false, 0, 64, kValidationModes},
};
constexpr MemberRow kStateConfiguration[] = {
    {"retrierRetryCount", M::kInteger},
    {"errorCausedByState", M::kText, false, 1, 80},
    {"mapIterationFailureCount", M::kInteger},
    {"mapItemReaderData", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
};
constexpr MemberRow kTestState[] = {
    kDefinitionMember,
    {"roleArn", M::kText, false, 1, kArn},
    {"input", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {"inspectionLevel", M::kText, false, 0, 64, kInspectionLevels},
    {"revealSecrets", M::kBoolean},
    {"variables", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {"stateName", M::kText, false, 1, 80},
    {"mock", M::kStructure, false, 0, 0, {}, false, kMock},
    {"context", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {"stateConfiguration", M::kStructure, false, 0, 0, {}, false, kStateConfiguration},
};
constexpr MemberRow kStartExecution[] = {
    kStateMachineArn,
    {"name", M::kText, false, 1, 80},
    {"input", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {"traceHeader", M::kText, false, 0, 256},
};
constexpr MemberRow kStopExecution[] = {
    kExecutionArn,
    {"error", M::kText, false, 0, kErrorCharactersMax},
    {"cause", M::kText, false, 0, kCauseCharactersMax},
};
constexpr MemberRow kRedriveExecution[] = {kExecutionArn, {"clientToken", M::kText, false, 1, 64}};
constexpr MemberRow kDescribeExecution[] = {kExecutionArn, kIncluded};
constexpr MemberRow kListExecutions[] = {
    {"stateMachineArn", M::kText, false, 1, kArn},
    {"statusFilter", M::kText, false, 0, 64, kStatuses},
    kMaxResults,
    kLongNextToken,
    {"mapRunArn", M::kText, false, 1, kLongArn},
    {"redriveFilter", M::kText, false, 0, 64, kRedriveFilters},
};
constexpr MemberRow kGetExecutionHistory[] = {
    kExecutionArn, kMaxResults, {"reverseOrder", M::kBoolean}, kNextToken, {"includeExecutionData", M::kBoolean},
};

constexpr MemberRow kCreateActivity[] = {
    {"name", M::kText, true, 1, 80},
    {"tags", M::kList},
    {"encryptionConfiguration", M::kStructure},
};
constexpr MemberRow kActivity[] = {kActivityArn};
constexpr MemberRow kListActivities[] = {kMaxResults, kNextToken};
constexpr MemberRow kGetActivityTask[] = {kActivityArn, {"workerName", M::kText, false, 1, 80}};
constexpr MemberRow kSendTaskSuccess[] = {
    kTaskToken,
    {"output", M::kText, true, 0, kPayload, {}, /*max_is_quota=*/true},
};
constexpr MemberRow kSendTaskFailure[] = {
    kTaskToken,
    {"error", M::kText, false, 0, kErrorCharactersMax},
    {"cause", M::kText, false, 0, kCauseCharactersMax},
};
constexpr MemberRow kSendTaskHeartbeat[] = {kTaskToken};

// An operation that answers at once.
template <ApiResult (*perform)(EngineCore&, const Value&)>
void AtOnce(EngineCore& engine, const Value& request, Respond respond) {
  respond(perform(engine, request));
}

constexpr Operation kOperations[] = {
    {"CreateActivity", kCreateActivity, AtOnce<CreateActivity>},
    {"CreateStateMachine", kCreateStateMachine, AtOnce<CreateStateMachine>},
    {"DeleteActivity", kActivity, AtOnce<DeleteActivity>},
    {"DeleteStateMachine", kDeleteStateMachine, AtOnce<DeleteStateMachine>},
    {"DescribeActivity", kActivity, AtOnce<DescribeActivity>},
    {"DescribeExecution", kDescribeExecution, AtOnce<DescribeExecution>},
    {"DescribeStateMachine", kDescribeStateMachine, AtOnce<DescribeStateMachine>},
    {"DescribeStateMachineForExecution", kDescribeForExecution, AtOnce<DescribeStateMachineForExecution>},
    {"GetActivityTask", kGetActivityTask, GetActivityTask},
    {"GetExecutionHistory", kGetExecutionHistory, AtOnce<GetExecutionHistory>},
    {"ListActivities", kListActivities, AtOnce<ListActivities>},
    {"ListExecutions", kListExecutions, AtOnce<ListExecutions>},
    {"ListStateMachines", kListStateMachines, AtOnce<ListStateMachines>},
    {"RedriveExecution", kRedriveExecution, RedriveExecution},
    {"SendTaskFailure", kSendTaskFailure, SendTaskFailure},
    {"SendTaskHeartbeat", kSendTaskHeartbeat, SendTaskHeartbeat},
    {"SendTaskSuccess", kSendTaskSuccess, SendTaskSuccess},
    {"StartExecution", kStartExecution, StartExecution},
    {"StartSyncExecution", kStartExecution, StartSyncExecution},
    {"StopExecution", kStopExecution, StopExecution},
    {"TestState", kTestState, TestState},
    {"UpdateStateMachine", kUpdateStateMachine, AtOnce<UpdateStateMachine>},
    {"ValidateStateMachineDefinition", kValidate, AtOnce<ValidateStateMachineDefinition>},
};

}  // namespace

std::span<const Operation> Operations() { return kOperations; }

std::span<const MemberRow> MembersOf(std::string_view operation) {
  for (const Operation& o : kOperations) {
    if (o.name == operation) return o.members;
  }
  GAIT_CHECK(false, "no such operation: " + std::string(operation));
  return {};
}

}  // namespace gait
