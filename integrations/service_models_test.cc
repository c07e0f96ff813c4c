#include "integrations/service_models.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "engine/json/parse.h"
#include "integrations/service_operations.h"
#include "integrations/service_shapes.h"
#include "tests/support/temp_folder.h"

namespace gait {
namespace {

constexpr const char* kModel = R"({
  "metadata": {"serviceId": "Shop"},
  "operations": {
    "GetOrder": {"name": "GetOrder", "output": {"shape": "Order"}, "documentation": "..."},
    "DropOrder": {"name": "DropOrder"}
  },
  "shapes": {
    "Order": {"type": "structure", "required": ["id"], "members": {
      "id": {"shape": "Id"}, "state": {"shape": "State"}, "count": {"shape": "Count"}, "paid": {"shape": "Flag"},
      "price": {"shape": "Price"}, "at": {"shape": "Time"}, "lines": {"shape": "Lines"}, "tags": {"shape": "Tags"},
      "stamp": {"shape": "Stamp"}, "MD5OfBody": {"shape": "Id"}, "any": {"shape": "Any"}, "body": {"shape": "Stamp"},
      "documentation": {"shape": "Id"}}},
    "Id": {"type": "string", "min": 2, "max": 5, "documentation": "<p>What it is</p>"},
    "State": {"type": "string", "enum": ["OPEN", "CLOSED"]},
    "Count": {"type": "integer", "min": 1, "max": 10},
    "Flag": {"type": "boolean"}, "Price": {"type": "double"}, "Time": {"type": "timestamp"},
    "Lines": {"type": "list", "member": {"shape": "Line"}, "max": 2},
    "Line": {"type": "structure", "required": ["sku"], "members": {"sku": {"shape": "Id"}}},
    "Tags": {"type": "map", "key": {"shape": "Id"}, "value": {"shape": "Count"}},
    "Stamp": {"type": "blob", "min": 1},
    "Any": {"type": "structure", "members": {}, "document": true}
  }
})";

void Write(const std::string& path, std::string_view text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

struct Shop {
  TempFolder folder;
  std::shared_ptr<const ServiceModel> model;

  Shop() {
    Write(folder.File("shop/2020-01-01/service-2.json"), kModel);
    model = ServiceModels({folder.File("")}).Find("shop");
    REQUIRE(model != nullptr);
  }
  std::string Check(std::string_view output, bool required = false, std::string_view any_member = "") const {
    return CheckOutput(*model, "GetOrder", *ParseJson(output).value, required, any_member).value_or("");
  }
};

TEST_CASE_FIXTURE(Shop, "an output is held against its shape, in the spelling of a task") {
  constexpr struct {
    const char* output;
    const char* finding;
  } kCases[] = {
      {R"({"Id": "abc", "State": "OPEN", "Count": 3, "Paid": true, "Price": 1.5, "At": "2025-01-15T12:00:00Z"})", ""},
      {R"({"id": 1, "Unknown": 2})", ""},  // neither is a member: `id` is spelled Id
      {R"({"Id": 1})", "Field 'Id' must be a string"},
      {R"({"Id": null})", "Field 'Id' must be a string"},
      {R"({"Id": "a"})", "Field 'Id' is smaller than the minimum length"},
      {R"({"Id": "abcdef"})", "Field 'Id' exceeds the maximum length"},
      {R"({"Id": "äöüßé"})", ""},  // characters, not bytes
      {R"({"State": "LOST"})", "Field 'State' is not an expected value"},
      {R"({"Count": "3"})", "Field 'Count' must be a number"},
      {R"({"Count": 0})", "Field 'Count' is less than the minimum value"},
      {R"({"Count": 11})", "Field 'Count' exceeds the maximum value"},
      {R"({"Paid": "yes"})", "Field 'Paid' must be a boolean"},
      {R"({"Price": "1.5"})", "Field 'Price' must be a number"},
      {R"({"At": 1764103483})", "Field 'At' must be a string"},
      {R"({"At": true})", "Field 'At' must be a string"},
      {R"({"Stamp": 1})", "Field 'Stamp' must be a string"},
      {R"({"Stamp": ""})", "Field 'Stamp' is smaller than the minimum length"},
      {R"({"Lines": "none"})", "Field 'Lines' must be an array"},
      {R"({"Lines": ["x"]})", "Field 'Lines' must be an object"},
      {R"({"Lines": [{}, {}, {}]})", "Field 'Lines' exceeds the maximum length"},
      {R"({"Lines": [{"Sku": "abc"}, {"Sku": []}]})", "Field 'Sku' must be a string"},
      {R"({"Tags": []})", "Field 'Tags' must be an object"},
      {R"({"Tags": {"a": 1, "b": "2"}})", "Field 'Tags' must be a number"},
      {R"({"MD5OfBody": 1})", "Field 'MD5OfBody' must be a string"},
      {R"({"Md5OfBody": 1})", "Field 'Md5OfBody' must be a string"},
      {R"({"Documentation": 1})", "Field 'Documentation' must be a string"},
      {R"({"Any": [1, "a"]})", ""},
      {R"([])", "The result must be an object"},
  };
  for (const auto& c : kCases) {
    INFO(c.output);
    CHECK(Check(c.output) == c.finding);
  }
}

TEST_CASE_FIXTURE(Shop, "members that are required may be asked for, at every level") {
  CHECK(Check("{}", true) == "Required field 'Id' is missing");
  CHECK(Check(R"({"id": "abc"})", true) == "Required field 'Id' is missing");
  CHECK(Check(R"({"Id": "abc", "Lines": [{}]})", true) == "Required field 'Sku' is missing");
  CHECK(Check(R"({"Id": "abc", "Lines": [{"Sku": "abc"}]})", true) == "");
}

TEST_CASE_FIXTURE(Shop, "a member may be anything, and an operation may answer with nothing") {
  CHECK(Check(R"({"Body": {"a": 1}})") == "Field 'Body' must be a string");
  CHECK(Check(R"({"Body": {"a": 1}})", false, "Body") == "");
  CHECK_FALSE(CheckOutput(*model, "DropOrder", *ParseJson(R"({"a": 1})").value, true).has_value());
}

TEST_CASE_FIXTURE(Shop, "operations are found by the action of a resource") {
  CHECK(model->OperationName("getOrder") == "GetOrder");
  CHECK(model->OperationName("GETORDER") == "GetOrder");
  CHECK_FALSE(model->OperationName("getOrders").has_value());
}

TEST_CASE("the newest version of a service counts, compressed or not, of the first folder that has it") {
  const TempFolder folder;
  Write(folder.File("a/shop/2019-01-01/service-2.json"), R"({"operations": {"Old": {}}})");
  Write(folder.File("a/shop/2020-01-01/other.json"), "{}");
  const std::string path = folder.File("a/shop/2021-01-01/service-2.json.gz");
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  const gzFile file = gzopen(path.c_str(), "wb");
  const std::string text = R"({"operations": {"New": {}}})";
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  Write(folder.File("b/shop/2022-01-01/service-2.json"), R"({"operations": {"Other": {}}})");
  Write(folder.File("b/broken/2022-01-01/service-2.json"), "{");
  ServiceModels models({folder.File("a"), folder.File("b"), folder.File("missing")});
  const auto model = models.Find("shop");
  REQUIRE(model != nullptr);
  CHECK(model->OperationName("new") == "New");
  CHECK_FALSE(model->OperationName("old").has_value());
  CHECK(models.Find("shop") == model);  // read once
  CHECK(models.Find("nothing") == nullptr);
  CHECK(models.Find("broken") == nullptr);
  CHECK(models.Places() == folder.File("a") + ", " + folder.File("b"));
}

TEST_CASE("a service is found by its name in the SDK") {
  const TempFolder folder;
  for (const char* name : {"events", "stepfunctions", "cognito-idp", "application-autoscaling", "ds"}) {
    Write(folder.File(std::string(name) + "/2020-01-01/service-2.json"), "{}");
  }
  ServiceModels models({folder.File("")});
  for (const char* name : {"events", "eventbridge", "sfn", "states", "stepfunctions", "cognitoidentityprovider",
                           "applicationautoscaling", "directory", "directoryservice"}) {
    INFO(name);
    CHECK(models.Find(name) != nullptr);
  }
}

std::string Operation(std::string_view arn) {
  const auto operation = ServiceOperationOf(*ParseTaskResource(arn));
  return operation ? operation->service + ":" + operation->action : "none";
}

TEST_CASE("the operation that a task's result comes from") {
  CHECK(Operation("arn:aws:states:::dynamodb:putItem") == "dynamodb:putItem");
  CHECK(Operation("arn:aws:states:::aws-sdk:kms:encrypt") == "kms:encrypt");
  CHECK(Operation("arn:aws:states:::states:startExecution") == "states:startExecution");
  CHECK(Operation("arn:aws:states:::states:startExecution.sync:2") == "states:describeExecution");
  CHECK(Operation("arn:aws:states:::batch:submitJob.sync") == "batch:describeJobs");
  CHECK(Operation("arn:aws:states:::glue:startJobRun.sync") == "glue:getJobRun");
  CHECK(Operation("arn:aws:states:::bedrock:invokeModel") == "bedrock-runtime:invokeModel");
  CHECK(Operation("arn:aws:states:::sqs:sendMessage.waitForTaskToken") == "none");  // whoever has the token answers
  CHECK(Operation("arn:aws:states:::http:invoke") == "none");
  CHECK(Operation("arn:aws:states:::apigateway:invoke") == "none");
  CHECK(Operation("arn:aws:states:us-east-1:123456789012:activity:a") == "none");
  CHECK(Operation("arn:aws:lambda:us-east-1:123456789012:function:f") == "none");
}

}  // namespace
}  // namespace gait
