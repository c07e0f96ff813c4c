// Serves the API over HTTP/1.1, plain or in TLS. A connection is no thread: thousands of them, and of answers that take
// long, are held by a few.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/gait.hpp"
#include "server/credentials.h"

namespace gait {

struct ListenerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8083;  // 0: any that is free
  int threads = 0;       // that serve connections; 0: one for every two cores

  // Null: whoever reaches it may call. Then it binds to the loopback interface alone, unless `insecure`.
  std::shared_ptr<const Credentials> credentials = nullptr;
  bool insecure = false;
  // Files in PEM form; both or none. Empty: plain HTTP.
  std::string tls_certificate = {}, tls_key = {};
  std::string access_log = {};  // a file, or "-" for standard output; empty: none

  // Bounds that keep a client from filling the server's memory or holding its connections.
  size_t body_bytes_max = 1'500'000;  // of a request: a definition of 1 MiB, with its quotes escaped
  size_t header_bytes_max = 16 * 1024;
  int connections_max = 10'000;
  int64_t held_bytes_max = 256 * 1'048'576;    // of all requests that are read, or wait for their answer, together
  std::chrono::milliseconds idle_max{75'000};  // of a connection between requests, and of an answer that is not read
  std::chrono::milliseconds request_max{
      20'000};                                 // from the first byte of a request to its last; of a TLS handshake too
  std::chrono::milliseconds drain_max{5'000};  // for what is under way when it stops
};

class Listener {
 public:
  // Binds at once; throws EngineError if the address cannot be had, or a file of the options cannot be read. Serves
  // when Run is called. `log` gets a line for what a person should know; any thread.
  Listener(Engine& engine, ListenerOptions options, std::function<void(std::string_view)> log);
  ~Listener();

  uint16_t port() const;

  // Serves until Stop. Stop may be called from any thread and from a signal handler's thread.
  void Run();
  // Takes no more connections, answers what is under way (workers that wait for an activity's task: with none, at once;
  // all else within drain_max), and then lets Run return.
  void Stop();
  // The access log was moved away: goes on in a new one. Any thread.
  void ReopenAccessLog();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gait
