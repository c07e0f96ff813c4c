#include "server/listener.h"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
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
  // What comes until the server closes the connection.
  std::string ReceiveAll() {
    std::string all;
    beast::error_code ec;
    asio::read(stream_.socket(), asio::dynamic_buffer(all), ec);
    return all;
  }
  // What has come after that time; "" for nothing.
  std::string ReceiveWithin(std::chrono::milliseconds time) {
    std::this_thread::sleep_for(time);
    beast::error_code ec;
    std::string text(stream_.socket().available(ec), '\0');
    if (!text.empty()) asio::read(stream_.socket(), asio::buffer(text), ec);
    return text;
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

// How long a server with such limits keeps a client that has sent `begun` and then nothing.
std::chrono::milliseconds Kept(ListenerOptions options, std::string_view begun) {
  Engine engine(EngineOptions{});
  options.port = 0;
  Listener listener(engine, options, [](std::string_view) {});
  std::thread thread([&] { listener.Run(); });
  const auto began = std::chrono::steady_clock::now();
  Connection client(listener.port());
  client.SendRaw(begun);
  CHECK(client.ClosedByServer());
  const auto kept = std::chrono::steady_clock::now() - began;
  CHECK(Connection(listener.port()).Call("ListStateMachines", "{}").result_int() == 200);
  listener.Stop();
  thread.join();
  return std::chrono::duration_cast<std::chrono::milliseconds>(kept);
}

TEST_CASE("slow clients are dropped") {
  using std::chrono::milliseconds, std::chrono::seconds;
  ListenerOptions options;
  options.request_max = milliseconds(200);
  for (const char* begun : {"POST / HT", "POST / HTTP/1.1\r\nHost: h\r\n",
                            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345"}) {
    INFO(begun);
    const milliseconds kept = Kept(options, begun);
    CHECK(kept >= milliseconds(200));
    CHECK(kept < seconds(10));
  }
  options.request_max = seconds(60);
  options.idle_max = milliseconds(200);
  CHECK(Kept(options, "") < seconds(10));
}

TEST_CASE("a client that sends a byte at a time is slow, too") {
  Engine engine(EngineOptions{});
  ListenerOptions options;
  options.port = 0;
  options.request_max = std::chrono::milliseconds(300);
  Listener listener(engine, options, [](std::string_view) {});
  std::thread thread([&] { listener.Run(); });
  Connection client(listener.port());
  const auto began = std::chrono::steady_clock::now();
  const std::string request = "POST / HTTP/1.1\r\nX-Fill: " + std::string(1000, 'x');
  bool dropped = false;
  for (size_t i = 0; i < request.size() && !dropped; ++i) {
    try {
      client.SendRaw(request.substr(i, 1));
    } catch (const boost::system::system_error&) {
      dropped = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(dropped);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(9));
  listener.Stop();
  thread.join();
}

TEST_CASE("there is a bound on connections") {
  Engine engine(EngineOptions{});
  ListenerOptions options;
  options.port = 0;
  options.connections_max = 2;
  Listener listener(engine, options, [](std::string_view) {});
  std::thread thread([&] { listener.Run(); });
  Connection first(listener.port());
  CHECK(first.Call("ListStateMachines", "{}").result_int() == 200);
  {
    Connection second(listener.port());
    CHECK(second.Call("ListStateMachines", "{}").result_int() == 200);
    CHECK(Connection(listener.port()).ClosedByServer());
    CHECK(second.Call("ListStateMachines", "{}").result_int() == 200);
  }
  for (bool again = true; again;) {  // once the second is gone there is room
    Connection third(listener.port());
    try {
      again = third.Call("ListStateMachines", "{}").result_int() != 200;
    } catch (const boost::system::system_error&) {
    }
  }
  listener.Stop();
  thread.join();
}

TEST_CASE("there is a bound on what all requests together hold") {
  Engine engine(EngineOptions{});
  ListenerOptions options;
  options.port = 0;
  options.held_bytes_max = 100'000;
  Listener listener(engine, options, [](std::string_view) {});
  std::thread thread([&] { listener.Run(); });
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n";
  {
    Connection first(listener.port()), second(listener.port());
    first.SendRaw(head + std::string(60'000, 'x'));
    second.SendRaw(head + std::string(60'000, 'x'));
    // One of them is told; which, they decide by their coming.
    std::string answer;
    while (answer.empty()) {
      for (Connection* client : {&first, &second}) answer += client->ReceiveWithin(std::chrono::milliseconds(50));
    }
    CHECK(answer.starts_with("HTTP/1.1 503 "));
  }
  bool answered = false;
  while (!answered) {  // once the others are gone there is room
    answered = Connection(listener.port()).Call("ListStateMachines", "{}").result_int() == 200;
  }
  listener.Stop();
  thread.join();
}

TEST_CASE("an address that others reach takes credentials, or the will to do without") {
  Engine engine(EngineOptions{});
  ListenerOptions options;
  options.host = "0.0.0.0";
  options.port = 0;
  CHECK_THROWS_AS(Listener(engine, options, [](std::string_view) {}), EngineError);
  options.insecure = true;
  CHECK_NOTHROW(Listener(engine, options, [](std::string_view) {}));
  options.insecure = false;
  options.credentials = std::make_shared<const Credentials>(Credentials{{"id", {"secret", ""}}});
  CHECK_NOTHROW(Listener(engine, options, [](std::string_view) {}));
}

constexpr const char* kList =
    "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: 2\r\n\r\n{}";

TEST_CASE_FIXTURE(Server, "requests that come at once are answered one after the other") {
  Connection client(listener.port());
  client.SendRaw(std::string(kList) + kList + std::string(kList).substr(0, 20));
  CHECK(client.Receive().result_int() == 200);
  CHECK(client.Receive().result_int() == 200);
  client.SendRaw(std::string(kList).substr(20));
  CHECK(client.Receive().body() == R"({"stateMachines":[]})");
}

TEST_CASE_FIXTURE(Server, "a request that comes behind a worker's poll is read whole when the poll was answered") {
  const std::string activity = "arn:aws:states:us-east-1:123456789012:activity:a";
  const std::string poll = R"({"activityArn": ")" + activity + R"("})";
  engine.Call("CreateActivity", R"({"name": "a"})");
  Connection client(listener.port());
  const std::string list = kList;
  client.SendRaw("POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\nContent-Length: " +
                 std::to_string(poll.size()) + "\r\n\r\n" + poll + list.substr(0, list.size() - 2));
  engine.StartExecution(engine.CreateStateMachine(
      "m", R"({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ")" + activity + R"(", "End": true}}})"));
  CHECK(Body(client.Receive()).Find("taskToken") != nullptr);
  client.SendRaw("{}");
  const Response listed = client.Receive();
  CHECK(listed.result_int() == 200);
  CHECK(Body(listed).Find("stateMachines")->size() == 1);
}

TEST_CASE_FIXTURE(Server, "a body in chunks") {
  Connection client(listener.port());
  const std::string head =
      "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  client.SendRaw(head + "1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n");
  CHECK(client.Receive().result_int() == 200);
  client.SendRaw(head + "ffffff\r\n");
  CHECK(client.Receive().result_int() == 413);
}

TEST_CASE_FIXTURE(Server, "who asks whether to send the body is told") {
  Connection client(listener.port());
  client.SendRaw(
      "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n");
  CHECK(client.Receive().result_int() == 100);
  client.SendRaw("{}");
  CHECK(client.Receive().result_int() == 200);
  CHECK(client.Call("ListStateMachines", "{}").result_int() == 200);
}

TEST_CASE_FIXTURE(Server, "who sends too much gets to see the answer, though all of it is not read") {
  Connection client(listener.port());
  client.SendRaw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  try {
    client.SendRaw(std::string(3'000'000, 'x'));
  } catch (const boost::system::system_error&) {
    FAIL("the connection was closed before the answer could be read");
  }
  CHECK(client.Receive().result_int() == 413);
}

TEST_CASE_FIXTURE(Server, "HTTP/1.0, and connections that end with their answer") {
  const std::string request(kList);
  Connection old(listener.port());
  old.SendRaw("POST / HTTP/1.0" + request.substr(15));
  const std::string answer = old.ReceiveAll();
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with(R"({"stateMachines":[]})"));
  Connection once(listener.port());
  once.SendRaw("POST / HTTP/1.1\r\nConnection: close" + request.substr(15));
  CHECK(once.ReceiveAll().ends_with(R"({"stateMachines":[]})"));
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
