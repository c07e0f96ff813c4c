#include "server/listener.h"

#include <atomic>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "engine/base/random.h"
#include "server/aws_json.h"

namespace gait {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

class Session;

// The way back from the engine's threads. An answer may come when the listener is gone: it is then dropped, here.
class Gate {
 public:
  explicit Gate(asio::io_context& context) : context_(&context) {}

  template <typename Job>
  void Post(Job job) {
    const std::lock_guard lock(mutex_);
    if (context_ != nullptr) asio::post(*context_, std::move(job));
  }
  void Shut() {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }

 private:
  std::mutex mutex_;
  asio::io_context* context_;  // guarded by mutex_
};

// What the sessions of a listener share.
struct Shared {
  Shared(Engine& e, const ListenerOptions& o, asio::io_context& context)
      : engine(e), options(o), gate(std::make_shared<Gate>(context)) {}

  Engine& engine;
  const ListenerOptions& options;
  const std::shared_ptr<Gate> gate;
  std::atomic<int> connections{0};
  std::atomic<bool> stopping{false};
  std::atomic<uint64_t> next_request{1};

  std::mutex mutex;
  std::set<std::shared_ptr<Session>> answering;  // guarded by mutex: the engine has their requests
};

// x-amzn-RequestId: a UUID's shape, unique within the process.
std::string RequestId(uint64_t number) { return SeededRandom(number).Uuid(); }

// One connection: reads a request, has it answered, writes the answer, and again.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    shared_.connections.fetch_add(1);
  }
  ~Session() { shared_.connections.fetch_sub(1); }

  void Start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->Read(); });
  }

 private:
  void Read() {
    parser_.emplace();
    parser_->body_limit(shared_.options.body_bytes_max);
    parser_->header_limit(kHeaderBytesMax);
    stream_.expires_after(std::chrono::seconds(kIdleSecondsMax));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code ec, size_t) { self->OnRead(ec); });
  }

  void OnRead(beast::error_code ec) {
    if (ec == http::error::body_limit || ec == http::error::header_limit) {
      keep_alive_ = false;
      return Write(
          ProtocolError(413, "RequestEntityTooLargeException",
                        "The request is larger than " + std::to_string(shared_.options.body_bytes_max) + " bytes"));
    }
    if (ec) return Close();
    // The answer may come in a minute: the deadline is for reading and writing.
    stream_.expires_never();
    const Request& request = parser_->get();
    keep_alive_ = request.keep_alive() && !shared_.stopping.load();
    version_ = request.version();
    Handle(request);
  }

  void Handle(const Request& request) {
    if (request.method() == http::verb::get && request.target() == "/health") {
      return Write({200, R"({"status":"ok"})", ""});
    }
    if (request.method() != http::verb::post) {
      return Write(ProtocolError(405, "MethodNotAllowed", "The API takes POST requests"));
    }
    const auto target = request["X-Amz-Target"];
    const std::string_view operation = OperationOf({target.data(), target.size()});
    if (operation.empty()) {
      return Write(ProtocolError(400, "UnknownOperationException",
                                 "The header X-Amz-Target names no operation of AWSStepFunctions"));
    }
    {
      const std::lock_guard lock(shared_.mutex);
      shared_.answering.insert(shared_from_this());
    }
    if (operation == "GetActivityTask") WatchForEnd();  // it takes a minute, and the worker may end meanwhile
    // Answers may come from any thread; the connection goes on in its own.
    shared_.engine.Call(
        operation, request.body(),
        [gate = shared_.gate, weak = weak_from_this()](OperationAnswer answer) {
          gate->Post([weak, answer = std::move(answer)]() mutable {
            if (auto self = weak.lock())
              asio::dispatch(self->stream_.get_executor(),
                             [self, answer = std::move(answer)]() mutable { self->Answered(std::move(answer)); });
          });
        },
        hung_up_);
  }

  // When the other side closes the connection there is something to read, and it is the end.
  void WatchForEnd() {
    hung_up_ = std::make_shared<std::atomic<bool>>(false);
    stream_.socket().async_wait(tcp::socket::wait_read,
                                [weak = weak_from_this(), hung_up = hung_up_](beast::error_code ec) {
                                  const auto self = weak.lock();
                                  // Once the answer is there what can be read is the next request's.
                                  if (ec || self == nullptr || self->hung_up_ != hung_up) return;
                                  char next = 0;
                                  self->stream_.socket().receive(asio::buffer(&next, 1), tcp::socket::message_peek, ec);
                                  if (ec == asio::error::eof || ec == asio::error::connection_reset)
                                    hung_up->store(true);
                                });
  }

  void Answered(OperationAnswer answer) {
    hung_up_ = nullptr;
    Write(std::move(answer));  // holds the session from here on
    const std::lock_guard lock(shared_.mutex);
    shared_.answering.erase(shared_from_this());
  }

  void Write(OperationAnswer answer) {
    response_.emplace(static_cast<http::status>(answer.status), version_);
    response_->set(http::field::content_type, "application/x-amz-json-1.0");
    response_->set("x-amzn-RequestId", RequestId(shared_.next_request.fetch_add(1)));
    if (!answer.error_code.empty()) response_->set("x-amzn-ErrorType", answer.error_code);
    response_->body() = std::move(answer.body);
    response_->keep_alive(keep_alive_);
    response_->prepare_payload();
    stream_.expires_after(std::chrono::seconds(kIdleSecondsMax));
    http::async_write(stream_, *response_, [self = shared_from_this()](beast::error_code ec, size_t) {
      if (ec || !self->keep_alive_) return self->Close();
      self->Read();
    });
  }

  void Close() {
    beast::error_code ignored;  // the other side may have closed first
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<Response> response_;
  Shared& shared_;
  std::shared_ptr<std::atomic<bool>> hung_up_;  // while one waits that may go away
  bool keep_alive_ = true;
  unsigned version_ = 11;
};

}  // namespace

struct Listener::Impl {
  Impl(Engine& engine, ListenerOptions o, std::function<void(std::string_view)> l)
      : options(std::move(o)),
        log(std::move(l)),
        context(options.threads),
        acceptor(context),
        shared(engine, options, context) {}
  ~Impl() { shared.gate->Shut(); }

  // Requests that the engine has get a moment to be answered; then connections that only wait are dropped.
  void StopWhenAnswered(int checks_left) {
    bool answering = false;
    {
      const std::lock_guard lock(shared.mutex);
      answering = !shared.answering.empty();
    }
    if (!answering || checks_left == 0) return context.stop();
    auto timer = std::make_shared<asio::steady_timer>(context, std::chrono::milliseconds(10));
    timer->async_wait([this, timer, checks_left](beast::error_code) { StopWhenAnswered(checks_left - 1); });
  }

  void Accept() {
    acceptor.async_accept(asio::make_strand(context), [this](beast::error_code ec, tcp::socket socket) {
      if (shared.stopping.load()) return;
      if (!ec && shared.connections.load() < kConnectionsMax) {
        socket.set_option(tcp::no_delay(true), ec);
        std::make_shared<Session>(std::move(socket), shared)->Start();
      }
      Accept();
    });
  }

  ListenerOptions options;
  std::function<void(std::string_view)> log;
  asio::io_context context;
  tcp::acceptor acceptor;
  Shared shared;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
};

Listener::Listener(Engine& engine, ListenerOptions options, std::function<void(std::string_view)> log)
    : impl_(std::make_unique<Impl>(engine, std::move(options), std::move(log))) {
  const auto fail = [&](const std::string& what) {
    throw EngineError("cannot listen on " + impl_->options.host + ":" + std::to_string(impl_->options.port) + ": " +
                      what);
  };
  beast::error_code ec;
  const auto addresses =
      tcp::resolver(impl_->context).resolve(impl_->options.host, std::to_string(impl_->options.port), ec);
  if (ec) fail(ec.message());
  const tcp::endpoint endpoint = *addresses.begin();
  impl_->acceptor.open(endpoint.protocol(), ec);
  if (ec) fail(ec.message());
  impl_->acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  impl_->acceptor.bind(endpoint, ec);
  if (ec) fail(ec.message());
  impl_->acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) fail(ec.message());
}

Listener::~Listener() = default;

uint16_t Listener::port() const { return impl_->acceptor.local_endpoint().port(); }

void Listener::Run() {
  impl_->work.emplace(impl_->context.get_executor());
  impl_->Accept();
  std::vector<std::thread> threads;
  for (int i = 1; i < impl_->options.threads; ++i) threads.emplace_back([this] { impl_->context.run(); });
  impl_->context.run();
  for (std::thread& thread : threads) thread.join();
}

void Listener::Stop() {
  asio::post(impl_->context, [this] {
    impl_->shared.stopping.store(true);
    beast::error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->work.reset();
    impl_->StopWhenAnswered(/*checks_left=*/50);
  });
}

}  // namespace gait
