#include "api/execution_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/base/check.h"
#include "engine/history/event_table.h"

namespace gait {
namespace {

// What may wait to be written. The sizes of payloads are only asked for when there is much: for most of them that means
// to write the JSON.
constexpr size_t kQueuedBytesMax = 64 * 1'048'576;
constexpr size_t kUncounted = 1'000;
constexpr size_t kEventBytes = 512;

constexpr std::chrono::seconds kFlush{5};

}  // namespace

ExecutionLog::ExecutionLog(LogGroups& groups, ExecutionLogOptions options)
    : groups_(groups), options_(std::move(options)), thread_([this] { Loop(); }) {}

ExecutionLog::~ExecutionLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

std::shared_ptr<const LogSettings> ExecutionLog::SettingsOf(int64_t definition_id) {
  const std::lock_guard lock(settings_mutex_);
  auto& settings = settings_[definition_id];
  if (settings == nullptr) settings = std::make_shared<const LogSettings>(options_.settings_of(definition_id));
  return settings;
}

void ExecutionLog::Take(const ExecutionInfo& info, const std::vector<HistoryEvent>& events) {
  const auto settings = SettingsOf(info.definition_id);
  if (settings->level == LogLevel::kOff) return;
  Entry entry{settings, {}, info.redrive_count, {}};
  for (const HistoryEvent& event : events) {
    if (IsShown(event.type) && LevelOf(event.type) <= settings->level) entry.events.push_back(event);
  }
  if (entry.events.empty()) return;
  entry.execution_arn = info.arn;
  const std::lock_guard lock(mutex_);
  size_t bytes = entry.events.size() * kEventBytes;
  if (queued_events_ > kUncounted && settings->include_data) {
    for (const HistoryEvent& event : entry.events) {
      if (event.payload.present()) bytes += event.payload.text().size();
    }
  }
  if (queued_bytes_ + bytes > kQueuedBytesMax) {
    if (!std::exchange(dropping_, true)) {
      options_.log("the execution log cannot be written as fast as executions go: events are left out");
    }
    return;
  }
  queued_events_ += entry.events.size();
  queued_bytes_ += bytes;
  queue_.push_back(std::move(entry));
  ++taken_;
  if (queue_.size() == 1) changed_.notify_all();
}

void ExecutionLog::Flush() {
  std::unique_lock lock(mutex_);
  const uint64_t taken = taken_;
  changed_.wait_for(lock, kFlush, [&] { return written_ >= taken; });
}

void ExecutionLog::Loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::vector<Entry> entries = std::exchange(queue_, {});
    const size_t count = entries.size();
    queued_events_ = queued_bytes_ = 0;
    dropping_ = false;
    lock.unlock();
    try {
      Write(std::move(entries));
    } catch (const std::exception& e) {  // a bug, or memory ran out
      options_.log("events were not logged: " + std::string(e.what()));
    }
    lock.lock();
    written_ += count;
    changed_.notify_all();
  }
}

void ExecutionLog::Write(std::vector<Entry> entries) {
  std::map<std::string_view, std::vector<std::string>> lines;  // by group; the names are the settings'
  for (const Entry& entry : entries) {
    const LogSettings& settings = *entry.settings;
    for (const HistoryEvent& event : entry.events) {
      std::string line =
          LogLine(event, entry.execution_arn, entry.redrive_count, settings.include_data, options_.payload_bytes_max);
      if (options_.on_line) options_.on_line(line);
      lines[settings.group].push_back(std::move(line));
    }
  }
  for (const auto& [group, texts] : lines) {
    try {
      groups_.Append(group, texts, options_.now().ms);
      failing_ = false;
    } catch (const EnvironmentError& e) {
      if (!std::exchange(failing_, true)) options_.log("the execution log cannot be written: " + std::string(e.what()));
    }
  }
}

}  // namespace gait
