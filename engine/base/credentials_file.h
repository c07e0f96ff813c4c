// The AWS CLI's file of access keys.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
//
//   [worker]
//   aws_access_key_id = AKIAIOSFODNN7EXAMPLE
//   aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
//
// Other settings are passed over.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gait {

struct CredentialsProfile {
  int line = 0;  // of its name, from 1
  std::string name;
  // An id and a secret, or neither: the AWS CLI gets its keys elsewhere, then.
  std::string access_key_id, secret;
  std::string session_token;  // "" if it has none
};

struct CredentialsError {
  int line = 0;  // from 1
  std::string message;
};

// The profiles, in the order of the file, or what is wrong first.
std::variant<std::vector<CredentialsProfile>, CredentialsError> ParseProfiles(std::string_view text);

}  // namespace gait
