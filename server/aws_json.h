// The AWS JSON 1.0 protocol: what a request asks for, and how an answer looks.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
#pragma once

#include <string>
#include <string_view>

#include "api/gait.hpp"

namespace gait {

// The operation that an X-Amz-Target header names: "AWSStepFunctions.StartExecution" -> "StartExecution", and one of
// CloudWatch Logs as it stands; "" if it is neither.
std::string_view OperationOf(std::string_view target);

// The body of an answer that the protocol itself gives, without an operation: a bad target, a body that is too large.
OperationAnswer ProtocolError(int status, std::string_view code, std::string_view message);

}  // namespace gait
