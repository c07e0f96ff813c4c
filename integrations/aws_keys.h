// The access keys with which requests to AWS, and to what speaks as AWS does, are signed.
#pragma once

#include <optional>
#include <string>
#include <variant>

namespace gait {

struct AwsKeys {
  std::string access_key_id, secret;
  std::string session_token;  // "" if there is none
};

// Those of the profile in the shared credentials file (AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials), which is
// read anew: what is wrong with it, or with the profile, is the text. With "" for a profile those of the environment
// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN); none if it has none.
std::variant<std::optional<AwsKeys>, std::string> FindAwsKeys(const std::string& profile);

}  // namespace gait
