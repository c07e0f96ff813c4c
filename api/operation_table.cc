#include "api/operation_table.h"

#include <algorithm>
#include <limits>

#include "api/activities.h"
#include "api/aliases.h"
#include "api/executions.h"
#include "api/map_runs.h"
#include "api/redrive.h"
#include "api/state_machines.h"
#include "api/tags.h"
#include "api/test_state.h"
#include "api/versions.h"
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

constexpr std::string_view kLogLevels[] = {"ALL", "ERROR", "FATAL", "OFF"};
constexpr std::string_view kEncryptionTypes[] = {"AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"};

constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
constexpr int64_t kArn = 256, kLongArn = 2000, kDefinition = 1'048'576, kPayload = 262'144, kToken = 1024;

constexpr TextPattern kClientToken = {"[!-~]+", [](std::string_view text) {
                                        return std::all_of(text.begin(), text.end(),
                                                           [](char c) { return c >= '!' && c <= '~'; });
                                      }};
constexpr TextPattern kAscii = {"\\p{ASCII}*", [](std::string_view text) {
                                  return std::all_of(text.begin(), text.end(),
                                                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
                                }};

constexpr MemberRow kDefinitionMember = {"definition", M::kText, true, 1, kDefinition, {}, /*max_is_quota=*/true};
constexpr MemberRow kNextToken = {"nextToken", M::kText, false, 1, kToken};
constexpr MemberRow kLongNextToken = {"nextToken", M::kText, false, 1, 3096};
constexpr MemberRow kMaxResults = {"maxResults", M::kInteger, false, 0, 1000};
constexpr MemberRow kExecutionArn = {"executionArn", M::kText, true, 1, kArn};
constexpr MemberRow kStateMachineArn = {"stateMachineArn", M::kText, true, 1, kArn};
constexpr MemberRow kActivityArn = {"activityArn", M::kText, true, 1, kArn};
constexpr MemberRow kTaskToken = {"taskToken", M::kText, true, 1, 2048};
constexpr MemberRow kIncluded = {"includedData", M::kText, false, 0, kAny, kIncludedData};

constexpr MemberRow kLogGroup[] = {{"logGroupArn", M::kText, false, 1, kArn}};
constexpr MemberRow kLogDestination[] = {
    {.name = "cloudWatchLogsLogGroup", .type = M::kStructure, .members = kLogGroup},
};
constexpr MemberRow kLogging[] = {
    {"level", M::kText, false, 0, kAny, kLogLevels},
    {"includeExecutionData", M::kBoolean},
    {.name = "destinations", .type = M::kList, .members = kLogDestination, .shape = "LogDestination"},
};
constexpr MemberRow kTracing[] = {{"enabled", M::kBoolean}};
constexpr MemberRow kEncryption[] = {
    {"kmsKeyId", M::kText, false, 1, 2048},
    {"kmsDataKeyReusePeriodSeconds", M::kInteger, false, 60, 900},
    {"type", M::kText, true, 0, kAny, kEncryptionTypes},
};
constexpr MemberRow kTag[] = {{"key", M::kText, false, 1, 128}, {"value", M::kText, false, 0, 256}};
constexpr MemberRow kTagKey[] = {{"", M::kText, true, 1, 128}};
constexpr MemberRow kRoutingItem[] = {
    {"stateMachineVersionArn", M::kText, true, 1, kArn},
    {"weight", M::kInteger, true, 0, 100},
};

constexpr MemberRow kLoggingMember = {.name = "loggingConfiguration", .type = M::kStructure, .members = kLogging};
constexpr MemberRow kTracingMember = {.name = "tracingConfiguration", .type = M::kStructure, .members = kTracing};
constexpr MemberRow kEncryptionMember = {
    .name = "encryptionConfiguration", .type = M::kStructure, .members = kEncryption};
constexpr MemberRow kTagsMember = {.name = "tags", .type = M::kList, .members = kTag, .shape = "Tag"};
constexpr MemberRow kDescription256 = {"description", M::kText, false, 0, 256};
constexpr MemberRow kVersionDescription = {"versionDescription", M::kText, false, 0, 256};
constexpr MemberRow kPublish = {"publish", M::kBoolean};
constexpr MemberRow kAliasArn = {"stateMachineAliasArn", M::kText, true, 1, kArn};
constexpr MemberRow kMapRunArn = {"mapRunArn", M::kText, true, 1, kLongArn};
constexpr MemberRow kResourceArn = {"resourceArn", M::kText, true, 1, kArn};
constexpr MemberRow Routing(bool required) {
  return {.name = "routingConfiguration",
          .type = M::kList,
          .required = required,
          .min = 1,
          .max = 2,
          .members = kRoutingItem,
          .shape = "RoutingConfigurationListItem"};
}

constexpr MemberRow kCreateStateMachine[] = {
    {"name", M::kText, true, 1, 80},
    kDefinitionMember,
    {"roleArn", M::kText, true, 1, kArn},
    {"type", M::kText, false, 0, kAny, kTypes},
    kLoggingMember,
    kTagsMember,
    kTracingMember,
    kPublish,
    kVersionDescription,
    kEncryptionMember,
};
constexpr MemberRow kUpdateStateMachine[] = {
    kStateMachineArn,
    {"definition", M::kText, false, 1, kDefinition, {}, /*max_is_quota=*/true},
    {"roleArn", M::kText, false, 1, kArn},
    kLoggingMember,
    kTracingMember,
    kPublish,
    kVersionDescription,
    kEncryptionMember,
};
const MemberRow kCreateAlias[] = {
    kDescription256,
    {.name = "name", .required = true, .min = 1, .max = 80, .pattern = &kAliasName},
    Routing(/*required=*/true),
};
constexpr MemberRow kUpdateAlias[] = {kAliasArn, kDescription256, Routing(/*required=*/false)};
constexpr MemberRow kOneAlias[] = {kAliasArn};
constexpr MemberRow kListOfMachine[] = {kStateMachineArn, kMaxResults, kNextToken};
constexpr MemberRow kPublishVersion[] = {kStateMachineArn, {"revisionId", M::kText}, kDescription256};
constexpr MemberRow kDeleteVersion[] = {{"stateMachineVersionArn", M::kText, true, 1, kLongArn}};
constexpr MemberRow kTagResource[] = {
    kResourceArn,
    {.name = "tags", .type = M::kList, .required = true, .members = kTag, .shape = "Tag"},
};
constexpr MemberRow kUntagResource[] = {
    kResourceArn,
    {.name = "tagKeys", .type = M::kList, .required = true, .members = kTagKey},
};
constexpr MemberRow kListTags[] = {kResourceArn};
constexpr MemberRow kDescribeMapRun[] = {kMapRunArn};
constexpr MemberRow kListMapRuns[] = {kExecutionArn, kMaxResults, kNextToken};
constexpr MemberRow kUpdateMapRun[] = {
    kMapRunArn,
    {"maxConcurrency", M::kInteger},
    {"toleratedFailurePercentage", M::kNumber, false, 0, 100},
    {"toleratedFailureCount", M::kInteger},
};
constexpr MemberRow kDescribeStateMachine[] = {kStateMachineArn, kIncluded};
constexpr MemberRow kDescribeForExecution[] = {kExecutionArn, kIncluded};
constexpr MemberRow kListStateMachines[] = {kMaxResults, kNextToken};
constexpr MemberRow kDeleteStateMachine[] = {kStateMachineArn};
constexpr MemberRow kValidate[] = {
    kDefinitionMember,
    {"type", M::kText, false, 0, kAny, kTypes},
    {"severity", M::kText, false, 0, kAny, kSeverities},
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
    {.name = "errorOutput", .type = M::kStructure, .members = kErrorOutput},
    {"fieldValidationMode", M::kText, false, 0, kAny, kValidationModes},
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
    {"inspectionLevel", M::kText, false, 0, kAny, kInspectionLevels},
    {"revealSecrets", M::kBoolean},
    {"variables", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {"stateName", M::kText, false, 1, 80},
    {.name = "mock", .type = M::kStructure, .members = kMock},
    {"context", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true},
    {.name = "stateConfiguration", .type = M::kStructure, .members = kStateConfiguration},
};
constexpr MemberRow kExecutionName = {"name", M::kText, false, 1, 80};
constexpr MemberRow kInput = {"input", M::kText, false, 0, kPayload, {}, /*max_is_quota=*/true};
constexpr MemberRow kTraceHeader = {.name = "traceHeader", .max = 256, .pattern = &kAscii};
constexpr MemberRow kStartExecution[] = {kStateMachineArn, kExecutionName, kInput, kTraceHeader};
constexpr MemberRow kStartSyncExecution[] = {kStateMachineArn, kExecutionName, kInput, kTraceHeader, kIncluded};
constexpr MemberRow kStopExecution[] = {
    kExecutionArn,
    {"error", M::kText, false, 0, kErrorCharactersMax},
    {"cause", M::kText, false, 0, kCauseCharactersMax},
};
constexpr MemberRow kRedriveExecution[] = {
    kExecutionArn,
    {.name = "clientToken", .min = 1, .max = 64, .pattern = &kClientToken},
};
constexpr MemberRow kDescribeExecution[] = {kExecutionArn, kIncluded};
constexpr MemberRow kListExecutions[] = {
    {"stateMachineArn", M::kText, false, 1, kArn},
    {"statusFilter", M::kText, false, 0, kAny, kStatuses},
    kMaxResults,
    kLongNextToken,
    {"mapRunArn", M::kText, false, 1, kLongArn},
    {"redriveFilter", M::kText, false, 0, kAny, kRedriveFilters},
};
constexpr MemberRow kGetExecutionHistory[] = {
    kExecutionArn, kMaxResults, {"reverseOrder", M::kBoolean}, kNextToken, {"includeExecutionData", M::kBoolean},
};

constexpr MemberRow kCreateActivity[] = {
    {"name", M::kText, true, 1, 80},
    kTagsMember,
    kEncryptionMember,
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

const Operation kOperations[] = {
    {"CreateActivity", kCreateActivity, AtOnce<CreateActivity>},
    {"CreateStateMachine", kCreateStateMachine, AtOnce<CreateStateMachine>},
    {"CreateStateMachineAlias", kCreateAlias, AtOnce<CreateStateMachineAlias>},
    {"DeleteActivity", kActivity, AtOnce<DeleteActivity>},
    {"DeleteStateMachine", kDeleteStateMachine, AtOnce<DeleteStateMachine>},
    {"DeleteStateMachineAlias", kOneAlias, AtOnce<DeleteStateMachineAlias>},
    {"DeleteStateMachineVersion", kDeleteVersion, AtOnce<DeleteStateMachineVersion>},
    {"DescribeActivity", kActivity, AtOnce<DescribeActivity>},
    {"DescribeExecution", kDescribeExecution, AtOnce<DescribeExecution>},
    {"DescribeMapRun", kDescribeMapRun, AtOnce<DescribeMapRun>},
    {"DescribeStateMachine", kDescribeStateMachine, AtOnce<DescribeStateMachine>},
    {"DescribeStateMachineAlias", kOneAlias, AtOnce<DescribeStateMachineAlias>},
    {"DescribeStateMachineForExecution", kDescribeForExecution, AtOnce<DescribeStateMachineForExecution>},
    {"GetActivityTask", kGetActivityTask, GetActivityTask},
    {"GetExecutionHistory", kGetExecutionHistory, AtOnce<GetExecutionHistory>},
    {"ListActivities", kListActivities, AtOnce<ListActivities>},
    {"ListExecutions", kListExecutions, AtOnce<ListExecutions>},
    {"ListMapRuns", kListMapRuns, AtOnce<ListMapRuns>},
    {"ListStateMachineAliases", kListOfMachine, AtOnce<ListStateMachineAliases>},
    {"ListStateMachineVersions", kListOfMachine, AtOnce<ListStateMachineVersions>},
    {"ListTagsForResource", kListTags, AtOnce<ListTagsForResource>},
    {"PublishStateMachineVersion", kPublishVersion, AtOnce<PublishStateMachineVersion>},
    {"ListStateMachines", kListStateMachines, AtOnce<ListStateMachines>},
    {"RedriveExecution", kRedriveExecution, RedriveExecution},
    {"SendTaskFailure", kSendTaskFailure, SendTaskFailure},
    {"SendTaskHeartbeat", kSendTaskHeartbeat, SendTaskHeartbeat},
    {"SendTaskSuccess", kSendTaskSuccess, SendTaskSuccess},
    {"StartExecution", kStartExecution, StartExecution},
    {"StartSyncExecution", kStartSyncExecution, StartSyncExecution},
    {"StopExecution", kStopExecution, StopExecution},
    {"TagResource", kTagResource, AtOnce<TagResource>},
    {"TestState", kTestState, TestState},
    {"UntagResource", kUntagResource, AtOnce<UntagResource>},
    {"UpdateMapRun", kUpdateMapRun, UpdateMapRun},
    {"UpdateStateMachine", kUpdateStateMachine, AtOnce<UpdateStateMachine>},
    {"UpdateStateMachineAlias", kUpdateAlias, AtOnce<UpdateStateMachineAlias>},
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
