// The answer to an invocation of a Lambda function, and what a state is given of it. The shapes are those of recorded
// histories; where none exists, the .cc says what was followed instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "engine/base/timestamp.h"
#include "engine/json/value.h"

namespace gait {

// A function's answer may have as many bytes, as Lambda's; that a state takes less is the state's business.
inline constexpr size_t kLambdaAnswerBytesMax = 6'291'556;

// As Lambda's Invoke API answers: the parts that `arn:aws:states:::lambda:invoke` shows.
struct LambdaAnswer {
  int status = 200;                   // 202 for an invocation of type Event, 204 for DryRun
  std::string payload = {};           // what the function returned: JSON text, or anything else
  bool failed = false;                // the function failed; `payload` says how
  std::string executed_version = {};  // "" for Event and DryRun
  std::string log_result = {};        // Base64 of the log's end; "" if it was not asked for
  std::string request_id = {};
  std::string trace_id = {};
  std::string date = {};
};

// `payload` as a value; a text that is no JSON as the string that it is, and nothing at all as null.
Value PayloadValue(std::string_view payload);

// The output of lambda:invoke.
Value InvokeOutput(const LambdaAnswer& answer);

// The error of a function that failed. The cause is the payload; `compact`: as compact JSON, if it is JSON.
WorkflowError FunctionFailure(std::string_view payload, bool compact);

// The service refused: `Lambda.CODE`. An empty `code` is one that the service did not name.
WorkflowError LambdaRefusal(std::string_view code, std::string_view message, int status, std::string_view request_id);
// The service gave no answer.
WorkflowError LambdaUnreachable(std::string_view message);

// The payload of a function that failed in the way `type`.
std::string FailurePayload(std::string_view type, std::string_view message);
// Of one whose process ended: "RequestId: ... Error: Runtime exited with error: exit status 1".
std::string RuntimeFailurePayload(std::string_view type, std::string_view request_id, std::string_view what);
// Of one whose answer has more than kLambdaAnswerBytesMax.
std::string TooLargePayload();

// `Thu, 16 Apr 2020 17:58:15 GMT`.
std::string HttpDate(Timestamp t);
// `Root=1-5e989cb6-90039fd8971196666b022b62;Parent=...;Sampled=0`.
std::string MakeTraceId(Random& random, Timestamp now);

}  // namespace gait
