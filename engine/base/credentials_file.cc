#include "engine/base/credentials_file.h"

#include <algorithm>
#include <utility>

namespace gait {
namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// What is wrong with it, or "".
std::string WrongWith(const CredentialsProfile& profile) {
  if (profile.access_key_id.empty() == profile.secret.empty()) return "";
  return "the profile [" + profile.name + "] has " +
         (profile.secret.empty() ? "no aws_secret_access_key" : "a secret and no aws_access_key_id");
}

}  // namespace

std::variant<std::vector<CredentialsProfile>, CredentialsError> ParseProfiles(std::string_view text) {
  std::vector<CredentialsProfile> profiles;
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
      profiles.push_back({number, std::string(Trimmed(trimmed.substr(1, trimmed.size() - 2))), {}, {}, {}});
      continue;
    }
    // Settings within settings are indented, and none of ours.
    if (kBlank.find(line.front()) != std::string_view::npos) continue;
    const size_t equals = trimmed.find('=');
    // What stands in the line is not repeated: it may be a secret.
    if (equals == std::string_view::npos) return CredentialsError{number, "neither [profile] nor name = value"};
    if (profiles.empty()) return CredentialsError{number, "there is no [profile] before it"};
    const std::string_view name = Trimmed(trimmed.substr(0, equals)), value = Trimmed(trimmed.substr(equals + 1));
    if (name == "aws_access_key_id") profiles.back().access_key_id = value;
    if (name == "aws_secret_access_key") profiles.back().secret = value;
    if (name == "aws_session_token") profiles.back().session_token = value;
  }
  for (const CredentialsProfile& profile : profiles) {
    if (std::string wrong = WrongWith(profile); !wrong.empty()) return CredentialsError{profile.line, std::move(wrong)};
  }
  return profiles;
}

}  // namespace gait
