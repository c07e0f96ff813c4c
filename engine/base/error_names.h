// The error names of the States Language, and which of them a Retrier's or Catcher's ErrorEquals matches.
// https://states-language.net/#errors and the "Handling errors" page of the Step Functions guide; where they differ
// from what AWS recorded, the recording decides (States.ALL does catch a task's States.DataLimitExceeded).
#pragma once

#include <span>
#include <string_view>

#include "engine/base/result.h"

namespace gait {

namespace error_names {
inline constexpr std::string_view kAll = "States.ALL";
inline constexpr std::string_view kTimeout = "States.Timeout";
inline constexpr std::string_view kHeartbeatTimeout = "States.HeartbeatTimeout";
inline constexpr std::string_view kTaskFailed = "States.TaskFailed";
inline constexpr std::string_view kPermissions = "States.Permissions";
inline constexpr std::string_view kResultPathMatchFailure = "States.ResultPathMatchFailure";
inline constexpr std::string_view kParameterPathFailure = "States.ParameterPathFailure";
inline constexpr std::string_view kQueryEvaluationError = "States.QueryEvaluationError";
inline constexpr std::string_view kBranchFailed = "States.BranchFailed";
inline constexpr std::string_view kNoChoiceMatched = "States.NoChoiceMatched";
inline constexpr std::string_view kIntrinsicFailure = "States.IntrinsicFailure";
inline constexpr std::string_view kExceedToleratedFailureThreshold = "States.ExceedToleratedFailureThreshold";
inline constexpr std::string_view kItemReaderFailed = "States.ItemReaderFailed";
inline constexpr std::string_view kResultWriterFailed = "States.ResultWriterFailed";
inline constexpr std::string_view kDataLimitExceeded = "States.DataLimitExceeded";
inline constexpr std::string_view kHttpSocket = "States.Http.Socket";
inline constexpr std::string_view kRuntime = "States.Runtime";
}  // namespace error_names

struct ErrorName {
  std::string_view name;
  bool matched_by_all;          // `States.ALL` in ErrorEquals matches it
  bool matched_by_task_failed;  // `States.TaskFailed` in ErrorEquals matches it
  bool matched_by_name;         // its own name in ErrorEquals matches it
};

// The reserved names. An error that is not in the table is the user's or a service's: all three columns hold for it.
std::span<const ErrorName> ReservedErrorNames();

// Does `pattern`, one entry of an ErrorEquals array, match `error`? An absent error name is matched by States.ALL and
// States.TaskFailed alone. A time-out that a missing heartbeat caused (`by_heartbeat`) is reported as States.Timeout
// and is matched by States.HeartbeatTimeout as well.
bool ErrorMatches(std::string_view pattern, const WorkflowError& error, bool by_heartbeat = false);

}  // namespace gait
