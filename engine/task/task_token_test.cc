#include "engine/task/task_token.h"

#include <doctest/doctest.h>

#include <set>

namespace gait {
namespace {

TEST_CASE("a task token names its task") {
  SeededRandom random(1);
  for (const TaskId task : {TaskId{1, 2}, TaskId{0, 0}, TaskId{int64_t{1} << 62, 24'999}}) {
    const std::string text = MakeTaskToken(task, random);
    CHECK(text.size() == 64);
    CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    const auto token = ReadTaskToken(text);
    REQUIRE(token.has_value());
    CHECK(token->task == task);
    CHECK(token->hash == HashOfTaskToken(text));
    CHECK(token->hash.find(text.substr(22)) == std::string::npos);
  }
}

TEST_CASE("two tokens of one task differ") {
  SeededRandom random(1);
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(MakeTaskToken({1, 1}, random));
  CHECK(tokens.size() == 100);
}

TEST_CASE("a text that is no task token") {
  SeededRandom random(1);
  const std::string token = MakeTaskToken({1, 2}, random);
  CHECK_FALSE(ReadTaskToken(""));
  CHECK_FALSE(ReadTaskToken(token + "A"));
  CHECK_FALSE(ReadTaskToken(token.substr(1)));
  CHECK_FALSE(ReadTaskToken(token.substr(0, 63) + "="));
  CHECK_FALSE(ReadTaskToken(token.substr(0, 62) + "\xc3\xa9"));
}

TEST_CASE("a token is found where it stands") {
  SeededRandom random(1);
  const std::string token = MakeTaskToken({1, 2}, random), other = MakeTaskToken({1, 2}, random);
  const std::string hash = HashOfTaskToken(token);
  CHECK(FindTaskToken("{\"a\":\"" + other + "\",\"url\":\"http://h/?t=" + token + "&x\"}", hash) == token);
  CHECK(FindTaskToken(token, hash) == token);
  CHECK(FindTaskToken(token + "A", hash) == "");
  CHECK(FindTaskToken(other, hash) == "");
  CHECK(FindTaskToken("", hash) == "");
}

}  // namespace
}  // namespace gait
