#include "api/logs_api.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

#include "api/log_filter.h"
#include "api/log_line.h"
#include "api/members.h"
#include "api/request_checks.h"

namespace gait {
namespace {

using M = MemberType;

constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
constexpr int64_t kEventsMax = 10'000;                // of an answer
constexpr size_t kAnswerBytesMax = 1'048'576;         // of its messages
constexpr size_t kLinesAtATime = 1'000;               // read while looking for those that fit
constexpr size_t kSearchedBytesMax = 16 * 1'048'576;  // for an answer; with its token one looks further
constexpr int64_t kListMax = 50;                      // groups or streams of an answer

constexpr TextPattern kGroupPattern = {R"([\.\-_/#A-Za-z0-9]+)", IsLogGroupName};
constexpr MemberRow kGroup = {
    .name = "logGroupName", .required = true, .min = 1, .max = 512, .pattern = &kGroupPattern};
constexpr MemberRow kGroupOrIdentifier = {.name = "logGroupName", .min = 1, .max = 512, .pattern = &kGroupPattern};
constexpr MemberRow kIdentifier = {"logGroupIdentifier", M::kText, false, 1, 2048};
constexpr MemberRow kStream = {"logStreamName", M::kText, true, 1, 512};
constexpr MemberRow kStartTime = {"startTime", M::kInteger, false, 0};
constexpr MemberRow kEndTime = {"endTime", M::kInteger, false, 0};
constexpr MemberRow kNextToken = {"nextToken", M::kText, false, 1};
constexpr MemberRow kEventLimit = {"limit", M::kInteger, false, 1, kEventsMax};
constexpr MemberRow kListLimit = {"limit", M::kInteger, false, 1, kListMax};

constexpr MemberRow kGroupRows[] = {kGroup};
constexpr MemberRow kDescribeGroups[] = {
    {.name = "logGroupNamePrefix", .min = 1, .max = 512, .pattern = &kGroupPattern}, kNextToken, kListLimit};
constexpr MemberRow kDescribeStreams[] = {
    kGroupOrIdentifier,          kIdentifier, {"logStreamNamePrefix", M::kText, false, 1, 512}, kNextToken,
    {"descending", M::kBoolean}, kListLimit};
constexpr MemberRow kGetEvents[] = {kGroupOrIdentifier, kIdentifier, kStream,     kStartTime,
                                    kEndTime,           kNextToken,  kEventLimit, {"startFromHead", M::kBoolean}};
constexpr MemberRow kFilterEvents[] = {kGroupOrIdentifier,
                                       kIdentifier,
                                       {.name = "logStreamNames", .type = M::kList, .min = 1, .max = 100},
                                       {"logStreamNamePrefix", M::kText, false, 1, 512},
                                       kStartTime,
                                       kEndTime,
                                       {"filterPattern", M::kText, false, 0, 1024},
                                       kNextToken,
                                       kEventLimit};

ApiError InvalidParameter(std::string message) { return {"InvalidParameterException", std::move(message)}; }
ApiError NoGroup() { return {"ResourceNotFoundException", "The specified log group does not exist."}; }
ApiError NoStream() { return {"ResourceNotFoundException", "The specified log stream does not exist."}; }

std::string GroupArn(EngineCore& engine, std::string_view name) {
  const Account& account = engine.account();
  return "arn:" + account.partition + ":logs:" + account.region + ":" + account.id + ":log-group:" + std::string(name);
}

// By `logGroupName`, or by `logGroupIdentifier`, which is a name or an ARN.
std::string GroupOf(const Value& request) {
  std::string_view name = TextOf(request, "logGroupName", TextOf(request, "logGroupIdentifier"));
  if (const auto arn = ParseArn(name)) name = arn->resource_name();
  if (name.ends_with(":*")) name.remove_suffix(2);
  return std::string(name);
}

int64_t NumberOf(const Value& request, std::string_view member, int64_t otherwise) {
  const Value* value = request.Find(member);
  return value != nullptr && value->is_int() ? value->as_int() : otherwise;
}

// `f/POSITION` reads on from there, `b/POSITION` back from there.
struct Token {
  bool forward = true;
  int64_t position = 0;
};
std::string Written(const Token& token) { return (token.forward ? "f/" : "b/") + std::to_string(token.position); }
std::optional<Token> ReadToken(std::string_view text) {
  if (!text.starts_with("f/") && !text.starts_with("b/")) return std::nullopt;
  Token token{text[0] == 'f'};
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), token.position);
  const bool good = error == std::errc() && end == text.data() + text.size() && token.position >= 0;
  return good ? std::optional(token) : std::nullopt;
}

// What is read of a group: the events that fit, in their order, and how far was read.
struct Events {
  std::vector<LogSlice::Line> lines;
  int64_t begin = 0, end = 0;
};

template <typename Fits>
std::optional<Events> ReadEvents(const LogGroups& groups, const std::string& group, Token from, size_t limit,
                                 Fits fits) {
  Events events;
  size_t bytes = 0, searched = 0;
  for (bool first = true; searched < kSearchedBytesMax; first = false) {
    const auto slice = from.forward ? groups.Forward(group, from.position, kLinesAtATime, kAnswerBytesMax)
                                    : groups.Backward(group, from.position, kLinesAtATime, kAnswerBytesMax);
    if (!slice) return std::nullopt;
    if (first) events.begin = events.end = from.forward ? slice->begin : slice->end;
    if (slice->lines.empty()) break;
    bool full = false;
    for (const LogSlice::Line& line : slice->lines) searched += line.text.size();
    const auto take = [&](const LogSlice::Line& line) {
      if (events.lines.size() == limit || (bytes > 0 && bytes + line.text.size() > kAnswerBytesMax)) return false;
      if (fits(line.text)) {
        events.lines.push_back(line);
        bytes += line.text.size();
      }
      return true;
    };
    if (from.forward) {
      for (auto line = slice->lines.begin(); line != slice->lines.end() && !full; ++line) {
        full = !take(*line);
        if (!full) events.end = std::next(line) == slice->lines.end() ? slice->end : std::next(line)->position;
      }
      from.position = events.end;
    } else {
      for (auto line = slice->lines.rbegin(); line != slice->lines.rend() && !full; ++line) {
        full = !take(*line);
        if (!full) events.begin = line->position;
      }
      from.position = events.begin;
    }
    if (full) break;
  }
  if (!from.forward) std::reverse(events.lines.begin(), events.lines.end());
  return events;
}

ObjectBuilder EventOf(const LogSlice::Line& line) {
  const Value time = Value::Int(TimeOfLogLine(line.text));
  ObjectBuilder event;
  event.Add("timestamp", time);
  event.Add("message", Value::String(line.text));
  event.Add("ingestionTime", time);
  return event;
}

// Within `startTime` (inclusive) and `endTime` (exclusive).
bool InTime(const Value& request, std::string_view line) {
  const int64_t time = TimeOfLogLine(line);
  return time >= NumberOf(request, "startTime", 0) && time < NumberOf(request, "endTime", kAny);
}

ApiResult CreateLogGroup(EngineCore& engine, const Value& request) {
  if (!engine.log_groups().Create(TextOf(request, "logGroupName"), engine.clock().Now().ms)) {
    return ApiError{"ResourceAlreadyExistsException", "The specified log group already exists"};
  }
  engine.StartLog();
  return Value::Object();
}

ApiResult DeleteLogGroup(EngineCore& engine, const Value& request) {
  if (!engine.log_groups().Delete(TextOf(request, "logGroupName"))) return NoGroup();
  return Value::Object();
}

ApiResult DescribeLogGroups(EngineCore& engine, const Value& request) {
  const auto groups = engine.log_groups().List(TextOf(request, "logGroupNamePrefix"));
  const std::string_view after = TextOf(request, "nextToken");  // the last name of the page before
  const auto limit = static_cast<size_t>(NumberOf(request, "limit", kListMax));
  ArrayBuilder rows;
  std::string_view last;
  bool more = false;
  for (size_t i = 0, shown = 0; i < groups.size(); ++i) {
    const LogGroupInfo& group = groups[i];
    if (!after.empty() && group.name <= after) continue;
    if ((more = shown++ == limit)) break;
    const std::string arn = GroupArn(engine, group.name);
    rows.Add(Value::Object({{"logGroupName", Value::String(group.name)},
                            {"creationTime", Value::Int(group.created_at_ms)},
                            {"metricFilterCount", Value::Int(0)},
                            {"arn", Value::String(arn + ":*")},
                            {"storedBytes", Value::Int(group.bytes)},
                            {"logGroupClass", Value::String("STANDARD")},
                            {"logGroupArn", Value::String(arn)}}));
    last = group.name;
  }
  ObjectBuilder answer;
  answer.Add("logGroups", rows.Build());
  if (more) answer.Add("nextToken", Value::String(last));
  return answer.Build();
}

ApiResult DescribeLogStreams(EngineCore& engine, const Value& request) {
  const std::string group = GroupOf(request);
  const auto first = engine.log_groups().Forward(group, 0, 1, 1);
  const auto last = engine.log_groups().Backward(group, kAny, 1, 1);
  if (!first || !last) return NoGroup();
  ArrayBuilder rows;
  if (!first->lines.empty() && kLogStream.starts_with(TextOf(request, "logStreamNamePrefix"))) {
    const Value begin = Value::Int(TimeOfLogLine(first->lines[0].text));
    const Value end = Value::Int(last->lines.empty() ? 0 : TimeOfLogLine(last->lines[0].text));
    rows.Add(Value::Object({{"logStreamName", Value::String(kLogStream)},
                            {"creationTime", begin},
                            {"firstEventTimestamp", begin},
                            {"lastEventTimestamp", end},
                            {"lastIngestionTime", end},
                            {"arn", Value::String(GroupArn(engine, group) + ":log-stream:" + std::string(kLogStream))},
                            {"storedBytes", Value::Int(0)}}));  // as AWS has it, since 2019
  }
  return Value::Object({{"logStreams", rows.Build()}});
}

ApiResult GetLogEvents(EngineCore& engine, const Value& request) {
  const std::string group = GroupOf(request);
  const LogGroups& groups = engine.log_groups();
  const auto head = groups.Forward(group, 0, 1, 1);
  if (!head) return NoGroup();
  if (head->lines.empty() || TextOf(request, "logStreamName") != kLogStream) return NoStream();
  Token from{FlagOf(request, "startFromHead"), 0};
  if (!from.forward) from.position = kAny;
  if (const auto text = OptionalText(request, "nextToken")) {
    const auto token = ReadToken(*text);
    if (!token) return InvalidParameter("The specified nextToken is invalid.");
    from = *token;
  }
  const auto limit = static_cast<size_t>(NumberOf(request, "limit", kEventsMax));
  const auto events =
      ReadEvents(groups, group, from, limit, [&](std::string_view line) { return InTime(request, line); });
  if (!events) return NoGroup();
  ArrayBuilder rows(events->lines.size());
  for (const LogSlice::Line& line : events->lines) rows.Add(EventOf(line).Build());
  return Value::Object({{"events", rows.Build()},
                        {"nextForwardToken", Value::String(Written({true, events->end}))},
                        {"nextBackwardToken", Value::String(Written({false, events->begin}))}});
}

ApiResult FilterLogEvents(EngineCore& engine, const Value& request) {
  const std::string group = GroupOf(request);
  const auto filter = LogFilter::Parse(TextOf(request, "filterPattern"));
  if (!filter) return InvalidParameter("Invalid filter pattern");
  Token from{true, 0};
  if (const auto text = OptionalText(request, "nextToken")) {
    const auto token = ReadToken(*text);
    if (!token || !token->forward) return InvalidParameter("The specified nextToken is invalid.");
    from = *token;
  }
  bool searched = kLogStream.starts_with(TextOf(request, "logStreamNamePrefix"));
  if (const Value* names = request.Find("logStreamNames"); names != nullptr && names->is_array()) {
    searched = std::any_of(names->items().begin(), names->items().end(),
                           [](const Value& name) { return name == Value::String(kLogStream); });
  }
  const auto limit = static_cast<size_t>(NumberOf(request, "limit", kEventsMax));
  const auto events = ReadEvents(engine.log_groups(), group, from, limit, [&](std::string_view line) {
    return searched && InTime(request, line) && filter->Matches(line);
  });
  if (!events) return NoGroup();
  ArrayBuilder rows(events->lines.size());
  for (const LogSlice::Line& line : events->lines) {
    ObjectBuilder event = EventOf(line);
    event.Add("logStreamName", Value::String(kLogStream));
    event.Add("eventId", Value::String(std::to_string(line.position)));
    rows.Add(event.Build());
  }
  ObjectBuilder answer;
  answer.Add("events", rows.Build());
  answer.Add("searchedLogStreams", Value::Array());
  const auto rest = engine.log_groups().Forward(group, events->end, 1, 1);
  if (rest && !rest->lines.empty()) answer.Add("nextToken", Value::String(Written({true, events->end})));
  return answer.Build();
}

struct LogsOperation {
  std::string_view name;
  std::span<const MemberRow> members;
  ApiResult (*perform)(EngineCore& engine, const Value& request);
};
constexpr LogsOperation kOperations[] = {
    {"CreateLogGroup", kGroupRows, CreateLogGroup},
    {"DeleteLogGroup", kGroupRows, DeleteLogGroup},
    {"DescribeLogGroups", kDescribeGroups, DescribeLogGroups},
    {"DescribeLogStreams", kDescribeStreams, DescribeLogStreams},
    {"FilterLogEvents", kFilterEvents, FilterLogEvents},
    {"GetLogEvents", kGetEvents, GetLogEvents},
};

}  // namespace

ApiResult CallLogs(EngineCore& engine, std::string_view target, const Value& request) {
  const std::string_view name = target.substr(kLogsTarget.size());
  const auto* operation = std::find_if(std::begin(kOperations), std::end(kOperations),
                                       [&](const LogsOperation& o) { return o.name == name; });
  if (operation == std::end(kOperations)) {
    return ApiError{
        "UnknownOperationException",
        "gait has of CloudWatch Logs what Step Functions logs: there is no operation '" + std::string(name) + "'"};
  }
  if (auto error = CheckRequest(request, operation->members)) {
    if (error->code == "ValidationException") error->code = "InvalidParameterException";
    return *std::move(error);
  }
  engine.FlushLog();  // what executions did before is there for who asks now
  return operation->perform(engine, request);
}

}  // namespace gait
