#include "engine/base/credentials_file.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("profiles, by their names") {
  const auto parsed = ParseProfiles(
      "# mine\r\n[default]\r\naws_access_key_id = A\r\naws_secret_access_key=s=1/+\r\ns3 =\n  aws_access_key_id = X\n"
      "[ sso ]\nsso_session = x\n\n; one more\n[b]\naws_secret_access_key = t\naws_session_token = u\n"
      "aws_access_key_id = B");
  const auto* profiles = std::get_if<std::vector<CredentialsProfile>>(&parsed);
  REQUIRE(profiles != nullptr);
  REQUIRE(profiles->size() == 3);
  CHECK((*profiles)[0].name == "default");
  CHECK((*profiles)[0].access_key_id == "A");
  CHECK((*profiles)[0].secret == "s=1/+");
  CHECK((*profiles)[0].session_token.empty());
  CHECK((*profiles)[1].name == "sso");
  CHECK((*profiles)[1].line == 7);
  CHECK((*profiles)[1].access_key_id.empty());
  CHECK((*profiles)[2].access_key_id == "B");
  CHECK((*profiles)[2].session_token == "u");
  CHECK(std::get<std::vector<CredentialsProfile>>(ParseProfiles("")).empty());
}

TEST_CASE("what is wrong, and in which line, without what stands there") {
  const auto wrong = [](std::string_view text) {
    const auto parsed = ParseProfiles(text);
    const auto& error = std::get<CredentialsError>(parsed);
    return std::to_string(error.line) + ": " + error.message;
  };
  CHECK(wrong("[a\n") == "1: the name of a profile ends with ']'");
  CHECK(wrong("aws_access_key_id = A\n") == "1: there is no [profile] before it");
  CHECK(wrong("[a]\n\nSECRET\n") == "3: neither [profile] nor name = value");
  CHECK(wrong("\n[a]\naws_access_key_id = A\n[b]\n") == "2: the profile [a] has no aws_secret_access_key");
  CHECK(wrong("[a]\naws_secret_access_key = s") == "1: the profile [a] has a secret and no aws_access_key_id");
}

}  // namespace
}  // namespace gait
