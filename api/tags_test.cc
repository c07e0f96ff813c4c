#include "api/tags.h"

#include <doctest/doctest.h>

#include "tests/support/api_client.h"

namespace gait {
namespace {

using testing::Client;
using testing::Json;
using testing::kPass;
using testing::Of;
using testing::Text;

std::string Tags(Client& client, const std::string& arn) {
  return ToJson(*client.Call("ListTagsForResource", Of("resourceArn", arn)).Find("tags"));
}

TEST_CASE_FIXTURE(Client, "tags of a state machine and of an activity") {
  const Value activity = Call("CreateActivity", Json(R"({"name": "a", "tags": [{"key": "k", "value": "v"}]})"));
  for (const std::string& arn : {Create("m", kPass), Text(activity, "activityArn")}) {
    Call("UntagResource", Json(R"({"tagKeys": ["k", "none"]})").With("resourceArn", Value::String(arn)));
    CHECK(Tags(*this, arn) == "[]");
    const Value two = Json(R"({"tags": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]})");
    Call("TagResource", two.With("resourceArn", Value::String(arn)));
    Call("TagResource", Json(R"({"tags": [{"key": "a", "value": "2"}]})").With("resourceArn", Value::String(arn)));
    CHECK(Tags(*this, arn) == R"([{"key":"a","value":"2"},{"key":"b","value":""}])");
  }
}

TEST_CASE_FIXTURE(Client, "tags that cannot be") {
  const std::string arn = Create("m", kPass);
  std::string many;
  for (int i = 0; i < 51; ++i) many += (i == 0 ? "" : ",") + (R"({"key": "k)" + std::to_string(i)) + R"("})";
  const auto refused = [&](const std::string& resource, const std::string& tags) {
    return Refused("TagResource", Json("{\"tags\": [" + tags + "]}").With("resourceArn", Value::String(resource)));
  };
  CHECK(refused(arn, many).starts_with("TooManyTags"));
  CHECK(refused(arn, R"({"key": ""})").find("'tags.1.member.key'") != std::string::npos);
  CHECK(refused(arn + "x", "").starts_with("ResourceNotFound"));
  CHECK(refused("arn:aws:states:us-east-1:123456789012:execution:m:e", "").starts_with("InvalidArn"));
  CHECK(refused("x", "").starts_with("InvalidArn"));
  CHECK(Refused("UntagResource", Json(R"({"tagKeys": [""]})").With("resourceArn", Value::String(arn)))
            .find("'tagKeys.1.member'") != std::string::npos);
  CHECK(Refused("TagResource", Of("resourceArn", arn).With("tags", Value::Int(1))).starts_with("Serialization"));
}

}  // namespace
}  // namespace gait
