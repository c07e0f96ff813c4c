#include "api/log_filter.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

constexpr const char* kLine =
    R"({"id":"3","type":"ExecutionFailed","details":{"error":"Broken","cause":"a b"},"n":7,"execution_arn":"arn:x:m:e1"})";

TEST_CASE("patterns") {
  struct Case {
    const char* pattern;
    bool matches;
  };
  for (const Case& c : {Case{"", true},
                        {"Broken", true},
                        {"Broken ExecutionFailed", true},
                        {"Broken Other", false},
                        {R"("a b")", true},
                        {R"("a  b")", false},
                        {"-Other", true},
                        {"Broken -ExecutionFailed", false},
                        {R"("\"n\":7")", true},
                        {R"({ $.type = "ExecutionFailed" })", true},
                        {R"({$.type="ExecutionFailed"})", true},
                        {R"({ $.type = ExecutionFailed })", true},
                        {R"({ $.type = "Execution*" })", true},
                        {R"({ $.type = "*Fail" })", false},
                        {R"({ $.type != "ExecutionFailed" })", false},
                        {R"({ $.details.error = "Broken" && $.execution_arn = "*:m:*" })", true},
                        {R"({ $.details.error = "Broken" && $.execution_arn = "*:n:*" })", false},
                        {R"({ $.nothing = "x" })", false},
                        {R"({ $.nothing != "x" })", false},
                        {R"({ $.n = 7 })", true}}) {
    CAPTURE(c.pattern);
    const auto filter = LogFilter::Parse(c.pattern);
    REQUIRE(filter);
    CHECK(filter->Matches(kLine) == c.matches);
  }
}

TEST_CASE("what is not there is refused, not taken for something else") {
  for (const char* pattern : {"{ $.type", "{ type = x }", "{ $.type = }", R"({ $.a = "1" || $.b = "2" })", "{}",
                              R"({ $.a = "x })", "[a, b]", "?a ?b", "%re%", "\"open", "{ $.n > 7 }"}) {
    CAPTURE(pattern);
    CHECK_FALSE(LogFilter::Parse(pattern));
  }
}

}  // namespace
}  // namespace gait
