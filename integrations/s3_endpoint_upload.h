// Writing an object of a host that speaks S3's API in parts.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
#pragma once

#include <memory>
#include <string>

#include "integrations/s3_client.h"

namespace gait {

// `client` and `s3`, to which a small object is put whole, outlive the upload.
// REQUIRES: `bucket` and `key` can be asked for.
std::unique_ptr<S3Upload> MakeEndpointUpload(const S3Client& client, const S3& s3, std::string bucket, std::string key);

}  // namespace gait
