#include "integrations/lambda_answer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/json/write.h"

namespace gait {
namespace {

TEST_CASE("a payload that is JSON is its value, and any other is a string") {
  struct Case {
    std::string payload, json;
  };
  for (const Case& c : std::vector<Case>{{R"({"a": [1, 0.0]})", R"({"a":[1,0.0]})"},
                                         {R"("HelloWorld!")", R"("HelloWorld!")"},
                                         {"0.0", "0.0"},
                                         {" true\n", "true"},
                                         {"null", "null"},
                                         {"", "null"},
                                         {" \n", "null"},
                                         {"aaaa", R"("aaaa")"},
                                         {"{\"a\":", R"("{\"a\":")"},
                                         {"a\xFFz", "\"a\uFFFDz\""},
                                         {std::string(1000, '['), "\"" + std::string(1000, '[') + "\""}}) {
    CAPTURE(c.payload);
    CHECK(ToJson(PayloadValue(c.payload)) == c.json);
  }
}

TEST_CASE("the output of lambda:invoke is as recorded") {
  LambdaAnswer answer{
      .payload = R"({"a": 1})", .executed_version = "$LATEST", .request_id = "id", .trace_id = "trace", .date = "date"};
  CHECK(
      ToJson(InvokeOutput(answer)) ==
      R"({"ExecutedVersion":"$LATEST","Payload":{"a":1},"SdkHttpMetadata":{"AllHttpHeaders":{)"
      R"("X-Amz-Executed-Version":["$LATEST"],"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],)"
      R"("x-amzn-RequestId":["id"],"Content-Length":["8"],"Date":["date"],"X-Amzn-Trace-Id":["trace"],)"
      R"("Content-Type":["application/json"]},"HttpHeaders":{"Connection":"keep-alive","Content-Length":"8",)"
      R"("Content-Type":"application/json","Date":"date","X-Amz-Executed-Version":"$LATEST",)"
      R"("x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"id","X-Amzn-Trace-Id":"trace"},"HttpStatusCode":200},)"
      R"("SdkResponseMetadata":{"RequestId":"id"},"StatusCode":200})");
  answer.log_result = "bG9n";
  const Value logged = InvokeOutput(answer);
  CHECK(logged.Find("LogResult")->as_string() == "bG9n");
  CHECK(logged.members()[1].name() == "LogResult");
  CHECK(ToJson(*logged.Find("SdkHttpMetadata")).starts_with(R"({"AllHttpHeaders":{"X-Amz-Log-Result":["bG9n"],)"));

  CHECK(
      ToJson(InvokeOutput({.status = 202, .request_id = "id", .trace_id = "trace", .date = "date"})) ==
      R"({"Payload":"","SdkHttpMetadata":{"AllHttpHeaders":{"x-amzn-Remapped-Content-Length":["0"],)"
      R"("Connection":["keep-alive"],"x-amzn-RequestId":["id"],"Content-Length":["0"],"Date":["date"],)"
      R"("X-Amzn-Trace-Id":["trace"]},"HttpHeaders":{"Connection":"keep-alive","Content-Length":"0","Date":"date",)"
      R"("x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"id","X-Amzn-Trace-Id":"trace"},"HttpStatusCode":202},)"
      R"("SdkResponseMetadata":{"RequestId":"id"},"StatusCode":202})");
}

TEST_CASE("the error of a function that failed") {
  struct Case {
    std::string payload;
    bool compact;
    std::string error, cause;
  };
  const std::string unknown =
      "The cause could not be determined because Lambda did not return an error type. Returned payload: ";
  for (const Case& c : std::vector<Case>{
           {R"({"errorMessage": "m", "errorType": "CustomException"})", false, "CustomException",
            R"({"errorMessage": "m", "errorType": "CustomException"})"},
           {R"({"errorMessage": "m", "errorType": "CustomException"})", true, "CustomException",
            R"({"errorMessage":"m","errorType":"CustomException"})"},
           {R"({"errorMessage":"2024-11-26T00:36:39.604Z x Task timed out after 3.00 seconds"})", true,
            "Lambda.Unknown",
            unknown + R"({"errorMessage":"2024-11-26T00:36:39.604Z x Task timed out after 3.00 seconds"})"},
           {R"({"errorType": 1})", false, "Lambda.Unknown", unknown + R"({"errorType": 1})"},
           {"not JSON", true, "Lambda.Unknown", unknown + "not JSON"},
           {"\xFF", false, "Lambda.Unknown", unknown + "\uFFFD"},
           {"", false, "Lambda.Unknown", unknown}}) {
    CAPTURE(c.payload);
    CHECK(FunctionFailure(c.payload, c.compact) == WorkflowError{c.error, c.cause});
  }
}

TEST_CASE("the errors of the service") {
  CHECK(LambdaRefusal("ResourceNotFoundException", "Function not found: x", 404, "id") ==
        WorkflowError{"Lambda.ResourceNotFoundException",
                      "Function not found: x (Service: AWSLambda; Status Code: 404; Error Code: "
                      "ResourceNotFoundException; Request ID: id; Proxy: null)"});
  CHECK(LambdaRefusal("", "Teapot", 418, "id") ==
        WorkflowError{"Lambda.AWSLambdaException",
                      "Teapot (Service: AWSLambda; Status Code: 418; Error Code: null; Request ID: id; Proxy: null)"});
  CHECK(LambdaUnreachable("no route") ==
        WorkflowError{"Lambda.SdkClientException", "Unable to execute HTTP request: no route"});
}

TEST_CASE("payloads of failures") {
  CHECK(FailurePayload("std::out_of_range", "at \"x\"\xFF") ==
        "{\"errorMessage\":\"at \\\"x\\\"\uFFFD\",\"errorType\":\"std::out_of_range\"}");
  CHECK(
      RuntimeFailurePayload("Runtime.ExitError", "id", "Runtime exited with error: exit status 1") ==
      R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: exit status 1"})");
  CHECK(TooLargePayload() ==
        R"({"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",)"
        R"("errorType":"Function.ResponseSizeTooLarge"})");
}

TEST_CASE("dates and trace ids") {
  CHECK(HttpDate({0}) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(HttpDate({1587059895999}) == "Thu, 16 Apr 2020 17:58:15 GMT");
  CHECK(HttpDate({1709164800000}) == "Thu, 29 Feb 2024 00:00:00 GMT");
  CHECK(HttpDate({-1}) == "Wed, 31 Dec 1969 23:59:59 GMT");
  SeededRandom random(1);
  const std::string id = MakeTraceId(random, {1587059895999});
  CHECK(id.starts_with("Root=1-5e989cb7-"));
  CHECK(id.size() == std::string("Root=1-5e989cb6-90039fd8971196666b022b62;Parent=53995c3f42cd8ad8;Sampled=0").size());
}

}  // namespace
}  // namespace gait
