#include "engine/lang/jsonpath/regex.h"

#include <doctest/doctest.h>

namespace gait::jsonpath {
namespace {

TEST_CASE("a pattern matches the whole text") {
  const auto matches = [](std::string_view pattern, bool ignore_case, std::string_view text) {
    auto regex = Regex::Compile(pattern, ignore_case);
    REQUIRE(std::holds_alternative<std::shared_ptr<const Regex>>(regex));
    return std::get<0>(regex)->MatchesWhole(text);
  };
  CHECK(matches("a.*c", false, "abbc"));
  CHECK_FALSE(matches("a.*c", false, "xabbc"));
  CHECK_FALSE(matches("a.*c", false, "ABBC"));
  CHECK(matches("a.*c", true, "ABBC"));
  CHECK(matches("\\d{4}", false, "0150"));
  CHECK(matches("", false, ""));
  CHECK_FALSE(matches(".*", false, "a\nb"));
  CHECK(matches(".", false, "\xC3\xA9"));
}

TEST_CASE("what RE2 does not have is an error") {
  for (const char* pattern : {"(?=a)", "(a)\\1", "a*+", "(", "[a", "a{2000}"}) {
    CAPTURE(pattern);
    auto regex = Regex::Compile(pattern, false);
    REQUIRE(std::holds_alternative<Regex::Error>(regex));
    CHECK_FALSE(std::get<Regex::Error>(regex).empty());
  }
}

}  // namespace
}  // namespace gait::jsonpath
