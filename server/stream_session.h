// A session over a stream of Asio's: a TCP socket, or TLS over one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <type_traits>
#include <utility>

#include "server/session.h"

namespace gait {

// With the executor's own type: one behind any_io_executor costs an allocation or two for each read.
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using TlsStream = boost::asio::ssl::stream<Socket>;

template <typename Stream>
class StreamSession final : public Session {
 public:
  template <typename... Arguments>
  StreamSession(Service& service, Loop& loop, Socket socket, Arguments&... arguments)
      : Session(service, loop), stream_(std::move(socket), arguments...) {
    Error error;
    const auto address = this->socket().remote_endpoint(error).address();
    if (error) return;  // it is gone already
    client_ = address.to_string();
    from_this_machine_ = address.is_loopback() || (address.is_v6() && address.to_v6().is_v4_mapped() &&
                                                   address.to_string().starts_with("::ffff:127."));
    this->socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  auto self() { return std::static_pointer_cast<StreamSession>(shared_from_this()); }
  Socket& socket() {
    if constexpr (kTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void Handshake() override {
    if constexpr (kTls) {
      stream_.async_handshake(boost::asio::ssl::stream_base::server,
                              [self = self()](Error error) { self->OnReady(error); });
    } else {
      OnReady({});
    }
  }
  void ReadSome(boost::asio::mutable_buffer to) override {
    stream_.async_read_some(to, [self = self()](Error error, size_t bytes) { self->OnRead(error, bytes); });
  }
  void WriteAll(const std::array<boost::asio::const_buffer, 2>& text) override {
    boost::asio::async_write(stream_, text,
                             [self = self()](Error error, size_t bytes) { self->OnWritten(error, bytes); });
  }
  // Without TLS's close_notify: who speaks HTTP knows by Content-Length where an answer ends.
  void EndWriting() override {
    Error ignored;  // the other side may be gone
    socket().shutdown(Socket::shutdown_send, ignored);
  }
  void Abort() override {
    Error ignored;
    socket().shutdown(Socket::shutdown_both, ignored);
    socket().close(ignored);
  }

  Stream stream_;
};

}  // namespace gait
