// What an execution logs: which of its history events at which level, and how each looks as a log event of CloudWatch
// Logs. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
#pragma once

#include <string>
#include <string_view>

#include "engine/history/event.h"
#include "engine/json/value.h"

namespace gait {

// Each level logs all that those before it do.
enum class LogLevel : uint8_t { kOff, kFatal, kError, kAll };

// The first level that logs events of the type; kAll for most. REQUIRES: the API shows them.
LogLevel LevelOf(EventType type);

// A loggingConfiguration.
struct LogSettings {
  LogLevel level = LogLevel::kOff;
  bool include_data = false;  // inputs, outputs, parameters, variables
  std::string group;          // the log group's name; not empty unless nothing is logged
};
LogSettings ReadLogSettings(const Value& logging_configuration);

// An input or output that is longer than this, escaped as it stands in a line, is cut there: CloudWatch Logs takes
// 256 KiB.
inline constexpr size_t kLoggedPayloadBytesMax = 248 * 1024;

// The event as a log event, JSON without a line's end:
//   {"id":"1","type":"ExecutionStarted","details":{...},"previous_event_id":"0","event_timestamp":"1763840000123",
//    "execution_arn":"...","redrive_count":"0"}
// `payload_bytes_max`: kLoggedPayloadBytesMax, or more.
std::string LogLine(const HistoryEvent& event, std::string_view execution_arn, int64_t redrive_count, bool include_data,
                    size_t payload_bytes_max);

// The time of a line that LogLine made, in milliseconds since the epoch; 0 of any other text.
int64_t TimeOfLogLine(std::string_view line);

}  // namespace gait
