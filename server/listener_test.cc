#include "server/listener.h"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>

#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "server/aws_json.h"

namespace gait {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Response = http::response<http::string_body>;

struct Server {
  Engine engine{EngineOptions{}};
  Listener listener{engine, {.port = 0}, [](std::string_view) {}};
  std::thread thread{[this] { listener.Run(); }};
  ~Server() {
    listener.Stop();
    thread.join();
  }
};

class Connection {
 public:
  explicit Connection(uint16_t port) : stream_(context_) {
    stream_.connect({asio::ip::make_address("127.0.0.1"), port});
  }
  void SendRaw(std::string_view text) { asio::write(stream_.socket(), asio::buffer(text)); }
  Response Receive() {
    Response response;
    http::read(stream_, buffer_, response);
    return response;
  }
  Response Call(std::string_view operation, std::string body, http::verb verb = http::verb::post) {
    http::request<http::string_body> request{verb, "/", 11};
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::content_type, "application/x-amz-json-1.0");
    if (!operation.empty()) request.set("X-Amz-Target", "AWSStepFunctions." + std::string(operation));
    request.body() = std::move(body);
    request.prepare_payload();
    http::write(stream_, request);
    return Receive();
  }
  bool ClosedByServer() {
    Response response;
    beast::error_code ec;
    http::read(stream_, buffer_, response, ec);
    return ec == http::error::end_of_stream || ec == asio::error::eof || ec == asio::error::connection_reset;
  }

 private:
  asio::io_context context_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
};

Value Body(const Response& response) { return *ParseJson(response.body()).value; }

TEST_CASE_FIXTURE(Server, "an operation is answered, and the connection is used again") {
  Connection client(listener.port());
  for (int i = 0; i < 2; ++i) {
    const Response response = client.Call("ListStateMachines", "{}");
    CHECK(response.result_int() == 200);
    CHECK(response[http::field::content_type] == "application/x-amz-json-1.0");
    CHECK(response["x-amzn-RequestId"].size() == 36);
    CHECK(response.body() == R"({"stateMachines":[]})");
  }
}

TEST_CASE_FIXTURE(Server, "an error has its code in the body and in a header") {
  Connection client(listener.port());
  const Response response = client.Call("StartExecution", R"({"stateMachineArn": "x"})");
  CHECK(response.result_int() == 400);
  CHECK(response["x-amzn-ErrorType"] == "InvalidArn");
  CHECK(Body(response).Find("__type")->as_string() == "InvalidArn");
}

TEST_CASE_FIXTURE(Server, "what is no request of the API") {
  Connection client(listener.port());
  CHECK(client.Call("", "{}").result_int() == 400);
  CHECK(client.Call("Nope", "{}").result_int() == 400);
  CHECK(client.Call("ListStateMachines", "{").result_int() == 400);
  CHECK(client.Call("ListStateMachines", "", http::verb::put).result_int() == 405);
  CHECK(client.Call("ListStateMachines", "{}").result_int() == 200);  // the connection has taken no harm
}

TEST_CASE_FIXTURE(Server, "a body over the bound is refused before it is read") {
  Connection client(listener.port());
  client.SendRaw(
      "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: "
      "99999999\r\n\r\n");
  CHECK(client.Receive().result_int() == 413);
}

TEST_CASE_FIXTURE(Server, "what is no HTTP closes the connection") {
  Connection client(listener.port());
  client.SendRaw("\x16\x03\x01\x02nonsense\r\n\r\n");
  CHECK(client.ClosedByServer());
}

TEST_CASE("a server that stops leaves no answer behind") {
  Engine engine({});
  const std::string machine = engine.CreateStateMachine(
      "m", R"({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 100, "End": true}}})", "EXPRESS");
  Listener listener(engine, {.port = 0}, [](std::string_view) {});
  std::thread thread([&] { listener.Run(); });
  Connection client(listener.port());
  client.SendRaw("POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.StartSyncExecution\r\nContent-Length: " +
                 std::to_string(machine.size() + 22) + "\r\n\r\n{\"stateMachineArn\": \"" + machine + "\"}");
  Connection other(listener.port());
  CHECK(other.Call("ListStateMachines", "{}").result_int() == 200);
  listener.Stop();
  thread.join();
}

TEST_CASE_FIXTURE(Server, "a worker that has closed its connection takes no task") {
  const std::string activity = "arn:aws:states:us-east-1:123456789012:activity:a";
  const std::string poll = R"({"activityArn": ")" + activity + R"("})";
  engine.Call("CreateActivity", R"({"name": "a"})");
  {
    Connection gone(listener.port());
    gone.SendRaw("POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\nContent-Length: " +
                 std::to_string(poll.size()) + "\r\n\r\n" + poll);
    Connection other(listener.port());
    CHECK(other.Call("ListActivities", "{}").result_int() == 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // its poll has come
  }
  Connection here(listener.port());
  CHECK(here.Call("ListActivities", "{}").result_int() == 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // its end has come
  engine.StartExecution(engine.CreateStateMachine(
      "m", R"({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ")" + activity + R"(", "End": true}}})"));
  CHECK(Body(here.Call("GetActivityTask", poll)).Find("taskToken") != nullptr);
}

TEST_CASE_FIXTURE(Server, "a port that is in use cannot be had") {
  try {
    Listener second(engine, {.port = listener.port()}, [](std::string_view) {});
    FAIL("two servers on one port");
  } catch (const EngineError& e) {
    CHECK(std::string(e.what()).starts_with("cannot listen on 127.0.0.1:"));
  }
}

TEST_CASE("the operation that X-Amz-Target names") {
  CHECK(OperationOf("AWSStepFunctions.StartExecution") == "StartExecution");
  CHECK(OperationOf("AWSStepFunctions.") == "");
  CHECK(OperationOf("DynamoDB_20120810.PutItem") == "");
  CHECK(OperationOf("Logs_20140328.CreateLogGroup") == "Logs_20140328.CreateLogGroup");
  CHECK(OperationOf("") == "");
}

}  // namespace
}  // namespace gait
