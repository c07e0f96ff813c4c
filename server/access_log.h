// One line of JSON for each request that was answered: docs/server.md. Never a secret, a token or a payload.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "engine/base/timestamp.h"

namespace gait {

struct AccessRecord {
  Timestamp time;  // when the answer was sent
  std::string_view request_id, client, operation;
  int status = 0;
  std::string_view error_code;
  double duration_ms = 0;  // from the request's first byte to the answer's last
  uint64_t bytes_in = 0, bytes_out = 0;
  std::string_view access_key_id;  // as the request names it
};

// With its line end.
std::string AccessLogLine(const AccessRecord& record);

// Shared. A thread of its own writes, what has come while it wrote at once: who answers requests waits for no disk. At
// most kBytesMax wait. What is beyond, because nobody reads the other end of a pipe, is dropped and counted, and so is
// what cannot be written.
class AccessLog {
 public:
  // Appends to `file`; "-" is standard output. `log` is told when it cannot write. Throws EngineError.
  AccessLog(std::string file, std::function<void(std::string_view)> log);
  // Writes what has come.
  ~AccessLog();

  void Add(const std::string& line);
  // Goes on in a new file of the same name: the old one has been moved away.
  void Reopen();
  uint64_t dropped() const;

  static constexpr size_t kBytesMax = 16 * 1024 * 1024;

 private:
  void Loop();
  bool Open();
  // Gives what could not be written.
  std::string_view WriteAll(std::string_view text) const;

  const std::string file_;
  const std::function<void(std::string_view)> log_;
  int fd_ = -1;  // of the thread, once it runs

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;                 // guarded by mutex_
  bool reopen_ = false, stop_ = false;  // guarded by mutex_
  uint64_t dropped_ = 0;                // guarded by mutex_
  std::thread thread_;
};

}  // namespace gait
