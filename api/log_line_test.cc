#include "api/log_line.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait {
namespace {

HistoryEvent Entered(std::string_view input) {
  HistoryEvent event(EventType::kPassStateEntered);
  event.id = 2;
  event.timestamp = {1'763'840'000'123};
  event.name = Value::String("P");
  event.payload = Payload::FromText(input);
  return event;
}

TEST_CASE("an event as AWS logs it") {
  CHECK(LogLine(Entered(R"({"a": 1})"), "arn:x", 0, true, kLoggedPayloadBytesMax) ==
        R"({"id":"2","type":"PassStateEntered","details":{"name":"P","input":"{\"a\": 1}","inputDetails":)"
        R"({"truncated":false}},"previous_event_id":"0","event_timestamp":"1763840000123","execution_arn":"arn:x",)"
        R"("redrive_count":"0"})");
  CHECK(LogLine(Entered("1"), "arn:x", 2, false, kLoggedPayloadBytesMax) ==
        R"({"id":"2","type":"PassStateEntered","details":{"name":"P"},"previous_event_id":"0",)"
        R"("event_timestamp":"1763840000123","execution_arn":"arn:x","redrive_count":"2"})");
  HistoryEvent bare(EventType::kLambdaFunctionStarted);
  bare.id = 4;
  bare.previous_event_id = 3;
  CHECK(LogLine(bare, "arn:x", 0, true, kLoggedPayloadBytesMax) ==
        R"({"id":"4","type":"LambdaFunctionStarted","details":{},"previous_event_id":"3","event_timestamp":"0",)"
        R"("execution_arn":"arn:x","redrive_count":"0"})");
}

TEST_CASE("the time of a line is found whatever is in it") {
  HistoryEvent event = Entered(R"({"event_timestamp":"7"})");
  event.Set(EventField::kAssignedVariables, Value::Object({{"event_timestamp", Value::Int(9)}}));
  CHECK(TimeOfLogLine(LogLine(event, "arn:x", 0, true, kLoggedPayloadBytesMax)) == 1'763'840'000'123);
  CHECK(TimeOfLogLine("no line") == 0);
}

TEST_CASE("what is too long is cut between characters, and said to be") {
  const auto details_of = [](std::string_view text, size_t bytes_max) {
    const std::string line = LogLine(Entered(ToJson(Value::String(text))), "arn:x", 0, true, bytes_max);
    return *ParseJson(line).value->Find("details");
  };
  struct Case {
    std::string text;
    size_t bytes_max;
    std::string input;
    bool truncated;
  };
  for (const Case& c : std::vector<Case>{
           {"abcdef", 100, R"("abcdef")", false},
           {"abcdef", 10, R"("abcdef")", false},  // the quotes take four bytes when they are escaped
           {"abcdef", 9, R"("abcdef)", true},
           {"ab\u00e9", 6, R"("ab\u00e9)", true},
           {"ab\u00e9", 5, R"("ab)", true},
           {"", 1, "", true},
       }) {
    CAPTURE(c.text);
    CAPTURE(c.bytes_max);
    const Value details = details_of(c.text, c.bytes_max);
    std::string input = c.input;
    if (const size_t at = input.find("\\u00e9"); at != std::string::npos) input.replace(at, 6, "\u00e9");
    CHECK(details.Find("input")->as_string() == input);
    CHECK(details.Find("inputDetails")->Find("truncated")->as_bool() == c.truncated);
  }
}

TEST_CASE("a loggingConfiguration") {
  const auto read = [](const std::string& text) { return ReadLogSettings(*ParseJson(text).value); };
  const std::string destination =
      R"("destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-east-1:1:log-group:/a/b:*"}}])";
  const LogSettings all = read(R"({"level": "ALL", "includeExecutionData": true, )" + destination + "}");
  CHECK(all.level == LogLevel::kAll);
  CHECK(all.include_data);
  CHECK(all.group == "/a/b");
  const LogSettings error = read(R"({"level": "ERROR", )" + destination + "}");
  CHECK(error.level == LogLevel::kError);
  CHECK_FALSE(error.include_data);
  CHECK(read(R"({"level": "FATAL", )" + destination + "}").level == LogLevel::kFatal);
  for (const std::string& off :
       {R"({"level": "OFF", )" + destination + "}", std::string(R"({"level": "ALL"})"),
        std::string(R"({"level": "ALL", "destinations": []})"),
        std::string(R"({"level": "ALL", "destinations": [{}]})"),
        std::string(R"({"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {}}]})"),
        // It would share the file of /a/b.
        R"({"level": "ALL", )" + std::string(destination).replace(destination.find("/b"), 1, "+") + "}",
        std::string("null"), std::string("{}")}) {
    CAPTURE(off);
    CHECK(read(off).level == LogLevel::kOff);
  }
}

TEST_CASE("the documentation has the levels of all events") {
  std::ifstream file(std::string(GAIT_SOURCE_DIR) + "/docs/logs.md");
  std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const EventRow& row : EventRows()) {
    if (!IsShown(row.type)) continue;
    CAPTURE(row.name);
    const size_t at = page.find("`" + std::string(row.name) + "`", page.find("## Levels"));
    const LogLevel level = LevelOf(row.type);
    const bool named = at != std::string::npos && at < page.find("It is the table");
    CHECK(named == (level != LogLevel::kAll));
    if (!named) continue;
    const std::string line = page.substr(at, page.find('\n', at) - at);
    CHECK(line.ends_with(level == LogLevel::kFatal ? "| yes | yes | yes |" : "| yes | yes | |"));
  }
}

}  // namespace
}  // namespace gait
