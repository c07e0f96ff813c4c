// Serves the API over HTTP/1.1. A connection is no thread: thousands of them, and of answers that take long, are held
// by a few.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/gait.hpp"

namespace gait {

struct ListenerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8083;  // 0: any that is free
  int threads = 1;
  size_t body_bytes_max = 1'500'000;  // of a request: a definition of 1 MiB, with its quotes escaped
};

// Bounds that keep a client from filling the server's memory or holding its connections.
inline constexpr size_t kHeaderBytesMax = 16 * 1024;
inline constexpr int kConnectionsMax = 10'000;
inline constexpr int kIdleSecondsMax = 75;  // of a connection between requests, and of a request that trickles in

class Listener {
 public:
  // Binds at once; throws EngineError if the address cannot be had. Serves when Run is called.
  Listener(Engine& engine, ListenerOptions options, std::function<void(std::string_view)> log);
  ~Listener();

  uint16_t port() const;

  // Serves until Stop. Stop may be called from any thread and from a signal handler's thread.
  void Run();
  // Takes no more requests, answers those it has, and then lets Run return.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gait
