// One connection: reads a request, has it answered, writes the answer, and again. Of its loop's thread alone.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "server/loop.h"
#include "server/request_parser.h"
#include "server/service.h"

namespace gait {

// What is the same for plain connections and for TLS; StreamSession has the rest.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Error = boost::system::error_code;
  using Moment = std::chrono::steady_clock::time_point;

  // REQUIRES: the connection was counted in service.connections; it is until the session is gone.
  Session(Service& service, Loop& loop);
  virtual ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Start();
  // The engine has answered the request of that number.
  void Answered(uint64_t request, OperationAnswer answer);
  // Closes it, if its time is over.
  void CheckDeadline(Moment now);
  // The server stops: closes it, unless a request is under way.
  void Drain();
  // The server has waited long enough.
  void GiveUp();

 protected:
  // What a stream can do. Each calls back once: OnReady, OnRead, OnWritten.
  virtual void Handshake() = 0;
  virtual void ReadSome(boost::asio::mutable_buffer to) = 0;
  virtual void WriteAll(const std::array<boost::asio::const_buffer, 2>& text) = 0;
  // Tells the other side that nothing more comes.
  virtual void EndWriting() = 0;
  // Both ways, at once; what was asked for calls back with an error.
  virtual void Abort() = 0;

  void OnReady(Error error);
  void OnRead(Error error, size_t bytes);
  void OnWritten(Error error, size_t bytes);

  std::string client_;  // its address
  bool from_this_machine_ = false;

 private:
  enum class Stage : uint8_t {
    kReading,    // a request, or waits for one
    kAnswering,  // the engine has the request
    kWriting,    // the answer, or that the client may go on
    kLingering,  // was answered before all was read: reads on, so that the client gets to see the answer
    kClosed,
  };

  void Parse();
  void Read();
  void Handle();
  void Write(Reply reply);
  // The request is not needed any more.
  void Forget();
  void Close();

  Service& service_;
  Loop& loop_;
  Stage stage_ = Stage::kReading;
  // ReadSome is under way, also while a worker waits for its task, to see it go away; `buffer_` is empty then, or has
  // the beginning of a request.
  bool reading_ = false;
  Moment deadline_;  // by when the client must have done what it is waited for
  boost::beast::flat_buffer buffer_;
  std::optional<RequestParser> request_;  // from its first byte to the end of the answer
  bool continued_ = false;                // the client was told to send the body
  uint64_t number_ = 0;                   // of the request on this connection
  Exchange exchange_;
  std::shared_ptr<std::atomic<bool>> hung_up_;  // for the engine, while a worker waits
  bool keep_alive_ = true;
  OperationAnswer answer_;
  std::string head_;  // of the answer
};

}  // namespace gait
