#include "server/session.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "server/aws_json.h"

namespace gait {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr size_t kReadBytes = 4 * 1024;       // at a time; a request is mostly smaller
constexpr size_t kReadBodyBytes = 64 * 1024;  // at a time, of a body that is larger
constexpr auto kLinger = std::chrono::seconds(2);

// The status that nginx gives to a client that has closed the connection before its answer.
constexpr int kClientClosed = 499;

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Payload Too Large";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

}  // namespace

Session::Session(Service& service, Loop& loop) : service_(service), loop_(loop) {}

Session::~Session() {
  Forget();
  service_.connections.fetch_sub(1);
}

void Session::Forget() {
  if (!request_) return;
  request_.reset();
  service_.held_bytes.fetch_sub(static_cast<int64_t>(exchange_.bytes_in), std::memory_order_relaxed);
}

void Session::Start() {
  loop_.sessions.insert(shared_from_this());
  deadline_ = std::chrono::steady_clock::now() + service_.options().request_max;
  Handshake();
}

void Session::OnReady(Error error) {
  if (error || stage_ == Stage::kClosed) return Close();
  Parse();
}

// Goes on with what has been read; REQUIRES: kReading.
void Session::Parse() {
  const auto now = std::chrono::steady_clock::now();
  if (buffer_.size() == 0 && !request_) {
    if (loop_.draining) return Close();
    deadline_ = now + service_.options().idle_max;
    if (buffer_.capacity() > kReadBodyBytes) buffer_.shrink_to_fit();
    return Read();
  }
  if (!request_) {
    request_.emplace(service_.options().header_bytes_max, service_.options().body_bytes_max);
    ++number_;
    exchange_ = {};
    exchange_.began = now;
    exchange_.request_id = loop_.ids.Uuid();
    continued_ = false;
    deadline_ = now + service_.options().request_max;
  }
  Error error;
  while (buffer_.size() != 0 && !request_->is_done()) {
    const size_t used = request_->put(buffer_.data(), error);
    buffer_.consume(used);
    exchange_.bytes_in += used;
    service_.held_bytes.fetch_add(static_cast<int64_t>(used), std::memory_order_relaxed);
    if (error || used == 0) break;
  }
  if (error == http::error::need_more) error = {};
  if (error == http::error::body_limit || error == http::error::header_limit) {
    keep_alive_ = false;
    const size_t limit =
        error == http::error::body_limit ? service_.options().body_bytes_max : service_.options().header_bytes_max;
    return Write({ProtocolError(
        413, "RequestEntityTooLargeException",
        (error == http::error::body_limit ? "The request is larger than " : "The header is larger than ") +
            std::to_string(limit) + " bytes")});
  }
  if (error) return Close();  // it does not speak HTTP
  if (service_.held_bytes.load(std::memory_order_relaxed) > service_.options().held_bytes_max) {
    keep_alive_ = false;
    return Write({ProtocolError(503, "ServiceUnavailable", "Too many large requests at once; try again")});
  }
  if (request_->is_done()) return Handle();
  if (request_->is_header_done() && !continued_ && request_->ExpectsContinue()) {
    continued_ = true;
    stage_ = Stage::kWriting;
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    return WriteAll({asio::buffer(head_), asio::const_buffer()});
  }
  Read();
}

void Session::Read() {
  if (reading_) return;
  reading_ = true;
  const bool body = request_ && request_->is_header_done();
  ReadSome(buffer_.prepare(body ? kReadBodyBytes : kReadBytes));
}

void Session::OnRead(Error error, size_t bytes) {
  reading_ = false;
  if (stage_ == Stage::kClosed) return;
  if (stage_ == Stage::kLingering) {
    if (error) return Close();
    return Read();  // and forget it
  }
  if (error) {
    if (stage_ == Stage::kWriting) return;  // it says so too
    if (stage_ == Stage::kAnswering) {
      if (hung_up_ != nullptr) hung_up_->store(true);
      service_.Note(exchange_, client_, kClientClosed, "ClientClosed", 0);
    }
    return Close();
  }
  buffer_.commit(bytes);
  if (stage_ == Stage::kReading) Parse();
}

void Session::Handle() {
  keep_alive_ = request_->keep_alive() && !loop_.draining;
  const RequestView request = request_->View();
  if (request.method == "HEAD") keep_alive_ = false;  // its answer has a body, which nobody expects
  if (auto reply = service_.Route(request, from_this_machine_, exchange_)) return Write(*std::move(reply));
  stage_ = Stage::kAnswering;
  // It takes a minute, and the worker may end meanwhile: then there is something to read, and it is the end. Not behind
  // a request that has come already: that would be taken out of the buffer while more is read into it.
  if (exchange_.operation == "GetActivityTask" && buffer_.size() == 0) {
    hung_up_ = std::make_shared<std::atomic<bool>>(false);
    Read();
  }
  service_.engine().Call(
      exchange_.operation, request.body,
      [answers = loop_.answers, session = weak_from_this(), number = number_](OperationAnswer answer) {
        answers->Give(session, number, std::move(answer));
      },
      hung_up_);
}

void Session::Answered(uint64_t request, OperationAnswer answer) {
  if (stage_ != Stage::kAnswering || request != number_) return;  // it was given up
  hung_up_ = nullptr;
  Write({std::move(answer)});
}

void Session::Write(Reply reply) {
  stage_ = Stage::kWriting;
  if (loop_.draining) keep_alive_ = false;
  deadline_ = std::chrono::steady_clock::now() + service_.options().idle_max;
  answer_ = std::move(reply.answer);
  head_.clear();
  head_.append("HTTP/1.1 ").append(std::to_string(answer_.status)).append(" ").append(ReasonOf(answer_.status));
  head_.append("\r\nx-amzn-RequestId: ").append(exchange_.request_id);
  head_.append("\r\nDate: ").append(loop_.Date());
  head_.append("\r\nContent-Type: ").append(reply.content_type);
  head_.append("\r\nContent-Length: ").append(std::to_string(answer_.body.size()));
  if (!answer_.error_code.empty()) head_.append("\r\nx-amzn-ErrorType: ").append(answer_.error_code);
  if (!keep_alive_) {
    head_.append("\r\nConnection: close");
  } else if (request_->version() < 11) {
    head_.append("\r\nConnection: keep-alive");
  }
  head_.append("\r\n\r\n");
  WriteAll({asio::buffer(head_), asio::buffer(answer_.body)});
}

void Session::OnWritten(Error error, size_t bytes) {
  if (stage_ == Stage::kClosed) return;
  if (continued_ && !request_->is_done() && !error && keep_alive_) {  // that it may send the body
    stage_ = Stage::kReading;
    return Parse();
  }
  service_.Note(exchange_, client_, error ? kClientClosed : answer_.status, error ? "ClientClosed" : answer_.error_code,
                bytes);
  answer_ = {};
  const bool all_read = request_->is_done();
  Forget();
  if (error || (!keep_alive_ && all_read)) return Close();
  if (!keep_alive_) {
    stage_ = Stage::kLingering;
    deadline_ = std::chrono::steady_clock::now() + kLinger;
    buffer_.consume(buffer_.size());
    EndWriting();
    return Read();
  }
  stage_ = Stage::kReading;
  if (!reading_) return Parse();
  deadline_ = std::chrono::steady_clock::now() + service_.options().idle_max;
}

void Session::CheckDeadline(Moment now) {
  if (stage_ == Stage::kAnswering || stage_ == Stage::kClosed || now < deadline_) return;
  service_.connections_timed_out.fetch_add(1);
  Close();
}

void Session::Drain() {
  if (stage_ == Stage::kReading && !request_) Close();
}

void Session::GiveUp() {
  if (stage_ == Stage::kAnswering) {
    return Answered(number_, ProtocolError(503, "ServiceUnavailable", "The server stops; the execution goes on"));
  }
  if (stage_ != Stage::kWriting) Close();
}

void Session::Close() {
  if (stage_ == Stage::kClosed) return;
  const auto self = shared_from_this();
  stage_ = Stage::kClosed;
  loop_.sessions.erase(self);
  Abort();
}

}  // namespace gait
