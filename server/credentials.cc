#include "server/credentials.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "api/gait.hpp"

namespace gait {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

struct Profile {
  int line = 0;
  std::string name, id;
  AccessKey key;
};

// Takes the profile over; what is wrong with it, or "".
std::string Add(Credentials& credentials, const Profile& profile) {
  const std::string whose = "the profile [" + profile.name + "] has ";
  // A profile without either is one that the AWS CLI gets its keys for elsewhere.
  if (profile.id.empty() && profile.key.secret.empty()) return "";
  if (profile.id.empty()) return whose + "a secret and no aws_access_key_id";
  if (profile.key.secret.empty()) return whose + "no aws_secret_access_key";
  if (!credentials.emplace(profile.id, profile.key).second) return whose + "the access key id of one before it";
  return "";
}

}  // namespace

std::variant<Credentials, CredentialsError> ParseCredentials(std::string_view text) {
  Credentials credentials;
  Profile profile;
  int number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::string_view trimmed = Trimmed(line);
    if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') continue;
    if (trimmed.front() == '[') {
      if (trimmed.back() != ']') return CredentialsError{number, "the name of a profile ends with ']'"};
      if (const std::string wrong = Add(credentials, profile); !wrong.empty())
        return CredentialsError{profile.line, wrong};
      profile = {number, std::string(Trimmed(trimmed.substr(1, trimmed.size() - 2))), {}, {}};
      continue;
    }
    // Settings within settings are indented, and none of ours.
    if (kBlank.find(line.front()) != std::string_view::npos) continue;
    const size_t equals = trimmed.find('=');
    // What stands in the line is not repeated: it may be a secret.
    if (equals == std::string_view::npos) return CredentialsError{number, "neither [profile] nor name = value"};
    if (profile.line == 0) return CredentialsError{number, "there is no [profile] before it"};
    const std::string_view name = Trimmed(trimmed.substr(0, equals)), value = Trimmed(trimmed.substr(equals + 1));
    if (name == "aws_access_key_id") profile.id = value;
    if (name == "aws_secret_access_key") profile.key.secret = value;
    if (name == "aws_session_token") profile.key.session_token = value;
  }
  if (const std::string wrong = Add(credentials, profile); !wrong.empty()) return CredentialsError{profile.line, wrong};
  if (credentials.empty()) return CredentialsError{number == 0 ? 1 : number, "there is no access key in it"};
  return credentials;
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
