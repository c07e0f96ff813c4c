// Who may call: the access keys in a file of the AWS CLI's form (engine/base/credentials_file.h). A profile is a name
// for people: all that are in the file may call.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/credentials_file.h"

namespace gait {

struct AccessKey {
  std::string secret;
  std::string session_token;  // "": a request needs none, and one that it brings is not looked at
};

// By access key id.
using Credentials = std::map<std::string, AccessKey, std::less<>>;

// At least one key, or what is wrong first.
std::variant<Credentials, CredentialsError> ParseCredentials(std::string_view text);

// Throws EngineError, with the file and the line.
Credentials ReadCredentials(const std::string& file);

}  // namespace gait
