#include "integrations/lambda_name.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace gait {
namespace {

TEST_CASE("the ways to name a function") {
  const Account account;
  struct Case {
    std::string text, name, qualifier, arn, version;
  };
  const std::string own = "arn:aws:lambda:us-east-1:123456789012:function:";
  for (const Case& c : std::vector<Case>{
           {"f", "f", "", own + "f:$LATEST", "$LATEST"},
           {"My_Function-1", "My_Function-1", "", own + "My_Function-1:$LATEST", "$LATEST"},
           {"f:7", "f", "7", own + "f:7", "7"},
           {"f:live", "f", "live", own + "f:live", "$LATEST"},
           {"f:$LATEST", "f", "$LATEST", own + "f:$LATEST", "$LATEST"},
           {"111111111111:function:f", "f", "", "arn:aws:lambda:us-east-1:111111111111:function:f:$LATEST", "$LATEST"},
           {"111111111111:function:f:3", "f", "3", "arn:aws:lambda:us-east-1:111111111111:function:f:3", "3"},
           {"arn:aws-cn:lambda:cn-north-1:222222222222:function:f", "f", "",
            "arn:aws-cn:lambda:cn-north-1:222222222222:function:f:$LATEST", "$LATEST"},
           {"arn:aws:lambda:us-east-1:123456789012:function:f:live", "f", "live", own + "f:live", "$LATEST"}}) {
    CAPTURE(c.text);
    const auto name = ParseLambdaName(c.text, account);
    REQUIRE(name);
    CHECK(name->name == c.name);
    CHECK(name->qualifier == c.qualifier);
    CHECK(name->Arn() == c.arn);
    CHECK(name->ExecutedVersion() == c.version);
  }
  for (const char* text :
       {"", ":", "f:", ":1", "f:1:2", "a b", "f/../g", "f?x", "f:a b", "$LATEST", "x:function:f", ":function:f",
        "1:function:", "arn:aws:lambda:us-east-1:123456789012:layer:f",
        "arn:aws:states:us-east-1:123456789012:function:f", "arn:aws:lambda:us-east-1:1:function:"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseLambdaName(text, account));
  }
}

}  // namespace
}  // namespace gait
