// Whether a request to the server was signed with a key that may call (engine/base/sigv4.h), as the AWS CLI and SDKs
// sign those to Step Functions; no client presigns URLs for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/api_error.h"
#include "engine/base/request_view.h"
#include "engine/base/timestamp.h"
#include "server/credentials.h"

namespace gait {

inline constexpr Duration kSignatureSkewMax = Duration::Seconds(15 * 60);  // between the client's clock and ours

// Nothing if one of the keys has signed the request for `service`, in any region, not longer ago than
// kSignatureSkewMax. Else what AWS answers, looked at in AWS's order.
std::optional<ApiError> CheckSignature(const RequestView& request, const Credentials& credentials,
                                       std::string_view service, Timestamp now);

// The access key id that the request says it is signed with, true or not: for the log. "" if it names none.
std::string_view AccessKeyIdOf(const RequestView& request);

}  // namespace gait
