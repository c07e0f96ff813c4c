#include "testing/replay.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "testing/history_mocks.h"

namespace gait {
namespace {

// A history, a line for each event: `id previous seconds type details`.
RecordedHistory HistoryOf(std::string_view lines) {
  std::string events;
  for (size_t from = 0; from < lines.size();) {
    const size_t end = std::min(lines.find('\n', from), lines.size());
    std::string line(lines.substr(from, end - from));
    from = end + 1;
    std::string words[4];
    for (std::string& word : words) {
      line.erase(0, line.find_first_not_of(' '));
      word = line.substr(0, line.find(' '));
      line.erase(0, word.size());
    }
    if (words[3].empty()) continue;
    const auto type = EventTypeOf(words[3]);
    REQUIRE_MESSAGE(type, words[3]);
    events += (events.empty() ? "" : ",") + std::string("{\"id\":") + words[0] + ",\"previousEventId\":" + words[1] +
              ",\"timestamp\":17000000" + words[2] + ",\"type\":\"" + words[3] + "\"";
    if (line.find_first_not_of(' ') != std::string::npos) {
      events += ",\"" + std::string(RowOf(*type).details) + "\":" + line;
    }
    events += "}";
  }
  const HistoryFileParse parse = ReadHistoryFile("{\"events\":[" + events + "]}", DocumentFormat::kJson);
  REQUIRE_MESSAGE(parse.diagnostics.empty(), parse.diagnostics.front().message);
  return parse.history;
}

ReplayComparison Replayed(const RecordedHistory& history, const std::string& definition) {
  const HistoryTree tree = HistoryTree::Of(history.events);
  ReplayRunOptions options;
  options.definition = definition;
  SameAnyway same;
  same.from = history.events.front().timestamp;
  same.to = history.events.back().timestamp;
  return Compare(history, tree, RunReplay(history, tree, options), same);
}

const char* const kFunction = R"("Resource":"arn:aws:lambda:us-east-1:123456789012:function:F")";

// Two iterations at a time. Item 1 is done before item 0, which fails once.
const char* const kMap = R"(
  1 0 00 ExecutionStarted {"input":"[10,20,30]"}
  2 0 00 MapStateEntered {"name":"Each","input":"[10,20,30]"}
  3 2 00 MapStateStarted {"length":3}
  4 3 00 MapIterationStarted {"name":"Each","index":0}
  5 4 00 TaskStateEntered {"name":"F","input":"10"}
  6 5 00 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"10"}
  7 6 00 LambdaFunctionStarted
  8 3 00 MapIterationStarted {"name":"Each","index":1}
  9 8 00 TaskStateEntered {"name":"F","input":"20"}
  10 9 00 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"20"}
  11 10 00 LambdaFunctionStarted
  12 11 01 LambdaFunctionSucceeded {"output":"\"b\""}
  13 12 01 TaskStateExited {"name":"F","output":"\"b\""}
  14 13 01 MapIterationSucceeded {"name":"Each","index":1}
  15 3 01 MapIterationStarted {"name":"Each","index":2}
  16 15 01 TaskStateEntered {"name":"F","input":"30"}
  17 16 01 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"30"}
  18 17 01 LambdaFunctionStarted
  19 7 03 LambdaFunctionFailed {"error":"Busy","cause":"try again"}
  20 18 04 LambdaFunctionSucceeded {"output":"\"c\""}
  21 20 04 TaskStateExited {"name":"F","output":"\"c\""}
  22 21 04 MapIterationSucceeded {"name":"Each","index":2}
  23 19 05 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"10"}
  24 23 05 LambdaFunctionStarted
  25 24 06 LambdaFunctionSucceeded {"output":"\"a\""}
  26 25 06 TaskStateExited {"name":"F","output":"\"a\""}
  27 26 06 MapIterationSucceeded {"name":"Each","index":0}
  28 27 06 MapStateSucceeded
  29 27 06 MapStateExited {"name":"Each","output":"[\"a\",\"b\",\"c\"]"}
  30 29 06 ExecutionSucceeded {"output":"[\"a\",\"b\",\"c\"]"})";

std::string MapDefinition(int concurrency, const std::string& more = "") {
  return R"({"StartAt":"Each","States":{"Each":{"Type":"Map","End":true,"MaxConcurrency":)" +
         std::to_string(concurrency) + R"(,"ItemProcessor":{"StartAt":"F","States":{"F":{"Type":"Task","End":true,)" +
         kFunction + R"(,"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":2}])" + more + "}}}}}}";
}

TEST_CASE("iterations are compared each with itself, however they were interleaved") {
  const RecordedHistory history = HistoryOf(kMap);
  for (const int concurrency : {0, 1, 2}) {
    const ReplayComparison comparison = Replayed(history, MapDefinition(concurrency));
    CHECK_MESSAGE(!comparison.difference, comparison.difference->now);
    CHECK(comparison.notes.empty());
  }
  const ReplayComparison changed = Replayed(history, MapDefinition(2, R"(,"Parameters":{"n.$":"$"})"));
  REQUIRE(changed.difference);
  CHECK(changed.difference->what == "parameters");
  CHECK(changed.difference->event == 6);
  CHECK(changed.difference->branch == "iteration 0 of 'Each'");
}

TEST_CASE("an iteration that fails now is the difference, and not those that it keeps from beginning") {
  const RecordedHistory history = HistoryOf(kMap);
  // Item 0 fails at second 3; the task of item 2, which the recording began at second 1, comes after it now.
  std::string definition = MapDefinition(1);
  definition.replace(definition.find("Busy"), 4, "Lazy");
  const ReplayComparison comparison = Replayed(history, definition);
  REQUIRE(comparison.difference);
  CHECK(comparison.difference->event == 23);
  CHECK(comparison.difference->branch == "iteration 0 of 'Each'");
}

TEST_CASE("an execution is compared up to its redrive") {
  const std::string definition =
      std::string(R"({"StartAt":"F","States":{"F":{"Type":"Task","End":true,)") + kFunction + "}}}";
  const RecordedHistory history = HistoryOf(R"(
    1 0 00 ExecutionStarted {"input":"{}"}
    2 0 00 TaskStateEntered {"name":"F","input":"{}"}
    3 2 00 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"{}"}
    4 3 00 LambdaFunctionStarted
    5 4 05 LambdaFunctionFailed {"error":"Broken"}
    6 5 05 ExecutionFailed {"error":"Broken"}
    7 6 30 ExecutionRedriven {"redriveCount":1}
    8 2 30 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"{}"}
    9 8 30 LambdaFunctionStarted
    10 9 31 LambdaFunctionSucceeded {"output":"1"}
    11 10 31 TaskStateExited {"name":"F","output":"1"}
    12 11 31 ExecutionSucceeded {"output":"1"})");
  const ReplayComparison comparison = Replayed(history, definition);
  CHECK_MESSAGE(!comparison.difference, comparison.difference->now);
  REQUIRE(comparison.notes.size() == 1);
  CHECK(comparison.notes.front() == "The execution was redriven at event 7: what follows is not compared.");
  const std::string retry = R"("Retry":[{"ErrorEquals":["Broken"]}],"Type")";
  CHECK(Replayed(history, std::string(definition).replace(definition.find("\"Type\""), 6, retry)).difference->event ==
        6);
}

TEST_CASE("a task takes as long as it did") {
  const RecordedHistory history = HistoryOf(kMap);
  const ReplayComparison slow = Replayed(history, MapDefinition(2, R"(,"TimeoutSeconds":2)"));
  REQUIRE(slow.difference);  // the limit is a part of the call
  CHECK(slow.difference->event == 6);
  CHECK(slow.difference->values.front().pointer == "/timeoutInSeconds");
}

TEST_CASE("attempts are numbered in the order in which the definition asks for them") {
  const RecordedHistory history = HistoryOf(kMap);
  const HistoryTree tree = HistoryTree::Of(history.events);
  HistoryMocksOptions options;
  options.name = options.state_machine = "m";
  const auto answers = [&](const ReplayRun* run) {
    const HistoryMocks mocks = MakeMocks(history, tree, run, options);
    return ToJson(*mocks.mock_config.Find("MockedResponses")->Find("m.F"));
  };
  // By events 6, 10, 17 and 23.
  const std::string busy = R"({"Throw":{"Error":"Busy","Cause":"try again"}})";
  CHECK(answers(nullptr) == R"({"0":)" + busy + R"(,"1":{"Return":"b"},"2":{"Return":"c"},"3":{"Return":"a"}})");
  ReplayRunOptions run;
  run.as_test = true;
  run.definition = MapDefinition(1);  // item 0 is done, its retry too, before item 1 begins
  const ReplayRun one = RunReplay(history, tree, run);
  CHECK(answers(&one) == R"({"0":)" + busy + R"(,"1":{"Return":"a"},"2":{"Return":"b"},"3":{"Return":"c"}})");
}

TEST_CASE("a branch that another one stopped is compared as far as it went") {
  const std::string definition = std::string(R"({"StartAt":"Both","States":{"Both":{"Type":"Parallel","End":true,)") +
                                 R"("Branches":[{"StartAt":"A","States":{"A":{"Type":"Task","End":true,)" + kFunction +
                                 R"(}}},{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":1,"Next":"C"},)" +
                                 R"("C":{"Type":"Wait","Seconds":10,"End":true}}}]}}})";
  const RecordedHistory history = HistoryOf(R"(
    1 0 00 ExecutionStarted {"input":"{}"}
    2 0 00 ParallelStateEntered {"name":"Both","input":"{}"}
    3 2 00 ParallelStateStarted
    4 3 00 TaskStateEntered {"name":"A","input":"{}"}
    5 4 00 LambdaFunctionScheduled {"resource":"arn:aws:lambda:us-east-1:123456789012:function:F","input":"{}"}
    6 5 00 LambdaFunctionStarted
    7 3 00 WaitStateEntered {"name":"B","input":"{}"}
    8 6 05 LambdaFunctionFailed {"error":"Broken"}
    9 7 05 WaitStateAborted
    10 8 05 ParallelStateFailed
    11 10 05 ExecutionFailed {"error":"Broken"})");
  // Now B is left before the task fails; in the recording it was not.
  const ReplayComparison comparison = Replayed(history, definition);
  CHECK_MESSAGE(!comparison.difference, comparison.difference->now);
}

TEST_CASE("a Map that runs again has other iterations") {
  HistoryTree tree;
  const auto add = [&](int64_t id, int64_t previous, EventType type, const char* name, int64_t number = 0) {
    HistoryEvent event(type);
    event.id = id;
    event.previous_event_id = previous;
    event.name = Value::String(name);
    event.number = number;
    return tree.Add(event).path;
  };
  using T = EventType;
  CHECK(add(1, 0, T::kMapStateEntered, "M") == "");
  CHECK(add(2, 1, T::kMapStateStarted, "") == "");
  CHECK(add(3, 2, T::kMapIterationStarted, "M", 1) == "/M[1]");
  CHECK(add(4, 3, T::kPassStateEntered, "P") == "/M[1]");
  CHECK(add(5, 4, T::kMapIterationFailed, "M", 1) == "/M[1]");
  CHECK(add(6, 5, T::kMapStateFailed, "") == "");
  CHECK(add(7, 5, T::kMapStateStarted, "") == "");
  CHECK(add(8, 7, T::kMapIterationStarted, "M", 1) == "/M#2[1]");
  CHECK(add(9, 8, T::kParallelStateEntered, "Q") == "/M#2[1]");
  CHECK(add(10, 9, T::kParallelStateStarted, "") == "/M#2[1]");
  CHECK(add(11, 10, T::kPassStateEntered, "X") == "/M#2[1]/Q/X");
  CHECK(add(12, 11, T::kPassStateExited, "X") == "/M#2[1]/Q/X");
  CHECK(add(13, 12, T::kParallelStateSucceeded, "") == "/M#2[1]");
  CHECK(add(14, 12, T::kParallelStateExited, "Q") == "/M#2[1]");
  CHECK(add(15, 14, T::kMapIterationSucceeded, "M", 1) == "/M#2[1]");
  CHECK(add(16, 15, T::kMapStateSucceeded, "") == "");
  CHECK(add(17, 15, T::kMapStateExited, "M") == "");
}

TEST_CASE("what every execution has anew is the same anyway") {
  SameAnyway same;
  same.from = same.to = *ParseTimestamp("2024-05-01T10:00:00Z");
  same.ignored = {"/trace", "/items/*/key"};
  const auto differs = [&](const char* recorded, const char* now) {
    std::string pointers;
    for (const auto& d : DifferencesOf(*ParseJson(recorded).value, *ParseJson(now).value, same)) {
      pointers += d.pointer + " ";
    }
    return pointers;
  };
  const char* const uuid = R"({"id":"x-0b5a9c66-3f3c-4b0e-9d3e-111111111111"})";
  struct Row {
    const char *recorded, *now, *pointers;
  };
  const Row rows[] = {
      {uuid, R"({"id":"x-9b5a9c66-3f3c-4b0e-9d3e-222222222222"})", ""},
      {uuid, R"({"id":"y-9b5a9c66-3f3c-4b0e-9d3e-222222222222"})", "/id "},
      {R"(["at 2024-05-01T10:00:00.123Z"])", R"(["at 2026-05-01T10:00Z"])", ""},
      {R"(["2024-05-01"])", R"(["2024-05-02"])", "/0 "},
      {"1714557600", "1714557601", ""},         // seconds
      {"1714557600000", "1714557601000", ""},   // milliseconds
      {"1714557600000", "1614557601000", " "},  // not within a day
      {"17", "18", " "},
      {"1", "1.0", ""},
      {R"({"trace":1,"a":2})", R"({"trace":{"b":1},"a":2})", ""},
      {R"({"items":[{"key":1},{"key":2,"n":1}]})", R"({"items":[{"key":3},{"key":4,"n":2}]})", "/items/1/n "},
      {R"({"a/b":1,"c":null})", R"({"a/b":2})", "/a~1b /c "},
      {"[1]", "[1,2]", "/1 "},
      {R"("(entered at the event id #4). No")", R"("(entered at the event id #17). No")", ""},
      {R"({"t":"AQCEAAAAKgAAAAMAAAAAAAAAAOoP2m5bqYlJ7vZ4Zc8Kf3zDq0d2m5bqYlJ7vZ4Zc8Kf3zDq0d2m5"})",
       R"({"t":"not one of our tokens"})", "/t "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.recorded);
    CAPTURE(row.now);
    CHECK(differs(row.recorded, row.now) == row.pointers);
  }
}

TEST_CASE("a test is written in YAML, and read back as it was") {
  const Value test = *ParseJson(R"({"definition":"a b.asl.json","stateMachine":"yes","mockConfig":"m.json","cases":[
    {"name":"no: 1 # x","testCase":"~","input":{"a":[1.5,"é\n\"x\"",null,{"":{}}]},"context":{"Execution":{"StartTime":
    "2024-05-01T10:00:00.000Z"}},"expect":{"status":"SUCCEEDED","output":"- 1","path":["A: b","#c","true"]}}]})")
                          .value;
  const std::string yaml = ToTestYaml(test);
  CHECK(yaml.starts_with("definition: \"a b.asl.json\"\n"));
  CHECK(yaml.find("\n    expect:\n      status: \"SUCCEEDED\"\n") != std::string::npos);
  CHECK(*ParseDocument(yaml, DocumentFormat::kYaml).value == test);
}

}  // namespace
}  // namespace gait
