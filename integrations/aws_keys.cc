#include "integrations/aws_keys.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/base/credentials_file.h"

namespace gait {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string SharedFile() {
  if (std::string file = Environment("AWS_SHARED_CREDENTIALS_FILE"); !file.empty()) return file;
  return Environment("HOME") + "/.aws/credentials";
}

}  // namespace

std::variant<std::optional<AwsKeys>, std::string> FindAwsKeys(const std::string& profile) {
  if (profile.empty()) {
    AwsKeys keys = {Environment("AWS_ACCESS_KEY_ID"), Environment("AWS_SECRET_ACCESS_KEY"),
                    Environment("AWS_SESSION_TOKEN")};
    if (keys.access_key_id.empty() || keys.secret.empty()) return std::optional<AwsKeys>();
    return std::optional<AwsKeys>(std::move(keys));
  }
  const std::string file = SharedFile();
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in.is_open() || in.bad()) return "The credentials file " + file + " cannot be read";
  const auto parsed = ParseProfiles(text.view());
  if (const auto* error = std::get_if<CredentialsError>(&parsed)) {
    return "The credentials file is wrong: " + file + ":" + std::to_string(error->line) + ": " + error->message;
  }
  const auto& profiles = std::get<std::vector<CredentialsProfile>>(parsed);
  const auto own = std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.name == profile; });
  if (own == profiles.end()) return "The credentials file " + file + " has no profile [" + profile + "]";
  if (own->access_key_id.empty()) return "The profile [" + profile + "] of " + file + " has no access key";
  return std::optional<AwsKeys>(AwsKeys{own->access_key_id, own->secret, own->session_token});
}

}  // namespace gait
