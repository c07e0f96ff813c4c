#include "server/access_log.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "api/gait.hpp"
#include "engine/json/value.h"
#include "engine/json/write.h"

namespace gait {
namespace {

// What a client can make arbitrarily long, and is of no use then.
constexpr size_t kTextMax = 128;

void AppendText(std::string& line, std::string_view name, std::string_view text) {
  text = text.substr(0, kTextMax);
  line.append(",\"").append(name).append("\":");
  const bool plain = text.find_first_of("\"\\") == std::string_view::npos &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  if (plain) {
    line.append("\"").append(text).append("\"");
  } else {
    std::string ascii;  // cutting it may have cut a character
    for (const char c : text) ascii += c >= ' ' && c < 0x7f ? c : '?';
    line += ToJson(Value::String(ascii));
  }
}

}  // namespace

std::string AccessLogLine(const AccessRecord& record) {
  std::string line;
  line.reserve(384);
  line.append("{\"time\":\"").append(FormatTimestamp(record.time)).append("\"");
  AppendText(line, "request_id", record.request_id);
  AppendText(line, "client", record.client);
  AppendText(line, "operation", record.operation);
  line.append(",\"status\":").append(std::to_string(record.status));
  if (!record.error_code.empty()) AppendText(line, "error_code", record.error_code);
  char duration[32];
  std::snprintf(duration, sizeof duration, "%.3f", record.duration_ms);
  line.append(",\"duration_ms\":").append(duration);
  line.append(",\"bytes_in\":").append(std::to_string(record.bytes_in));
  line.append(",\"bytes_out\":").append(std::to_string(record.bytes_out));
  if (!record.access_key_id.empty()) AppendText(line, "access_key_id", record.access_key_id);
  line += "}\n";
  return line;
}

AccessLog::AccessLog(std::string file, std::function<void(std::string_view)> log)
    : file_(std::move(file)), log_(std::move(log)) {
  if (!Open()) throw EngineError("cannot write the access log " + file_ + ": " + std::strerror(errno));
  thread_ = std::thread([this] { Loop(); });
}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
  if (fd_ > STDERR_FILENO) close(fd_);
}

// Whether it is open; leaves the old one as it is if the new one cannot be had.
bool AccessLog::Open() {
  if (file_ == "-") {
    fd_ = STDOUT_FILENO;
    return true;
  }
  const int fd = open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0) return false;
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
  return true;
}

void AccessLog::Add(const std::string& line) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > kBytesMax) {
      ++dropped_;
      return;
    }
    waiting_ += line;
    if (waiting_.size() != line.size()) return;  // somebody has woken it for what was there before
  }
  changed_.notify_one();
}

void AccessLog::Reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  changed_.notify_one();
}

uint64_t AccessLog::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void AccessLog::Loop() {
  // Who read standard output is gone: that is an error of write, and no reason to end.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  std::string writing;
  bool works = true;
  const auto report = [&] {
    if (works && log_) log_("cannot write the access log " + file_ + ": " + std::strerror(errno));
    works = false;
  };
  for (;;) {
    bool reopen = false, stop = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !waiting_.empty() || reopen_ || stop_; });
      writing.swap(waiting_);
      reopen = std::exchange(reopen_, false);
      stop = stop_;
    }
    // What was answered before the file was moved away belongs into that one.
    if (!writing.empty()) {
      const std::string_view left = WriteAll(writing);
      if (left.empty()) {
        works = true;
      } else {
        report();
        const std::lock_guard lock(mutex_);
        dropped_ += static_cast<uint64_t>(std::count(left.begin(), left.end(), '\n'));
      }
      writing.clear();
    }
    if (reopen && !Open()) report();
    if (stop) return;
  }
}

std::string_view AccessLog::WriteAll(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return text;
}

}  // namespace gait
