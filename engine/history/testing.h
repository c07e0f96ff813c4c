// For the tests of this folder.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/history/codec.h"
#include "engine/history/event.h"
#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"

namespace gait::history_testing {

inline constexpr Timestamp kNow = {1'700'000'000'123};

inline Value Json(std::string_view text) {
  JsonParse parsed = ParseJson(text);
  REQUIRE_MESSAGE(parsed, std::string(text));
  return *std::move(parsed.value);
}

// A value of the type that the field has.
inline Value SampleOf(EventField field) {
  switch (field) {
    case EventField::kTimeoutInSeconds:
    case EventField::kHeartbeatInSeconds:
    case EventField::kRedriveCount: return Value::Int(static_cast<int64_t>(field) * 1000);
    case EventField::kDueAt: return Value::Int(kNow.ms + 60'000);
    case EventField::kByHeartbeat: return Value::Bool(true);
    case EventField::kTaskCredentials: return Json(R"({"roleArn":"arn:aws:iam::123456789012:role/r"})");
    case EventField::kAssignedVariables: return Json(R"({"count":1,"text":"a","list":[1.5,null,{"é":true}]})");
    default: return Value::String("value of field " + std::to_string(static_cast<int>(field)));
  }
}

// An event of the type, with all that the type can tell, private fields too.
inline HistoryEvent FullEvent(const EventRow& row) {
  HistoryEvent event(row.type, 3);
  event.timestamp = kNow;
  if (row.has_name) event.name = Value::String("Name of " + std::string(row.name));
  event.payload = Payload(Json(R"({"payload":[1,"two",3.0]})"));
  event.number = 5;
  for (const EventField field : row.fields) event.Set(field, SampleOf(field));
  for (const EventField field :
       {EventField::kDueAt, EventField::kTokenHash, EventField::kByHeartbeat, EventField::kClientToken}) {
    event.Set(field, SampleOf(field));
  }
  return event;
}

// One event of each type, numbered as Progress would.
inline std::vector<HistoryEvent> OneOfEach() {
  std::vector<HistoryEvent> events;
  int64_t id = 0;
  for (const EventRow& row : EventRows()) {
    HistoryEvent event = FullEvent(row);
    event.timestamp.ms += static_cast<int64_t>(events.size() % 3) * 7;
    if (IsShown(row.type)) {
      event.id = ++id;
      event.previous_event_id = id % 4 == 0 ? 0 : id - 1;
    }
    events.push_back(std::move(event));
  }
  return events;
}

inline void CheckSame(const HistoryEvent& found, const HistoryEvent& expected) {
  CAPTURE(RowOf(expected.type).name);
  CHECK(found.type == expected.type);
  CHECK(found.branch == expected.branch);
  CHECK(found.id == expected.id);
  CHECK(found.previous_event_id == expected.previous_event_id);
  CHECK(found.timestamp == expected.timestamp);
  CHECK(found.name == expected.name);
  REQUIRE(found.payload.present() == expected.payload.present());
  if (expected.payload.present()) CHECK(found.payload.text() == expected.payload.text());
  CHECK(found.number == expected.number);
  REQUIRE(found.fields.size() == expected.fields.size());
  for (size_t i = 0; i < expected.fields.size(); ++i) {
    CHECK(found.fields[i].first == expected.fields[i].first);
    CHECK(ToJson(found.fields[i].second) == ToJson(expected.fields[i].second));
  }
}

inline std::string Encoded(const std::vector<HistoryEvent>& events) {
  HistoryCodec codec;
  std::string bytes;
  for (const HistoryEvent& event : events) codec.Encode(event, bytes);
  return bytes;
}

// A file of what lies beside the corpora (GAIT_CORPORA, or ../shared/corpora): "aws-api/NAME", "corpora/NAME". Nothing,
// and a message, if it is not there.
inline std::optional<Value> SharedJson(const std::string& path) {
  const char* corpora = std::getenv("GAIT_CORPORA");
  const std::string root = corpora != nullptr ? std::string(corpora) + "/.." : GAIT_SOURCE_DIR "/../shared";
  std::ifstream file(root + "/" + path, std::ios::binary);
  if (!file) {
    MESSAGE("SKIPPED: there is no ", root, "/", path);
    return std::nullopt;
  }
  return Json(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace gait::history_testing
