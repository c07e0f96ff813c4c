#include "integrations/http.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "tests/support/http_server.h"
#include "tests/support/test_listener.h"

namespace gait {
namespace {

using End = TestListener::End;
using Request = TestHttpServer::Request;
using Reply = TestHttpServer::Reply;

TaskRequest MakeRequest(const std::string& parameters, int64_t event = 5) {
  TaskRequest request;
  request.id = {1, event};
  request.resource = *ParseTaskResource("arn:aws:states:::http:invoke");
  const JsonParse parse = ParseJson(parameters);
  REQUIRE(parse);
  request.parameters = *parse.value;
  return request;
}

struct Fixture {
  explicit Fixture(TestHttpServer::Handler handler = [](const Request&) { return Reply{}; })
      : server(std::move(handler)), http(client, 262'144) {}

  // `more` are members after ApiEndpoint.
  std::shared_ptr<TestListener> Start(const std::string& more, const std::string& path = "/") {
    auto listener = std::make_shared<TestListener>();
    http.Start(MakeRequest(R"({"ApiEndpoint":")" + server.url() + path + R"(",)" + more + "}"), listener);
    return listener;
  }
  std::shared_ptr<TestListener> Run(const std::string& more, const std::string& path = "/") {
    auto listener = Start(more, path);
    listener->Await();
    return listener;
  }

  TestHttpServer server;
  HttpClient client;
  HttpIntegration http;
};

TEST_CASE("the output of an HTTP Task") {
  Fixture f([](const Request&) {
    return Reply{.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"X-A", "1"}, {"x-a", "2"}},
                 .body = R"({"id": [1, 2.0]})"};
  });
  const auto listener =
      f.Run(R"("Method":"GET","Authentication":{"ConnectionArn":"arn:aws:events:x:1:connection/c/1"})");
  REQUIRE(listener->end() == End::kSucceeded);
  CHECK(ToJson(listener->output()) ==
        R"({"Headers":{"content-type":["application/json; charset=utf-8"],"x-a":["1","2"],"content-length":["16"]},)"
        R"("ResponseBody":{"id":[1,2.0]},"StatusCode":200,"StatusText":"OK"})");
  const Request seen = f.server.requests().at(0);
  CHECK(seen.method == "GET");
  CHECK(seen.target == "/");
  CHECK(seen.Header("User-Agent") == "gait|StepFunctions|HttpInvoke|us-east-1");
  CHECK(seen.Header("Range") == "bytes=0-262144");
  CHECK(seen.Header("Content-Type") == "");
  CHECK(seen.Header("Authorization") == "");
}

TEST_CASE("what is sent") {
  Fixture f;
  struct Case {
    std::string parameters;
    std::string method, target, body, content_type;
  };
  const std::string json = "application/json; charset=UTF-8";
  for (const Case& c : std::vector<Case>{
           {R"("Method":"POST","RequestBody":{"a":[1]})", "POST", "/", R"({"a":[1]})", json},
           {R"("Method":"POST","RequestBody":"raw text")", "POST", "/", "raw text", json},
           {R"("Method":"POST","RequestBody":null)", "POST", "/", "", ""},
           {R"("Method":"PUT")", "PUT", "/", "", ""},
           {R"("Method":"PATCH","RequestBody":1,"Headers":{"content-type":"text/x"})", "PATCH", "/", "1", "text/x"},
           {R"("Method":"DELETE")", "DELETE", "/", "", ""},
           {R"("Method":"HEAD")", "HEAD", "/", "", ""},
           {R"("Method":"OPTIONS")", "OPTIONS", "/", "", ""},
           {R"("Method":"GET","QueryParameters":{"a b":"c&d","e":[1,true]})", "GET", "/?a%20b=c%26d&e=1&e=true", "",
            ""},
           {R"("Method":"GET","QueryParameters":"a=1")", "GET", "/?a=1", "", ""},
           {R"("Method":"GET","QueryParameters":{})", "GET", "/", "", ""},
           {R"("Method":"POST","RequestBody":{"a":["x","y"]},"Transform":{"RequestBodyEncoding":"NONE"})", "POST", "/",
            R"({"a":["x","y"]})", json},
           {R"("Method":"POST","RequestBody":{"a":["x","y"]},"Transform":{"RequestBodyEncoding":"URL_ENCODED"},)"
            R"("Headers":{"Content-Type":"application/x-www-form-urlencoded"})",
            "POST", "/", "a%5B0%5D=x&a%5B1%5D=y", "application/x-www-form-urlencoded"},
           {R"("Method":"POST","RequestBody":{"a":["x","y"]},"Transform":{"RequestBodyEncoding":"URL_ENCODED",)"
            R"("RequestEncodingOptions":{"ArrayFormat":"REPEAT"}})",
            "POST", "/", "a=x&a=y", json}}) {
    CAPTURE(c.parameters);
    const auto listener = f.Run(c.parameters);
    CHECK(listener->end() == End::kSucceeded);
    const Request seen = f.server.requests().back();
    CHECK(seen.method == c.method);
    CHECK(seen.target == c.target);
    CHECK(seen.body == c.body);
    CHECK(seen.Header("Content-Type") == c.content_type);
  }
  f.Run(R"("Method":"GET","QueryParameters":{"b":2})", "/p?a=1#part");
  CHECK(f.server.requests().back().target == "/p?a=1&b=2");
  f.Run(
      R"("Method":"GET","Headers":{"X-Text":"é","X-List":["a",1],"X-True":true,"Range":"bytes=1-2","User-Agent":"me",)"
      R"("Content-Length":"99","X-Empty":""})");
  const Request seen = f.server.requests().back();
  CHECK(seen.Header("X-Text") == "é");
  CHECK(seen.Header("X-List") == "a, 1");
  CHECK(seen.Header("X-True") == "true");
  CHECK(seen.Header("Range") == "bytes=0-262144");
  CHECK(seen.Header("User-Agent") == "gait|StepFunctions|HttpInvoke|us-east-1");
  CHECK(seen.Header("Content-Length") == "");
}

TEST_CASE("parameters that nothing can be done with") {
  Fixture f;
  const auto format = [](const std::string& field) {
    return "The value of the field '" + field + "' has an invalid format";
  };
  const auto missing = [](const std::string& field) { return "The field '" + field + "' is required but was missing"; };
  struct Case {
    std::string parameters, what;
  };
  const std::string endpoint = R"("ApiEndpoint":")" + f.server.url() + R"(")", get = R"(,"Method":"GET")";
  for (const Case& c : std::vector<Case>{
           {"{}", missing("ApiEndpoint") + ", " + missing("Method")},
           {"[]", missing("ApiEndpoint")},
           {"{" + endpoint + "}", missing("Method")},
           {R"({"ApiEndpoint":1,"Method":"GET"})", format("ApiEndpoint")},
           {R"({"ApiEndpoint":"ftp://x/","Method":"GET"})", format("ApiEndpoint")},
           {R"({"ApiEndpoint":"http://x/a b","Method":"GET"})", format("ApiEndpoint")},
           {R"({"ApiEndpoint":"http://x/\r\nX: y","Method":"GET"})", format("ApiEndpoint")},
           {R"({"ApiEndpoint":"http://","Method":"GET"})", format("ApiEndpoint")},
           {R"({"ApiEndpoint":"http://127.0.0.1:99999/","Method":"GET"})", format("ApiEndpoint")},
           {"{" + endpoint + R"(,"Method":"get"})", format("Method")},
           {"{" + endpoint + R"(,"Method":"CONNECT"})", format("Method")},
           {"{" + endpoint + get + R"(,"Headers":[]})", format("Headers")},
           {"{" + endpoint + get + R"(,"Headers":{"a b":"x"}})", format("Headers")},
           {"{" + endpoint + get + R"(,"Headers":{"":"x"}})", format("Headers")},
           {"{" + endpoint + get + R"(,"Headers":{"X":"a\r\nY: b"}})", format("Headers")},
           {"{" + endpoint + get + R"(,"Headers":{"X":{}}})", format("Headers")},
           {"{" + endpoint + get +
                R"(,"Headers":{"Authorization":"x","OK":"y","X-Amz-Date":"z","x-forwarded-for":"w","TE":"t"}})",
            "The 'Headers' field contains unsupported values: [authorization, x-amz-date, x-forwarded-for, te]"},
           {"{" + endpoint + get + R"(,"QueryParameters":1})", format("QueryParameters")},
           {"{" + endpoint + get + R"(,"Transform":{"RequestBodyEncoding":"XML"}})", format("RequestBodyEncoding")},
           {"{" + endpoint + get + R"(,"Transform":1})", format("Transform")},
           {"{" + endpoint + get + R"(,"Transform":{"RequestEncodingOptions":{"ArrayFormat":"X"}}})",
            format("ArrayFormat")},
           {"{" + endpoint + get + R"(,"RequestBody":[1],"Transform":{"RequestBodyEncoding":"URL_ENCODED"}})",
            format("RequestBody")}}) {
    CAPTURE(c.parameters);
    auto listener = std::make_shared<TestListener>();
    f.http.Start(MakeRequest(c.parameters), listener);
    REQUIRE(listener->Await() == End::kFailed);
    CHECK(listener->error().error == "States.Runtime");
    const TaskRequest request = MakeRequest(c.parameters);
    CHECK(listener->error().cause ==
          "The Parameters '" + ToJson(request.parameters) + "' could not be used to start the Task: [" + c.what + "]");
  }
  CHECK(f.server.requests().empty());
}

TEST_CASE("what the responses mean") {
  Reply reply;
  Fixture f([&](const Request&) { return reply; });
  const std::string large(262'145, 'x');
  struct Case {
    Reply reply;
    std::string error;
    std::string result;  // the cause, or the body as JSON
  };
  const auto type = [](const std::string& t, const std::string& body) {
    return Reply{.headers = {{"Content-Type", t}}, .body = body};
  };
  for (const Case& c : std::vector<Case>{
           {type("application/json", "[1]"), "", "[1]"},
           {type("APPLICATION/JSON ; x=y", "[1]"), "", "[1]"},
           {type("application/problem+json", "{}"), "", "{}"},
           {type("application/json", "{oops"), "", R"("{oops")"},
           {type("application/json", ""), "", R"("")"},
           {type("text/plain", "[1]"), "", R"("[1]")"},
           {Reply{.body = "{}"}, "", R"("{}")"},
           {Reply{.status = 206, .reason = "Partial Content", .body = "x"}, "", R"("x")"},
           {Reply{.body = std::string(262'144, 'x')}, "", "\"" + std::string(262'144, 'x') + "\""},
           {Reply{.body = large}, "States.DataLimitExceeded",
            "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit."},
           {type("application/octet-stream", "x"), "States.Runtime",
            "The response has the content type 'application/octet-stream', which is not supported."},
           {type("Image/PNG", "x"), "States.Runtime",
            "The response has the content type 'image/png', which is not supported."},
           {type("video/mp4", "x"), "States.Runtime",
            "The response has the content type 'video/mp4', which is not supported."},
           {type("audio/ogg", "x"), "States.Runtime",
            "The response has the content type 'audio/ogg', which is not supported."},
           {type("text/plain", "a\xFF"), "States.Runtime", "The response cannot be read as text."},
           {Reply{.status = 404, .reason = "Not Found", .body = "{}"}, "States.Http.StatusCode.404", "Not Found"},
           {Reply{.status = 404, .reason = "", .body = "{}"}, "States.Http.StatusCode.404", "Not Found"},
           {Reply{.status = 429, .reason = "Slow Down"}, "States.Http.StatusCode.429", "Slow Down"},
           {Reply{.status = 500, .reason = ""}, "States.Http.StatusCode.500", "Internal Server Error"},
           {Reply{.status = 599, .reason = ""}, "States.Http.StatusCode.599", ""},
           {Reply{.status = 302, .reason = "Found", .headers = {{"Location", "/"}}}, "States.Http.StatusCode.302",
            "Found"},
           {Reply{.raw = true, .close = true}, "States.Http.Socket",
            "Unable to execute HTTP request: Empty reply from server"},
       }) {
    CAPTURE(c.reply.body.substr(0, 20));
    CAPTURE(c.reply.status);
    reply = c.reply;
    const auto listener = f.Run(R"("Method":"GET")");
    if (c.error.empty()) {
      REQUIRE(listener->end() == End::kSucceeded);
      CHECK(ToJson(*listener->output().Find("ResponseBody")) == c.result);
    } else {
      CHECK(listener->error() == WorkflowError{c.error, c.result});
    }
  }
}

TEST_CASE("a server that is not there") {
  Fixture f;
  auto listener = std::make_shared<TestListener>();
  f.http.Start(
      MakeRequest(R"({"Method":"GET","ApiEndpoint":"http://127.0.0.1:)" + std::to_string(UnusedPort()) + R"(/"})"),
      listener);
  listener->Await();
  CHECK(listener->error().error == "States.Http.Socket");
}

TEST_CASE("without a quota there is no limit") {
  TestHttpServer server([](const Request&) { return Reply{.body = std::string(1 << 20, 'x')}; });
  HttpClient client;
  HttpIntegration http(client, Quotas::Off().payload_bytes_max);
  auto listener = std::make_shared<TestListener>();
  http.Start(MakeRequest(R"({"Method":"GET","ApiEndpoint":")" + server.url() + R"("})"), listener);
  CHECK(listener->Await() == End::kSucceeded);
  CHECK(server.requests().at(0).Header("Range") == "");
}

TEST_CASE("methods that change nothing may be called twice") {
  Fixture f;
  const auto idempotent = [&](const std::string& parameters) { return f.http.IsIdempotent(MakeRequest(parameters)); };
  CHECK(idempotent(R"({"Method":"GET"})"));
  CHECK(idempotent(R"({"Method":"HEAD"})"));
  CHECK_FALSE(idempotent(R"({"Method":"POST"})"));
  CHECK_FALSE(idempotent(R"({"Method":"DELETE"})"));
  CHECK_FALSE(idempotent("{}"));
  CHECK_FALSE(idempotent("[]"));
}

TEST_CASE("a task that is stopped is told nothing") {
  TestHttpServer server([&](const Request&) {
    server.Hold();
    return Reply{};
  });
  HttpClient client;
  HttpIntegration http(client, 1000);
  const std::string parameters = R"({"Method":"GET","ApiEndpoint":")" + server.url() + R"("})";
  const auto stopped = std::make_shared<TestListener>(), closed = std::make_shared<TestListener>(),
             late = std::make_shared<TestListener>();
  http.Start(MakeRequest(parameters, 1), stopped);
  http.Start(MakeRequest(parameters, 2), closed);
  server.AwaitRequests(2);
  http.Stop({1, 1});
  http.Stop({1, 1});
  http.Stop({1, 7});
  http.Close();
  http.Start(MakeRequest(parameters, 3), late);
  server.Release();
  client.Stop();
  CHECK(stopped->calls() + closed->calls() + late->calls() == 0);
}

}  // namespace
}  // namespace gait
