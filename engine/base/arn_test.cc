#include "engine/base/arn.h"

#include <doctest/doctest.h>

namespace gait {
namespace {

TEST_CASE("an ARN is split at its first five colons") {
  const auto arn = ParseArn("arn:aws:lambda:eu-west-1:123456789012:function:Name:PROD");
  REQUIRE(arn.has_value());
  CHECK(arn->partition == "aws");
  CHECK(arn->service == "lambda");
  CHECK(arn->region == "eu-west-1");
  CHECK(arn->account == "123456789012");
  CHECK(arn->resource == "function:Name:PROD");
  CHECK(arn->resource_type() == "function");
  CHECK(arn->resource_name() == "Name:PROD");
}

TEST_CASE("an integration's ARN has neither region nor account") {
  const auto arn = ParseArn("arn:aws:states:::lambda:invoke.waitForTaskToken");
  REQUIRE(arn.has_value());
  CHECK(arn->region.empty());
  CHECK(arn->account.empty());
  CHECK(arn->resource == "lambda:invoke.waitForTaskToken");
}

TEST_CASE("what is no ARN is refused") {
  for (const char* text :
       {"", "arn", "arn:aws:states:us-east-1:123456789012", "urn:aws:states:::lambda:invoke", "name"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseArn(text).has_value());
  }
}

TEST_CASE("the ARNs that the engine makes") {
  const Account account{"111111111111", "us-east-1", "aws"};
  CHECK(StateMachineArn(account, "m") == "arn:aws:states:us-east-1:111111111111:stateMachine:m");
  CHECK(ExecutionArn(account, "m", "e") == "arn:aws:states:us-east-1:111111111111:execution:m:e");
  CHECK(ExpressExecutionArn(account, "m", "e", "r") == "arn:aws:states:us-east-1:111111111111:express:m:e:r");
  CHECK(MapRunArn(account, "m", "L", "u") == "arn:aws:states:us-east-1:111111111111:mapRun:m/L:u");
  CHECK(MapRunLabel(MapRunArn(account, "m", "L", "u")) == "L");
  CHECK(MapRunMachine(MapRunArn(account, "m/O", "L", "u")) == "m/O/L");
  CHECK(ActivityArn(account, "a") == "arn:aws:states:us-east-1:111111111111:activity:a");
  CHECK(LambdaFunctionArn(account, "f:1") == "arn:aws:lambda:us-east-1:111111111111:function:f:1");
}

}  // namespace
}  // namespace gait
