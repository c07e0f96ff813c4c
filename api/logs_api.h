// The little of the CloudWatch Logs API that tests and scripts around Step Functions call: the log groups that state
// machines name as their destinations, and what executions logged. Its protocol is AWS JSON 1.1, at the same address.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
//
// A group has one stream, kLogStream, which is there as soon as something was logged.
#pragma once

#include <string_view>

#include "api/engine.h"
#include "api/respond.h"

namespace gait {

// What X-Amz-Target begins with.
inline constexpr std::string_view kLogsTarget = "Logs_20140328.";

inline constexpr std::string_view kLogStream = "states/executions";

// Answers the operation, as X-Amz-Target names it: `Logs_20140328.CreateLogGroup`.
ApiResult CallLogs(EngineCore& engine, std::string_view target, const Value& request);

}  // namespace gait
