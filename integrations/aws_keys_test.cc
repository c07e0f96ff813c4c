#include "integrations/aws_keys.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace gait {
namespace {

struct Fixture {
  std::filesystem::path file = std::filesystem::temp_directory_path() / ("gait_keys_" + std::to_string(getpid()));

  Fixture() {
    std::ofstream(file)
        << "[dev]\naws_access_key_id = A\naws_secret_access_key = s\naws_session_token = t\n[sso]\nx = y\n";
    setenv("AWS_SHARED_CREDENTIALS_FILE", file.c_str(), 1);
  }
  ~Fixture() {
    std::filesystem::remove(file);
    for (const char* name : {"AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
      unsetenv(name);
  }
  // "ID SECRET TOKEN", "" for none, or what is wrong.
  static std::string Find(const std::string& profile) {
    const auto found = FindAwsKeys(profile);
    if (const auto* wrong = std::get_if<std::string>(&found)) return *wrong;
    const auto& keys = std::get<std::optional<AwsKeys>>(found);
    return keys ? keys->access_key_id + " " + keys->secret + " " + keys->session_token : "";
  }
};

TEST_CASE_FIXTURE(Fixture, "keys of a profile, or of the environment") {
  CHECK(Find("") == "");
  setenv("AWS_ACCESS_KEY_ID", "B", 1);
  CHECK(Find("") == "");
  setenv("AWS_SECRET_ACCESS_KEY", "u", 1);
  CHECK(Find("") == "B u ");
  CHECK(Find("dev") == "A s t");
  CHECK(Find("other") == "The credentials file " + file.string() + " has no profile [other]");
  CHECK(Find("sso") == "The profile [sso] of " + file.string() + " has no access key");
  std::ofstream(file) << "[dev\n";
  CHECK(Find("dev") == "The credentials file is wrong: " + file.string() + ":1: the name of a profile ends with ']'");
  std::filesystem::remove(file);
  CHECK(Find("dev") == "The credentials file " + file.string() + " cannot be read");
}

}  // namespace
}  // namespace gait
