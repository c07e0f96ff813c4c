// The XML of S3's API: what it answers, and the little that is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrations/s3.h"

namespace gait {

// Of ListObjectsV2. Keys are as they are, however they were encoded. Empty if the text is no listing.
std::optional<S3Page> ParseListing(std::string_view xml);

// The code and the message of an <Error>. Empty if the text is none.
std::optional<S3Refusal> ParseS3Error(std::string_view xml, int status);

// Of CreateMultipartUpload; "" if the text is no answer to it.
std::string ParseUploadId(std::string_view xml);
// The ETag that CompleteMultipartUpload gives; empty if the text is no answer to it.
std::optional<std::string> ParseCompleted(std::string_view xml);

// What CompleteMultipartUpload is sent: the ETags of the parts, in their order.
std::string CompletionOf(const std::vector<std::string>& etags);

}  // namespace gait
