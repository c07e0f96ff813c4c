#include "integrations/lambda.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/base64.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "tests/support/http_server.h"
#include "tests/support/test_listener.h"

namespace gait {
namespace {

using End = TestListener::End;
using Request = TestHttpServer::Request;
using Reply = TestHttpServer::Reply;

constexpr std::string_view kArn = "arn:aws:lambda:us-east-1:123456789012:function:";
constexpr std::string_view kInvoke = "arn:aws:states:::lambda:invoke";

Value Json(std::string_view text) {
  const JsonParse parse = ParseJson(text);
  REQUIRE(parse);
  return *parse.value;
}

TaskRequest MakeRequest(std::string_view resource, std::string_view parameters, int64_t event = 5) {
  TaskRequest request;
  request.id = {1, event};
  request.resource = *ParseTaskResource(resource);
  request.parameters = Json(parameters);
  request.execution_arn = "arn:aws:states:us-east-1:123456789012:execution:m:e";
  request.state_name = "Call it";
  request.attempt = 2;
  return request;
}

FunctionTarget Shell(std::string script) {
  return {CommandTarget{{"/bin/sh", "-c", std::move(script)}, "/", {}}, false};
}

struct Fixture {
  explicit Fixture(const FunctionTargets& functions)
      : lambda(
            functions, http, processes, random, [] { return Timestamp{1587059895000}; },
            [this](const FunctionLogLine& line) {
              const std::lock_guard lock(mutex);
              log.push_back(std::string(line.function) + "|" + std::string(line.state_name) + "|" +
                            std::string(line.line));
            }) {}

  std::shared_ptr<TestListener> Start(TaskRequest request) {
    auto listener = std::make_shared<TestListener>();
    lambda.Start(std::move(request), listener);
    return listener;
  }
  std::shared_ptr<TestListener> Run(TaskRequest request) {
    auto listener = Start(std::move(request));
    listener->Await();
    return listener;
  }
  std::shared_ptr<TestListener> RunFunction(std::string_view function, std::string_view input = "{}") {
    return Run(MakeRequest(std::string(kArn).append(function), input));
  }

  HttpClient http;
  ProcessRunner processes;
  SeededRandom random{1};
  std::mutex mutex;
  std::vector<std::string> log;
  LambdaIntegration lambda;
};

std::string Member(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value == nullptr ? "(none)" : value->is_string() ? std::string(value->as_string()) : ToJson(*value);
}

// The cause with the request id, which is a UUID, replaced.
std::string WithoutId(std::string text) {
  const size_t at = std::min(text.find("RequestId: "), text.find("Request ID: "));
  if (at != std::string::npos) text.replace(text.find(' ', at + 8) + 1, 36, "ID");
  return text;
}

TEST_CASE("a command answers by its standard output") {
  struct Case {
    std::string script, input, output;
  };
  for (const Case& c : std::vector<Case>{
           {"cat", R"({"a":[1,"é"]})", R"({"a":[1,"é"]})"},
           {"cat", "null", "null"},
           {"cat", R"("0")", R"("0")"},
           {"echo '{\"b\": 1.0}'", "{}", R"({"b":1.0})"},
           {"cat >/dev/null", "{}", "null"},
           {"echo", "{}", "null"},
           {"echo plain text", "{}", R"("plain text")"},
           {"printf 'a\\n\\r\\n'", "{}", R"("a")"},
           {R"(echo '{"errorType":"E","errorMessage":"m"}')", "{}", R"({"errorType":"E","errorMessage":"m"})"}}) {
    CAPTURE(c.script);
    Fixture f({{"f", Shell(c.script)}});
    const auto listener = f.RunFunction("f", c.input);
    REQUIRE(listener->end() == End::kSucceeded);
    CHECK(ToJson(listener->output()) == c.output);
  }
}

TEST_CASE("a command fails by its exit status") {
  const std::string exited = "Runtime exited with error: ";
  struct Case {
    std::string script, error, cause;
  };
  const auto runtime = [](const std::string& what) {
    return R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: )" +
           what + R"("})";
  };
  for (const Case& c : std::vector<Case>{
           {"exit 1", "Runtime.ExitError", runtime("exit status 1")},
           {"echo '{\"fine\":1}'; exit 3", "Runtime.ExitError", runtime("exit status 3")},
           {"echo oops; exit 3", "Runtime.ExitError", runtime("exit status 3")},
           {"kill -KILL $$", "Runtime.ExitError", runtime("signal: killed")},
           {"kill -SEGV $$", "Runtime.ExitError", runtime("signal: segmentation fault")},
           {"kill -TERM $$", "Runtime.ExitError", runtime("signal: terminated")},
           {R"(echo '{"errorMessage": "no stock", "errorType": "OutOfStock"}'; exit 1)", "OutOfStock",
            R"({"errorMessage": "no stock", "errorType": "OutOfStock"})"},
           {R"(echo '{"errorMessage":"m"}'; exit 1)", "Lambda.Unknown",
            "The cause could not be determined because Lambda did not return an error type. Returned payload: "
            R"({"errorMessage":"m"})"},
           {"head -c 6291557 /dev/zero", "Function.ResponseSizeTooLarge",
            R"({"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",)"
            R"("errorType":"Function.ResponseSizeTooLarge"})"}}) {
    CAPTURE(c.script);
    Fixture f({{"f", Shell(c.script)}});
    const auto listener = f.RunFunction("f");
    REQUIRE(listener->end() == End::kFailed);
    CHECK(listener->error().error == c.error);
    CHECK(WithoutId(*listener->error().cause) == c.cause);
  }
  Fixture f({{"f", {CommandTarget{{"/no/such"}, "/tmp", {}}, false}}});
  const auto listener = f.RunFunction("f");
  CHECK(listener->error().error == "Runtime.InvalidEntrypoint");
  CHECK(WithoutId(*listener->error().cause) ==
        R"({"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: ID Error: cannot run /no/such in /tmp: )"
        R"(No such file or directory"})");
}

TEST_CASE("what a command is told") {
  FunctionTarget target = Shell(
      "printf '\"%s\"' \"$AWS_LAMBDA_FUNCTION_NAME $AWS_REGION $GAIT_EXECUTION_ARN $GAIT_STATE_NAME "
      "$GAIT_IDEMPOTENCY_KEY $GAIT_ATTEMPT ${GAIT_TASK_TOKEN-none} $EXTRA\"");
  std::get<CommandTarget>(target.target).environment = {{"EXTRA", "more"}, {"AWS_REGION", "eu-west-1"}};
  Fixture f({{"f", target}});
  const std::string arn = "arn:aws:states:us-east-1:123456789012:execution:m:e";
  CHECK(ToJson(f.RunFunction("f")->output()) == "\"f eu-west-1 " + arn + " Call it " + arn + "/5/2 2 none more\"");
  TaskRequest request = MakeRequest(std::string(kInvoke) + ".waitForTaskToken", R"({"FunctionName":"f"})");
  request.task_token = "TOKEN";
  const auto listener = f.Run(request);
  CHECK(listener->end() == End::kSubmitted);
  CHECK(Member(listener->output(), "Payload") == "f eu-west-1 " + arn + " Call it " + arn + "/5/2 2 TOKEN more");
}

TEST_CASE("the standard error goes to the log, line by line") {
  Fixture f({{"f", Shell("echo one >&2; echo two >&2")}});
  f.RunFunction("f");
  CHECK(f.log == std::vector<std::string>{"f|Call it|one", "f|Call it|two"});
}

TEST_CASE("lambda:invoke shows the whole answer") {
  Fixture f({{"f", Shell("cat")}});
  const auto listener = f.Run(MakeRequest(kInvoke, R"({"FunctionName":"f","Payload":{"a":1}})"));
  REQUIRE(listener->end() == End::kSucceeded);
  const Value& output = listener->output();
  CHECK(Member(output, "ExecutedVersion") == "$LATEST");
  CHECK(Member(output, "Payload") == R"({"a":1})");
  CHECK(Member(output, "StatusCode") == "200");
  const Value& headers = *output.Find("SdkHttpMetadata")->Find("HttpHeaders");
  CHECK(Member(headers, "Content-Length") == "7");
  CHECK(Member(headers, "Date") == "Thu, 16 Apr 2020 17:58:15 GMT");
  CHECK(Member(headers, "x-amzn-RequestId") == Member(*output.Find("SdkResponseMetadata"), "RequestId"));
  CHECK(Member(headers, "X-Amzn-Trace-Id").starts_with("Root=1-5e989cb7-"));
}

TEST_CASE("the payload that the function is given") {
  Fixture f({{"f", Shell("cat")}});
  struct Case {
    std::string parameter, payload;
  };
  for (const Case& c : std::vector<Case>{{"", "{}"},
                                         {R"(,"Payload":null)", "{}"},
                                         {R"(,"Payload":{"a":null})", R"({"a":null})"},
                                         {R"(,"Payload":["x"])", R"(["x"])"},
                                         {R"(,"Payload":0.0)", "0.0"},
                                         {R"(,"Payload":"0.0")", "0.0"},
                                         {R"(,"Payload":"\"HelloWorld\"")", "HelloWorld"},
                                         {R"(,"Payload":"{}")", "{}"},
                                         {R"(,"Payload":"no JSON")", "no JSON"},
                                         {R"(,"Payload":"")", ""}}) {
    CAPTURE(c.parameter);
    const auto listener = f.Run(MakeRequest(kInvoke, R"({"FunctionName":"f")" + c.parameter + "}"));
    CHECK(Member(listener->output(), "Payload") == c.payload);
  }
}

TEST_CASE("the ways to name the function, and its qualifier") {
  Fixture f({{"f", Shell("echo '\"f\"'")}, {"*", Shell("printf '\"* %s\"' $AWS_LAMBDA_FUNCTION_NAME")}});
  struct Case {
    std::string parameters, payload, version;
  };
  for (const Case& c :
       std::vector<Case>{{R"("FunctionName":"f")", "f", "$LATEST"},
                         {R"("FunctionName":"f:7")", "f", "7"},
                         {R"("FunctionName":"f","Qualifier":"7")", "f", "7"},
                         {R"("FunctionName":"f:7","Qualifier":"7")", "f", "7"},
                         {R"("FunctionName":"f","Qualifier":"live")", "f", "$LATEST"},
                         {R"("FunctionName":"123456789012:function:f")", "f", "$LATEST"},
                         {R"("FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:f:2")", "f", "2"},
                         {R"("FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:g")", "* g", "$LATEST"}}) {
    CAPTURE(c.parameters);
    const auto listener = f.Run(MakeRequest(kInvoke, "{" + c.parameters + "}"));
    REQUIRE(listener->end() == End::kSucceeded);
    CHECK(Member(listener->output(), "Payload") == c.payload);
    CHECK(Member(listener->output(), "ExecutedVersion") == c.version);
  }
  CHECK(ToJson(f.RunFunction("f:live")->output()) == "\"f\"");
  CHECK(ToJson(f.RunFunction("g:1")->output()) == "\"* g\"");
}

TEST_CASE("what cannot be invoked") {
  Fixture f({{"f", Shell("cat")}});
  const auto refused = [](const std::string& arn) {
    return "Function not found: " + arn +
           " (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ID; Proxy: "
           "null)";
  };
  const auto unusable = [](const std::string& parameters, const std::string& what) {
    return "The Parameters '" + parameters + "' could not be used to start the Task: [" + what + "]";
  };
  struct Case {
    std::string resource, parameters, error, cause;
  };
  for (const Case& c : std::vector<Case>{
           {std::string(kArn) + "no_such", "{}", "Lambda.ResourceNotFoundException",
            refused(std::string(kArn) + "no_such:$LATEST")},
           {std::string(kInvoke), R"({"FunctionName":"no_such","Qualifier":"live"})",
            "Lambda.ResourceNotFoundException", refused(std::string(kArn) + "no_such:live")},
           {std::string(kInvoke), R"({"FunctionName":"111111111111:function:x"})", "Lambda.ResourceNotFoundException",
            refused("arn:aws:lambda:us-east-1:111111111111:function:x:$LATEST")},
           {std::string(kInvoke), "{}", "States.Runtime",
            unusable("{}", "The field 'FunctionName' is required but was missing")},
           {std::string(kInvoke), "[]", "States.Runtime",
            unusable("[]", "The field 'FunctionName' is required but was missing")},
           {std::string(kInvoke), R"({"FunctionName":1})", "States.Runtime",
            unusable(R"({"FunctionName":1})", "The value of the field 'FunctionName' has an invalid format")},
           {std::string(kInvoke), R"({"FunctionName":"a b"})", "States.Runtime",
            unusable(R"({"FunctionName":"a b"})", "The value of the field 'FunctionName' has an invalid format")},
           {std::string(kInvoke), R"({"FunctionName":"f","Qualifier":"a b"})", "States.Runtime",
            unusable(R"({"FunctionName":"f","Qualifier":"a b"})",
                     "The value of the field 'Qualifier' has an invalid format")},
           {std::string(kInvoke), R"({"FunctionName":"f","ClientContext":"a\r\nX: y"})", "States.Runtime",
            unusable(R"({"FunctionName":"f","ClientContext":"a\r\nX: y"})",
                     "The value of the field 'ClientContext' has an invalid format")},
           {std::string(kInvoke), R"({"FunctionName":"f:1","Qualifier":"2"})", "Lambda.InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier. (Service: AWSLambda; "
            "Status "
            "Code: 400; Error Code: InvalidParameterValueException; Request ID: ID; Proxy: null)"}}) {
    CAPTURE(c.parameters);
    const auto listener = f.Start(MakeRequest(c.resource, c.parameters));
    REQUIRE(listener->end() == End::kFailed);  // at once
    CHECK(listener->error().error == c.error);
    CHECK(WithoutId(*listener->error().cause) == c.cause);
  }
}

TEST_CASE("invocations that are not waited for") {
  Fixture f({{"f", Shell("cat >&2; echo done >&2; exit 1")}});
  const auto dry = f.Start(MakeRequest(kInvoke, R"({"FunctionName":"f","InvocationType":"DryRun"})"));
  CHECK(dry->end() == End::kSucceeded);
  CHECK(Member(dry->output(), "StatusCode") == "204");
  const auto event = f.Start(MakeRequest(kInvoke, R"({"FunctionName":"f","InvocationType":"Event","Payload":7})"));
  CHECK(event->end() == End::kSucceeded);
  CHECK(Member(event->output(), "StatusCode") == "202");
  CHECK(Member(event->output(), "ExecutedVersion") == "(none)");
  f.lambda.Stop({1, 5});  // does not reach it
  f.Run(MakeRequest(kInvoke, R"({"FunctionName":"f"})", 6));
  const auto has = [&](const std::string& line) {
    const std::lock_guard lock(f.mutex);
    return std::count(f.log.begin(), f.log.end(), "f|Call it|" + line);
  };
  for (int i = 0; i < 1000 && has("7done") == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(has("7done") == 1);
  CHECK(event->calls() == 1);
}

TEST_CASE("the end of the log is in the answer where it is asked for") {
  Fixture f({{"f", Shell("echo hello >&2")},
             {"g", Shell("i=0; while [ $i -lt 1000 ]; do echo line $i >&2; i=$((i+1)); done")}});
  const auto log_of = [&](const std::string& function) {
    const auto listener =
        f.Run(MakeRequest(kInvoke, R"({"FunctionName":")" + function + R"(","Qualifier":"3","LogType":"Tail"})"));
    const std::string log = Member(listener->output(), "LogResult");
    CHECK(Member(*listener->output().Find("SdkHttpMetadata")->Find("HttpHeaders"), "X-Amz-Log-Result") == log);
    std::string id = Member(*listener->output().Find("SdkResponseMetadata"), "RequestId");
    std::string text = *FromBase64(log);
    CHECK(text.size() <= 4096);
    for (size_t at; (at = text.find(id)) != std::string::npos;) text.replace(at, id.size(), "ID");
    return text;
  };
  CHECK(log_of("f") == "START RequestId: ID Version: 3\nhello\nEND RequestId: ID\nREPORT RequestId: ID\n");
  CHECK(log_of("g").ends_with("line 999\nEND RequestId: ID\nREPORT RequestId: ID\n"));
}

TEST_CASE("a megabyte goes through each kind of target") {
  TestHttpServer server([](const Request& request) { return Reply{.body = request.body}; });
  Fixture f({{"command", Shell("cat")}, {"endpoint", {EndpointTarget{server.url()}, false}}});
  f.lambda.Register("local", [](const FunctionCall& call) { return call.payload; });
  const std::string input = "\"" + std::string(1 << 20, 'x') + "\"";
  for (const char* function : {"command", "endpoint", "local"}) {
    CAPTURE(function);
    CHECK(ToJson(f.RunFunction(function, input)->output()) == input);
  }
}

TEST_CASE("an endpoint is called as Lambda is") {
  TestHttpServer server([](const Request& request) {
    return Reply{.headers = {{"X-Amz-Executed-Version", "12"},
                             {"x-amzn-RequestId", "their-id"},
                             {"X-Amz-Log-Result", "bG9n"},
                             {"X-Amzn-Trace-Id", "their-trace"},
                             {"Date", "their date"},
                             {"Server", "not shown"}},
                 .body = request.body};
  });
  Fixture f({{"f", {EndpointTarget{server.url() + "/prefix/"}, true}},
             {"emulator", {EndpointTarget{server.url() + "/2015-03-31/functions/function/invocations"}, false}}});
  const auto listener = f.Run(
      MakeRequest(kInvoke, R"({"FunctionName":"f:live","Payload":{"a": 1},"LogType":"Tail","ClientContext":"e30="})"));
  const Request seen = server.requests().at(0);
  CHECK(seen.method == "POST");
  CHECK(seen.target == "/prefix/2015-03-31/functions/f/invocations?Qualifier=live");
  CHECK(seen.body == R"({"a":1})");
  CHECK(seen.Header("Content-Type") == "application/json");
  CHECK(seen.Header("X-Amz-Invocation-Type") == "RequestResponse");
  CHECK(seen.Header("X-Amz-Log-Type") == "Tail");
  CHECK(seen.Header("X-Amz-Client-Context") == "e30=");
  CHECK(seen.Header("X-Gait-Idempotency-Key") == "arn:aws:states:us-east-1:123456789012:execution:m:e/5/2");
  CHECK(
      ToJson(listener->output()) ==
      R"({"ExecutedVersion":"12","LogResult":"bG9n","Payload":{"a":1},"SdkHttpMetadata":{"AllHttpHeaders":{)"
      R"("X-Amz-Log-Result":["bG9n"],"X-Amz-Executed-Version":["12"],"x-amzn-Remapped-Content-Length":["0"],)"
      R"("Connection":["keep-alive"],"x-amzn-RequestId":["their-id"],"Content-Length":["7"],"Date":["their date"],)"
      R"("X-Amzn-Trace-Id":["their-trace"],"Content-Type":["application/json"]},"HttpHeaders":{"Connection":"keep-alive",)"
      R"("Content-Length":"7","Content-Type":"application/json","Date":"their date","X-Amz-Executed-Version":"12",)"
      R"("X-Amz-Log-Result":"bG9n","x-amzn-Remapped-Content-Length":"0","x-amzn-RequestId":"their-id",)"
      R"("X-Amzn-Trace-Id":"their-trace"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"their-id"},"StatusCode":200})");

  f.Run(MakeRequest(kInvoke, R"({"FunctionName":"f","Qualifier":"$LATEST"})"));
  CHECK(server.requests().at(1).target == "/prefix/2015-03-31/functions/f/invocations?Qualifier=%24LATEST");
  CHECK(server.requests().at(1).Header("X-Amz-Log-Type") == "");
  f.RunFunction("emulator");
  CHECK(server.requests().at(2).target == "/2015-03-31/functions/function/invocations");
}

TEST_CASE("what an endpoint's answers mean") {
  Reply reply;
  TestHttpServer server([&](const Request&) { return reply; });
  Fixture f({{"f", {EndpointTarget{server.url()}, false}}});
  const auto cause = [](const std::string& message, const std::string& status, const std::string& code) {
    return message + " (Service: AWSLambda; Status Code: " + status + "; Error Code: " + code +
           "; Request ID: ID; Proxy: null)";
  };
  const std::string failure = R"({"errorMessage": "m", "errorType": "E"})";
  struct Case {
    Reply reply;
    End end;
    std::string error;  // or the payload
    std::string cause;
  };
  for (const Case& c : std::vector<Case>{
           {{.body = "aaaa"}, End::kSucceeded, "aaaa", ""},
           {{.body = "a\xFF"}, End::kSucceeded, "a\uFFFD", ""},
           {{.body = ""}, End::kSucceeded, "null", ""},
           {{.body = failure}, End::kSucceeded, R"({"errorMessage":"m","errorType":"E"})", ""},
           {{.headers = {{"X-Amz-Function-Error", "Unhandled"}}, .body = failure},
            End::kFailed,
            "E",
            R"({"errorMessage":"m","errorType":"E"})"},
           {{.headers = {{"X-Amz-Function-Error", "Unhandled"}}, .body = "crash"},
            End::kFailed,
            "Lambda.Unknown",
            "The cause could not be determined because Lambda did not return an error type. Returned payload: crash"},
           {{.status = 404,
           .reason = "Not Found",
           .headers = {{"x-amzn-ErrorType", "ResourceNotFoundException"}},
           .body = R"({"Type":"User","Message":"Function not found: x"})"},
            End::kFailed,
            "Lambda.ResourceNotFoundException",
            cause("Function not found: x", "404", "ResourceNotFoundException")},
           {{.status = 400,
           .headers = {{"X-Amzn-Errortype", "InvalidRequestContentException:http://internal.amazon.com/x/"}},
           .body = R"({"message":"bad"})"},
            End::kFailed,
            "Lambda.InvalidRequestContentException",
            cause("bad", "400", "InvalidRequestContentException")},
           {{.status = 429, .reason = "Too Many Requests", .body = R"({"Reason":"x","message":"Rate Exceeded."})"},
            End::kFailed,
            "Lambda.TooManyRequestsException",
            cause("Rate Exceeded.", "429", "TooManyRequestsException")},
           {{.status = 500, .reason = "Oh No", .body = "<html>"},
            End::kFailed,
            "Lambda.ServiceException",
            cause("Oh No", "500", "ServiceException")},
           {{.status = 502, .reason = "Bad Gateway"},
            End::kFailed,
            "Lambda.ServiceException",
            cause("Bad Gateway", "502", "ServiceException")},
           {{.status = 503, .reason = "Gone"},
            End::kFailed,
            "Lambda.ServiceException",
            cause("Gone", "503", "ServiceException")},
           {{.status = 504, .reason = "Slow"},
            End::kFailed,
            "Lambda.ServiceException",
            cause("Slow", "504", "ServiceException")},
           {{.status = 403, .reason = "Forbidden"},
            End::kFailed,
            "Lambda.AWSLambdaException",
            cause("Forbidden", "403", "null")},
           {{.status = 302, .reason = "Found", .headers = {{"Location", "/"}}},
            End::kFailed,
            "Lambda.AWSLambdaException",
            cause("Found", "302", "null")},
           {{.status = 418, .reason = "\xFF", .headers = {{"x-amzn-ErrorType", "T\xFF"}}},
            End::kFailed,
            "Lambda.T\uFFFD",
            cause("\uFFFD", "418", "T\uFFFD")},
           {{.body = "", .raw = true, .close = true},
            End::kFailed,
            "Lambda.SdkClientException",
            "Unable to execute HTTP request: The connection was closed before an answer came"},
           {{.body = "no HTTP\r\n\r\n", .raw = true, .close = true},
            End::kFailed,
            "Lambda.SdkClientException",
            "Unable to execute HTTP request: Received HTTP/0.9 when not allowed"},
       }) {
    CAPTURE(c.error);
    CAPTURE(c.reply.status);
    reply = c.reply;
    const auto listener = f.Run(MakeRequest(kInvoke, R"({"FunctionName":"f"})"));
    REQUIRE(listener->end() == c.end);
    if (c.end == End::kSucceeded) {
      CHECK(Member(listener->output(), "Payload") == c.error);
    } else {
      CHECK(listener->error().error == c.error);
      CHECK(WithoutId(*listener->error().cause) == c.cause);
    }
  }
  // The ARN of a function gives the cause as it came.
  reply = {.headers = {{"X-Amz-Function-Error", "Unhandled"}}, .body = failure};
  CHECK(f.RunFunction("f")->error() == WorkflowError{"E", failure});
  reply = {.status = 202, .reason = "Accepted"};
  const auto event = f.Run(MakeRequest(kInvoke, R"({"FunctionName":"f","InvocationType":"Event"})"));
  CHECK(server.requests().back().Header("X-Amz-Invocation-Type") == "Event");
  CHECK(Member(event->output(), "StatusCode") == "202");
  CHECK(Member(event->output(), "ExecutedVersion") == "(none)");
}

TEST_CASE("an endpoint that is not there") {
  const int port = UnusedPort();
  Fixture f({{"f", {EndpointTarget{"http://127.0.0.1:" + std::to_string(port)}, false}}});
  const auto listener = f.RunFunction("f");
  CHECK(listener->error().error == "Lambda.SdkClientException");
  CHECK(listener->error().cause->starts_with("Unable to execute HTTP request: Failed to connect to 127.0.0.1 port " +
                                             std::to_string(port)));
}

namespace errors {
struct OutOfStock : std::runtime_error {
  using std::runtime_error::runtime_error;
};
}  // namespace errors

TEST_CASE("functions of the program") {
  Fixture f({{"replaced", Shell("echo 1")}});
  f.lambda.Register("replaced", [](const FunctionCall&) { return "2"; });
  f.lambda.Register("echo", [](const FunctionCall& call) {
    return ToJson(
        Value::Array({Value::String(call.payload), Value::String(call.function), Value::String(call.execution_arn),
                      Value::String(call.state_name), Value::String(call.idempotency_key), Value::Int(call.attempt),
                      Value::String(call.task_token)}));
  });
  f.lambda.Register("text", [](const FunctionCall&) { return "no JSON"; });
  f.lambda.Register("error",
                    [](const FunctionCall&) -> std::string { throw FunctionError("Order.Invalid", "no items"); });
  f.lambda.Register("exception",
                    [](const FunctionCall&) -> std::string { throw errors::OutOfStock("none \xFF left"); });
  f.lambda.Register("out_of_range", [](const FunctionCall&) -> std::string { return {std::string().at(3)}; });
  f.lambda.Register("int", [](const FunctionCall&) -> std::string { throw 42; });
  f.lambda.Register("other_thread", [](FunctionCall call, FunctionResponder responder) {
    std::thread([call = std::move(call), responder] { responder.Succeed(call.payload); }).detach();
  });
  f.lambda.Register("twice", [](const FunctionCall&, const FunctionResponder& responder) {
    responder.Fail("First", "counts");
    responder.Succeed("{}");
    throw std::runtime_error("too late");
  });
  f.lambda.Register("silent", [](const FunctionCall&, const FunctionResponder&) {});
  const std::string arn = "arn:aws:states:us-east-1:123456789012:execution:m:e";
  struct Case {
    std::string function, error, output;  // or cause
  };
  for (
      const Case& c : std::vector<Case>{
          {"replaced", "", "2"},
          {"echo", "", R"(["{\"in\":1}","echo",")" + arn + R"(","Call it",")" + arn + R"(/5/2",2,""])"},
          {"text", "", R"("no JSON")"},
          {"other_thread", "", R"({"in":1})"},
          {"error", "Order.Invalid", R"({"errorMessage":"no items","errorType":"Order.Invalid"})"},
          {"exception", "gait::(anonymous namespace)::errors::OutOfStock",
           "{\"errorMessage\":\"none \uFFFD left\",\"errorType\":\"gait::(anonymous namespace)::errors::OutOfStock\"}"},
          {"int", "unknown",
           R"({"errorMessage":"The function has thrown what is no std::exception.","errorType":"unknown"})"},
          {"twice", "First", R"({"errorMessage":"counts","errorType":"First"})"},
          {"silent", "Function.NoAnswer",
           R"({"errorMessage":"The function has dropped its responder without an answer.","errorType":"Function.NoAnswer"})"}}) {
    CAPTURE(c.function);
    const auto listener = f.RunFunction(c.function, R"({"in":1})");
    if (c.error.empty()) {
      CHECK(ToJson(listener->output()) == c.output);
    } else {
      CHECK(listener->error() == WorkflowError{c.error, c.output});
    }
  }
  CHECK(f.RunFunction("out_of_range")->error().error == "std::out_of_range");
  const auto logged = f.Run(MakeRequest(kInvoke, R"({"FunctionName":"text","LogType":"Tail"})"));
  CHECK(Member(logged->output(), "Payload") == "no JSON");
  CHECK(FromBase64(Member(logged->output(), "LogResult"))->starts_with("START RequestId: "));
}

TEST_CASE("who may be given an invocation twice") {
  FunctionTarget twice = Shell("cat");
  twice.idempotent = true;
  Fixture f({{"once", Shell("cat")}, {"twice", twice}});
  f.lambda.Register(
      "local", [](const FunctionCall&) { return "1"; }, /*idempotent=*/true);
  CHECK_FALSE(f.lambda.IsIdempotent(MakeRequest(std::string(kArn) + "once", "{}")));
  CHECK(f.lambda.IsIdempotent(MakeRequest(std::string(kArn) + "twice:1", "{}")));
  CHECK(f.lambda.IsIdempotent(MakeRequest(kInvoke, R"({"FunctionName":"twice"})")));
  CHECK(f.lambda.IsIdempotent(MakeRequest(kInvoke, R"({"FunctionName":"local"})")));
  CHECK_FALSE(f.lambda.IsIdempotent(MakeRequest(kInvoke, R"({"FunctionName":"other"})")));
  CHECK_FALSE(f.lambda.IsIdempotent(MakeRequest(kInvoke, "{}")));
}

TEST_CASE("a task that is stopped is told nothing") {
  TestHttpServer server([&](const Request&) {
    server.Hold();
    return Reply{};
  });
  std::promise<void> local_started, local_may_end;
  Fixture f({{"command", Shell("echo $$ >&2; sleep 1000")}, {"endpoint", {EndpointTarget{server.url()}, false}}});
  f.lambda.Register("local", [&](const FunctionCall&) {
    local_started.set_value();
    local_may_end.get_future().get();
    return "1";
  });
  std::vector<std::shared_ptr<TestListener>> listeners;
  int64_t event = 10;
  for (const char* function : {"command", "endpoint", "local"}) {
    listeners.push_back(f.Start(MakeRequest(std::string(kArn) + function, "{}", event++)));
  }
  server.AwaitRequests(1);
  local_started.get_future().get();
  while (true) {
    const std::lock_guard lock(f.mutex);
    if (!f.log.empty()) break;
  }
  for (event = 9; event < 14; ++event) f.lambda.Stop({1, event});
  local_may_end.set_value();
  server.Release();
  f.lambda.Register("after", [&](const FunctionCall&) { return "1"; });
  f.RunFunction("after");
  f.lambda.Close();
  for (const auto& listener : listeners) CHECK(listener->calls() == 0);
}

TEST_CASE("after Close nobody is told anything") {
  std::promise<FunctionResponder> responder;
  std::vector<std::shared_ptr<TestListener>> listeners;
  {
    Fixture f({{"command", Shell("sleep 1000")}});
    f.lambda.Register("async", [&](const FunctionCall&, FunctionResponder r) { responder.set_value(std::move(r)); });
    listeners.push_back(f.Start(MakeRequest(std::string(kArn) + "command", "{}", 1)));
    listeners.push_back(f.Start(MakeRequest(std::string(kArn) + "async", "{}", 2)));
    const FunctionResponder late = responder.get_future().get();
    f.lambda.Close();
    CHECK(listeners[1].use_count() == 1);  // its owner may end before the function answers
    late.Succeed("1");
    listeners.push_back(f.Start(MakeRequest(std::string(kArn) + "command", "{}", 3)));
    f.lambda.Stop({1, 1});
  }
  for (const auto& listener : listeners) CHECK(listener->calls() == 0);
}

TEST_CASE("many invocations of each kind at once") {
  TestHttpServer server([](const Request& request) { return Reply{.body = request.body}; });
  Fixture f({{"command", Shell("cat")}, {"endpoint", {EndpointTarget{server.url()}, false}}});
  f.lambda.Register("local", [](const FunctionCall& call) { return call.payload; });
  std::vector<std::shared_ptr<TestListener>> listeners;
  for (int i = 0; i < 150; ++i) {
    const char* function = i % 3 == 0 ? "command" : i % 3 == 1 ? "endpoint" : "local";
    listeners.push_back(f.Start(MakeRequest(std::string(kArn) + function, std::to_string(i), i)));
  }
  for (int i = 0; i < 150; ++i) {
    listeners[static_cast<size_t>(i)]->Await();
    CHECK(ToJson(listeners[static_cast<size_t>(i)]->output()) == std::to_string(i));
  }
}

}  // namespace
}  // namespace gait
