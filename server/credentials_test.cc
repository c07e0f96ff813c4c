#include "server/credentials.h"

#include <doctest/doctest.h>

#include "api/gait.hpp"

namespace gait {
namespace {

TEST_CASE("a file of the AWS CLI") {
  const auto parsed = ParseCredentials(
      "# for the workers\r\n"
      "[default]\r\n"
      "aws_access_key_id = A\r\n"
      "aws_secret_access_key=s=1/+\r\n"
      "region = us-east-1\n"
      "s3 =\n"
      "  max_concurrent_requests = 20\n"
      "\n"
      "[ sso ]\n"
      "sso_session = x\n"
      "; one more\n"
      "[b]\n"
      "aws_secret_access_key = t\n"
      "aws_session_token = u\n"
      "aws_access_key_id = B");
  REQUIRE(std::holds_alternative<Credentials>(parsed));
  const Credentials& credentials = std::get<Credentials>(parsed);
  CHECK(credentials.size() == 2);
  CHECK(credentials.at("A").secret == "s=1/+");
  CHECK(credentials.at("A").session_token == "");
  CHECK(credentials.at("B").secret == "t");
  CHECK(credentials.at("B").session_token == "u");
}

TEST_CASE("what is wrong with a file") {
  struct Row {
    const char* text;
    int line;
    const char* message;
  };
  constexpr Row kRows[] = {
      {"", 1, "there is no access key in it"},
      {"[a]\n", 1, "there is no access key in it"},
      {"[a\n", 1, "the name of a profile ends with ']'"},
      {"aws_access_key_id = A\n", 1, "there is no [profile] before it"},
      {"[a]\n\nSECRET\n", 3, "neither [profile] nor name = value"},
      {"\n[a]\naws_access_key_id = A\n[b]\n", 2, "the profile [a] has no aws_secret_access_key"},
      {"[a]\naws_access_key_id =\naws_secret_access_key = s", 1,
       "the profile [a] has a secret and no aws_access_key_id"},
      {"[a]\naws_access_key_id = A\naws_secret_access_key = s\n[b]\naws_access_key_id = A\naws_secret_access_key = t\n",
       4, "the profile [b] has the access key id of one before it"},
  };
  for (const Row& row : kRows) {
    INFO(row.text);
    const auto parsed = ParseCredentials(row.text);
    REQUIRE(std::holds_alternative<CredentialsError>(parsed));
    CHECK(std::get<CredentialsError>(parsed).line == row.line);
    CHECK(std::get<CredentialsError>(parsed).message == row.message);
  }
}

TEST_CASE("a file that is not there") {
  CHECK_THROWS_WITH_AS(ReadCredentials("/nonexistent/credentials"),
                       "cannot read the credentials file /nonexistent/credentials", EngineError);
  CHECK_THROWS_AS(ReadCredentials("/"), EngineError);
}

}  // namespace
}  // namespace gait
