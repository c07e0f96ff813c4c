// Signature Version 4: how a request to AWS says that who holds a secret has sent it as it stands. The server verifies
// such signatures (server/sigv4.h), requests to others are signed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
// Functions of the request and a time alone. Of requests signed in a header; not of signatures in the query (presigned
// URLs).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/request_view.h"
#include "engine/base/timestamp.h"

namespace gait {

inline constexpr std::string_view kSigningAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kSigningTerminator = "aws4_request";

// S3's paths are keys and stand as they were sent, and the digest of its body is what X-Amz-Content-Sha256 says. Those
// of every other service are made plain and encoded once more, and the digest is taken of the body.
enum class CanonicalForm { kOthers, kS3 };

// The request's form that is signed; of the header fields those that `signed_headers` names: "host;x-amz-date".
std::string CanonicalRequest(const RequestView& request, std::string_view signed_headers,
                             CanonicalForm form = CanonicalForm::kOthers);

// `time` as X-Amz-Date has it, `scope`: "20150830/us-east-1/states/aws4_request".
std::string StringToSign(std::string_view time, std::string_view scope, std::string_view canonical_request);

// Hexadecimal. REQUIRES: `scope` has its four parts.
std::string Signature(std::string_view secret, std::string_view scope, std::string_view string_to_sign);

// The Authorization header that signs the request with all its header fields, Host among them, for the time of its
// X-Amz-Date. REQUIRES: it has both.
std::string AuthorizationOf(const RequestView& request, std::string_view access_key_id, std::string_view secret,
                            std::string_view region, std::string_view service);

// `t` as X-Amz-Date has it: "20150830T123600Z".
std::string FormatAmzDate(Timestamp t);

// All parts of the text, empty ones too.
std::vector<std::string_view> SplitAt(std::string_view text, char separator);

}  // namespace gait
