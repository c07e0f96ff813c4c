// Writes what executions log: takes their events from the runner's threads, and has one thread of its own make lines of
// them, in order. Executions never wait for it and never fail because of it: as on AWS, logging is best effort.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "api/log_groups.h"
#include "api/log_line.h"
#include "engine/base/timestamp.h"
#include "engine/step/execution_info.h"

namespace gait {

struct ExecutionLogOptions {
  // The settings of a revision. Any thread; asked once for each.
  std::function<LogSettings(int64_t definition_id)> settings_of;
  std::function<Timestamp()> now;
  std::function<void(std::string_view)> on_line = {};  // gets every line as well, without its end, from one thread
  size_t payload_bytes_max = kLoggedPayloadBytesMax;
  std::function<void(const std::string&)> log = [](const std::string&) {};  // told of what goes wrong, once
};

class ExecutionLog {
 public:
  // `groups` outlives it.
  ExecutionLog(LogGroups& groups, ExecutionLogOptions options);
  // Writes what it has.
  ~ExecutionLog();

  // What an observer of the runner is told.
  void Take(const ExecutionInfo& info, const std::vector<HistoryEvent>& events);

  // Waits until all that was taken before is written; not longer than a few seconds.
  void Flush();

 private:
  struct Entry {
    std::shared_ptr<const LogSettings> settings;
    std::string execution_arn;
    int64_t redrive_count = 0;
    std::vector<HistoryEvent> events;
  };

  std::shared_ptr<const LogSettings> SettingsOf(int64_t definition_id);
  void Loop();
  void Write(std::vector<Entry> entries);

  LogGroups& groups_;
  const ExecutionLogOptions options_;
  bool failing_ = false;  // of the writing thread

  std::mutex settings_mutex_;
  std::map<int64_t, std::shared_ptr<const LogSettings>> settings_;  // guarded by settings_mutex_; by definition

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> queue_;          // guarded by mutex_
  size_t queued_events_ = 0;          // guarded by mutex_
  size_t queued_bytes_ = 0;           // guarded by mutex_
  bool dropping_ = false;             // guarded by mutex_
  uint64_t taken_ = 0, written_ = 0;  // guarded by mutex_; of entries
  bool stopping_ = false;             // guarded by mutex_
  std::thread thread_;                // last: it uses all above
};

}  // namespace gait
