// What operations of the API answered, as a person reads it.
#pragma once

#include <string_view>

#include "api/api_error.h"
#include "engine/base/timestamp.h"

namespace gait::cli {

// The answer. Throws UsageError, with its message, if it is an error.
Value Answered(ApiResult result);

// The member, which has the seconds since the epoch.
Timestamp DateIn(const Value& answer, std::string_view member);

// The dates of an execution or a Map Run as a person, and the AWS CLI, writes them.
Value WithDates(Value answer);

}  // namespace gait::cli
