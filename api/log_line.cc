#include "api/log_line.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "api/log_groups.h"
#include "api/members.h"
#include "engine/base/arn.h"
#include "engine/base/utf.h"
#include "engine/history/event_table.h"
#include "engine/json/write.h"

namespace gait {
namespace {

using T = EventType;

// The guide's table "Log levels for Step Functions execution events". It has no activities, Map Runs or JSONata; what
// fails, is aborted or times out there is an error as elsewhere.
constexpr T kFatalTypes[] = {T::kExecutionAborted, T::kExecutionFailed, T::kExecutionTimedOut};
constexpr T kErrorTypes[] = {
    T::kActivityFailed,
    T::kActivityScheduleFailed,
    T::kActivityTimedOut,
    T::kEvaluationFailed,
    T::kFailStateEntered,
    T::kLambdaFunctionFailed,
    T::kLambdaFunctionScheduleFailed,
    T::kLambdaFunctionStartFailed,
    T::kLambdaFunctionTimedOut,
    T::kMapIterationAborted,
    T::kMapIterationFailed,
    T::kMapRunAborted,
    T::kMapRunFailed,
    T::kMapStateAborted,
    T::kMapStateFailed,
    T::kParallelStateAborted,
    T::kParallelStateFailed,
    T::kTaskFailed,
    T::kTaskStartFailed,
    T::kTaskStateAborted,
    T::kTaskSubmitFailed,
    T::kTaskTimedOut,
    T::kWaitStateAborted,
};

template <size_t N>
bool Contains(const T (&types)[N], T type) {
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

Value Text(int64_t number) { return Value::String(std::to_string(number)); }

// The first bytes of `text` that are `bytes_max` at the most when they are escaped.
std::string_view CutEscaped(std::string_view text, size_t bytes_max) {
  size_t from = 0;
  for (size_t bytes = 0; from < text.size();) {
    const size_t size = std::min(Utf8Size(text[from]), text.size() - from);
    bytes += ToJson(Value::String(text.substr(from, size))).size() - 2;
    if (bytes > bytes_max) break;
    from += size;
  }
  return text.substr(0, from);
}

// The details with what is too long cut, and said to be.
Value Cut(Value details, size_t bytes_max) {
  for (const std::string_view member : {"input", "output"}) {
    const Value* value = details.Find(member);
    // Escaping makes a byte six at the most.
    if (value == nullptr || value->as_string().size() <= bytes_max / 6) continue;
    const std::string text(value->as_string());
    const std::string_view cut = CutEscaped(text, bytes_max);
    if (cut.size() == text.size()) continue;
    details = std::move(details)
                  .With(member, Value::String(cut))
                  .With(std::string(member) + "Details", Value::Object({{"truncated", Value::Bool(true)}}));
  }
  return details;
}

}  // namespace

LogLevel LevelOf(EventType type) {
  if (Contains(kFatalTypes, type)) return LogLevel::kFatal;
  return Contains(kErrorTypes, type) ? LogLevel::kError : LogLevel::kAll;
}

LogSettings ReadLogSettings(const Value& logging) {
  LogSettings settings;
  if (!logging.is_object()) return settings;
  settings.include_data = FlagOf(logging, "includeExecutionData");
  const Value* destinations = logging.Find("destinations");
  if (destinations == nullptr || !destinations->is_array() || destinations->size() == 0) return settings;
  const Value& first = destinations->items()[0];
  const Value* group = first.is_object() ? first.Find("cloudWatchLogsLogGroup") : nullptr;
  if (group == nullptr || !group->is_object()) return settings;
  const auto arn = ParseArn(TextOf(*group, "logGroupArn"));
  if (!arn || arn->service != "logs" || arn->resource_type() != "log-group") return settings;
  std::string_view name = arn->resource_name();
  if (name.ends_with(":*")) name.remove_suffix(2);
  if (!IsLogGroupName(name)) return settings;
  settings.group = name;
  const std::string_view level = TextOf(logging, "level");
  settings.level = level == "ALL"     ? LogLevel::kAll
                   : level == "ERROR" ? LogLevel::kError
                   : level == "FATAL" ? LogLevel::kFatal
                                      : LogLevel::kOff;
  return settings;
}

std::string LogLine(const HistoryEvent& event, std::string_view execution_arn, int64_t redrive_count, bool include_data,
                    size_t payload_bytes_max) {
  const EventRow& row = RowOf(event.type);
  const Value json = EventToJson(event, include_data);
  const Value* details = row.details.empty() ? nullptr : json.Find(row.details);
  ObjectBuilder line(7);
  line.Add("id", Text(event.id));
  line.Add("type", Value::String(row.name));
  line.Add("details", details == nullptr ? Value::Object() : Cut(*details, payload_bytes_max));
  line.Add("previous_event_id", Text(event.previous_event_id));
  line.Add("event_timestamp", Text(event.timestamp.ms));
  line.Add("execution_arn", Value::String(execution_arn));
  line.Add("redrive_count", Text(redrive_count));
  return ToJson(line.Build());
}

int64_t TimeOfLogLine(std::string_view line) {
  // The last one: there may be others among the details, but none behind them.
  constexpr std::string_view kMember = R"("event_timestamp":")";
  const size_t at = line.rfind(kMember);
  int64_t ms = 0;
  if (at != std::string_view::npos) std::from_chars(line.data() + at + kMember.size(), line.data() + line.size(), ms);
  return ms;
}

}  // namespace gait
