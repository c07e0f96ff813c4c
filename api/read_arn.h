// The ARNs that requests name things by.
#pragma once

#include <initializer_list>
#include <string_view>
#include <variant>

#include "api/api_error.h"
#include "engine/base/arn.h"

namespace gait {

// The ARN of a thing of Step Functions of one of these resource types, or InvalidArn. It points into `text`.
std::variant<Arn, ApiError> ReadArn(std::string_view text, std::initializer_list<std::string_view> types);

// Is it of the account and the region that the engine plays? What is not, does not exist here.
bool IsOurs(const Account& account, const Arn& arn);

}  // namespace gait
