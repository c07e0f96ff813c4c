// Signature Version 4: whether who holds a secret has sent the request, as it stands.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
// Functions of the request and a time alone. Of requests signed in a header, as the AWS CLI and SDKs sign those to Step
// Functions; not of signatures in the query (presigned URLs), which no client makes for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/api_error.h"
#include "engine/base/timestamp.h"
#include "server/credentials.h"
#include "server/request_view.h"

namespace gait {

inline constexpr Duration kSignatureSkewMax = Duration::Seconds(15 * 60);  // between the client's clock and ours

// The request's form that is signed; of the header fields those that `signed_headers` names: "host;x-amz-date".
std::string CanonicalRequest(const RequestView& request, std::string_view signed_headers);

// `time` as X-Amz-Date has it, `scope`: "20150830/us-east-1/states/aws4_request".
std::string StringToSign(std::string_view time, std::string_view scope, std::string_view canonical_request);

// Hexadecimal. REQUIRES: `scope` has its four parts.
std::string Signature(std::string_view secret, std::string_view scope, std::string_view string_to_sign);

// Nothing if one of the keys has signed the request for `service`, in any region, not longer ago than
// kSignatureSkewMax. Else what AWS answers, looked at in AWS's order.
std::optional<ApiError> CheckSignature(const RequestView& request, const Credentials& credentials,
                                       std::string_view service, Timestamp now);

// What a client does: the Authorization header that signs the request with all its header fields, Host among them, for
// the time of its X-Amz-Date. REQUIRES: it has both.
std::string AuthorizationOf(const RequestView& request, std::string_view access_key_id, std::string_view secret,
                            std::string_view region, std::string_view service);

// `t` as X-Amz-Date has it: "20150830T123600Z".
std::string FormatAmzDate(Timestamp t);

// The access key id that the request says it is signed with, true or not: for the log. "" if it names none.
std::string_view AccessKeyIdOf(const RequestView& request);

}  // namespace gait
