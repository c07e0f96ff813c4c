#include "server/credentials.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "api/gait.hpp"

namespace gait {

std::variant<Credentials, CredentialsError> ParseCredentials(std::string_view text) {
  const auto parsed = ParseProfiles(text);
  if (const auto* error = std::get_if<CredentialsError>(&parsed)) return *error;
  Credentials credentials;
  for (const CredentialsProfile& profile : std::get<std::vector<CredentialsProfile>>(parsed)) {
    if (profile.access_key_id.empty()) continue;
    const AccessKey key = {profile.secret, profile.session_token};
    if (!credentials.emplace(profile.access_key_id, key).second) {
      return CredentialsError{profile.line,
                              "the profile [" + profile.name + "] has the access key id of one before it"};
    }
  }
  if (!credentials.empty()) return credentials;
  const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  const bool last = !text.empty() && text.back() != '\n';  // without a line break
  return CredentialsError{std::max(1, lines + (last ? 1 : 0)), "there is no access key in it"};
}

Credentials ReadCredentials(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  // An empty file is one that was read.
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) throw EngineError("cannot read the credentials file " + file);
  auto parsed = ParseCredentials(text.view());
  if (const auto* error = std::get_if<CredentialsError>(&parsed)) {
    throw EngineError("the credentials file is wrong:\n  " + file + ":" + std::to_string(error->line) + ": " +
                      error->message);
  }
  return std::get<Credentials>(std::move(parsed));
}

}  // namespace gait
