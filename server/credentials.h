// Who may call: the access keys in a file of the AWS CLI's form.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
//
//   [worker]
//   aws_access_key_id = AKIAIOSFODNN7EXAMPLE
//   aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
//
// A profile is a name for people: all that are in the file may call. Other settings are passed over.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace gait {

struct AccessKey {
  std::string secret;
  std::string session_token;  // "": a request needs none, and one that it brings is not looked at
};

// By access key id.
using Credentials = std::map<std::string, AccessKey, std::less<>>;

struct CredentialsError {
  int line = 0;  // from 1
  std::string message;
};

// At least one key, or what is wrong first.
std::variant<Credentials, CredentialsError> ParseCredentials(std::string_view text);

// Throws EngineError, with the file and the line.
Credentials ReadCredentials(const std::string& file);

}  // namespace gait
