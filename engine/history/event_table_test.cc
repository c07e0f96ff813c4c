#include "engine/history/event_table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "engine/base/check.h"
#include "engine/history/testing.h"

namespace gait {
namespace {

using namespace history_testing;

TEST_CASE("a row for each type, and a type for each name") {
  std::set<std::string_view> names;
  size_t shown = 0;
  for (const EventRow& row : EventRows()) {
    CHECK(&RowOf(row.type) == &row);
    CHECK(IsEventType(row.type));
    CHECK(IsShown(row.type) == !row.name.empty());
    if (!IsShown(row.type)) continue;
    ++shown;
    CHECK(names.insert(row.name).second);
    CHECK(EventTypeOf(row.name) == row.type);
    CHECK((row.details.empty() || row.details.ends_with("EventDetails")));
    CHECK((row.payload.empty() || row.payload == "input" || row.payload == "output" || row.payload == "parameters"));
    for (const EventField field : row.fields) CHECK_FALSE(FieldName(field).empty());
  }
  CHECK(shown == 62);
  CHECK_FALSE(EventTypeOf("").has_value());
  CHECK_FALSE(EventTypeOf("StateEntered").has_value());
  for (const int number : {0, 63, 199, 204, 255}) {
    CHECK_FALSE(IsEventType(static_cast<EventType>(number)));
    CHECK_THROWS_AS(RowOf(static_cast<EventType>(number)), InternalError);
  }
}

TEST_CASE("fields that are private have no name") {
  for (const EventField field :
       {EventField::kDueAt, EventField::kTokenHash, EventField::kByHeartbeat, EventField::kClientToken}) {
    CHECK(IsEventField(field));
    CHECK(FieldName(field).empty());
  }
  for (const int number : {0, 18, 99, 104, 255}) CHECK_FALSE(IsEventField(static_cast<EventField>(number)));
}

struct JsonRow {
  HistoryEvent event;
  const char* json;  // behind the timestamp, type and ids
};

TEST_CASE("events as the API shows them") {
  const auto text = [](const char* s) { return Value::String(s); };
  const JsonRow rows[] = {
      {HistoryEvent(EventType::kExecutionStarted)
           .With(Payload::FromUser(Json("{\"a\": 1}"), "{\"a\": 1}"))
           .Field(EventField::kRoleArn, text("role")),
       R"("executionStartedEventDetails":{"input":"{\"a\": 1}","inputDetails":{"truncated":false},"roleArn":"role"})"},
      {HistoryEvent(EventType::kPassStateEntered).Name(text("P")).With(Payload(Json("[1]"))).Number(4),
       R"("stateEnteredEventDetails":{"name":"P","input":"[1]","inputDetails":{"truncated":false}})"},
      {HistoryEvent(EventType::kPassStateExited)
           .Name(text("P"))
           .With(Payload(Json("null")))
           .Number(kEnd)
           .Field(EventField::kAssignedVariables, Json(R"({"x":{"y":1},"s":"a"})")),
       R"("stateExitedEventDetails":{"name":"P","output":"null","outputDetails":{"truncated":false},)"
       R"("assignedVariables":{"x":"{\"y\":1}","s":"\"a\""},"assignedVariablesDetails":{"truncated":false}})"},
      {HistoryEvent(EventType::kTaskScheduled)
           .With(Payload(Json("{}")))
           .Field(EventField::kResource, text("invoke"))
           .Field(EventField::kTimeoutInSeconds, Value::Int(5))
           .Field(EventField::kResourceType, text("lambda"))
           .Field(EventField::kTokenHash, text("secret"))
           .Field(EventField::kRegion, text("us-east-1")),
       R"("taskScheduledEventDetails":{"parameters":"{}","resourceType":"lambda","resource":"invoke",)"
       R"("region":"us-east-1","timeoutInSeconds":5})"},
      {HistoryEvent(EventType::kMapStateStarted).With(Payload(Json("[1,2]"))).Number(2),
       R"("mapStateStartedEventDetails":{"length":2})"},
      {HistoryEvent(EventType::kMapIterationStarted).Name(text("M")).With(Payload(Json("1"))),
       R"("mapIterationStartedEventDetails":{"name":"M","index":0})"},
      {HistoryEvent(EventType::kParallelStateStarted).With(Payload(Json("1"))).Number(2), nullptr},
      {HistoryEvent(EventType::kLambdaFunctionStarted), nullptr},
      {HistoryEvent(EventType::kExecutionRedriven)
           .Field(EventField::kRedriveCount, Value::Int(2))
           .Field(EventField::kClientToken, text("secret")),
       R"("executionRedrivenEventDetails":{"redriveCount":2})"},
      // Recorded: a Fail state without Error and Cause.
      {HistoryEvent(EventType::kExecutionFailed), R"("executionFailedEventDetails":{})"},
      {HistoryEvent(EventType::kTaskTimedOut)
           .Field(EventField::kError, text("States.Timeout"))
           .Field(EventField::kCause, Value())
           .Field(EventField::kByHeartbeat, Value::Bool(true)),
       R"("taskTimedOutEventDetails":{"error":"States.Timeout"})"},
  };
  for (const JsonRow& row : rows) {
    HistoryEvent event = row.event;
    event.id = 7;
    event.previous_event_id = 5;
    event.timestamp = kNow;
    const std::string head = R"({"timestamp":1.700000000123E9,"type":")" + std::string(RowOf(event.type).name) +
                             R"(","id":7,"previousEventId":5)";
    CHECK(ToJson(EventToJson(event)) == head + (row.json == nullptr ? "" : std::string(",") + row.json) + "}");
  }
}

TEST_CASE("without execution data") {
  const HistoryEvent exited = HistoryEvent(EventType::kPassStateExited)
                                  .Name(Value::String("P"))
                                  .With(Payload(Json("{}")))
                                  .Field(EventField::kAssignedVariables, Json(R"({"x":1})"));
  CHECK(ToJson(*EventToJson(exited, false).Find("stateExitedEventDetails")) == R"({"name":"P"})");
  const HistoryEvent failed = HistoryEvent(EventType::kTaskFailed).Field(EventField::kError, Value::String("E"));
  CHECK(ToJson(*EventToJson(failed, false).Find("taskFailedEventDetails")) == R"({"error":"E"})");
}

// docs/history_format.md has a row for each type, and the number of each field.
TEST_CASE("the documentation describes the table") {
  constexpr std::string_view kLinks[] = {"chain", "leaf", "newest", "start", "iteration"};
  constexpr std::string_view kNumbers[] = {"", "state", "next", "index", "length", "count", "retrier"};
  std::ifstream file(GAIT_SOURCE_DIR "/docs/history_format.md");
  std::string page(std::istreambuf_iterator<char>(file), {});
  REQUIRE_FALSE(page.empty());
  size_t rows = 0;
  for (size_t at = page.find("### Types"); at != std::string::npos; at = page.find("\n| ", at + 1)) ++rows;
  CHECK(rows == EventRows().size() + 2);  // the heading, and that of the table
  for (const EventRow& row : EventRows()) {
    CAPTURE(row.name);
    const size_t at = page.find("\n| " + std::to_string(static_cast<int>(row.type)) + " | " + std::string(row.name));
    REQUIRE(at != std::string::npos);
    const std::string line = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
    std::string end = " | ";
    for (const std::string_view part :
         {row.payload, kNumbers[static_cast<size_t>(row.number)], kLinks[static_cast<size_t>(row.link)]}) {
      end += std::string(part) + " | ";
    }
    end.pop_back();
    CHECK(line.ends_with(end));
  }
  std::replace(page.begin(), page.end(), '\n', ' ');
  for (int number = 0; number < 256; ++number) {
    const std::string_view name = FieldName(static_cast<EventField>(number));
    if (!name.empty()) CHECK(page.find(" " + std::to_string(number) + " " + std::string(name)) != std::string::npos);
  }
}

// ---- The service model

// Is `value` what the shape says? Appends what is wrong to `errors`.
void CheckShape(const Value& shapes, const std::string& name, const Value& value, const std::string& place,
                std::vector<std::string>& errors) {
  const Value& shape = *shapes.Find(name);
  const std::string type(shape.Find("type")->as_string());
  const bool fits = type == "structure" || type == "map" ? value.is_object()
                    : type == "string"                   ? value.is_string()
                    : type == "boolean"                  ? value.is_bool()
                    : type == "timestamp"                ? value.is_number()
                                                         : value.is_int();
  if (!fits) return errors.push_back(place + " is no " + type);
  if (type == "map") {
    for (const Member& m : value.members()) {
      CheckShape(shapes, std::string(shape.Find("value")->Find("shape")->as_string()), m.value,
                 place + "/" + std::string(m.name()), errors);
    }
  } else if (type == "structure") {
    for (const Member& m : value.members()) {
      const Value* member = shape.Find("members")->Find(m.name());
      if (member == nullptr) {
        errors.push_back(place + " has a member that the model lacks: " + std::string(m.name()));
      } else {
        CheckShape(shapes, std::string(member->Find("shape")->as_string()), m.value,
                   place + "/" + std::string(m.name()), errors);
      }
    }
    if (const Value* required = shape.Find("required")) {
      for (const Value& member : required->items()) {
        if (value.Find(member.as_string()) == nullptr) {
          errors.push_back(place + " lacks " + std::string(member.as_string()));
        }
      }
    }
  }
}

TEST_CASE("every row is as the service's model has it, and every type of the model has a row") {
  const auto model = SharedJson("aws-api/stepfunctions-2016-11-23.json");
  if (!model) return;
  const Value& shapes = *model->Find("shapes");
  std::set<std::string_view> types;
  for (const Value& type : shapes.Find("HistoryEventType")->Find("enum")->items()) types.insert(type.as_string());
  CHECK(types.size() == 62);
  std::set<std::string, std::less<>> details;  // the members that no row has filled
  for (const Member& m : shapes.Find("HistoryEvent")->Find("members")->members()) details.insert(std::string(m.name()));
  for (const EventRow& row : EventRows()) {
    if (!IsShown(row.type)) continue;
    CAPTURE(row.name);
    CHECK(types.erase(row.name) == 1);
    const Value json = EventToJson(FullEvent(row));
    std::vector<std::string> errors;
    CheckShape(shapes, "HistoryEvent", json, std::string(row.name), errors);
    for (const std::string& error : errors) FAIL_CHECK(error);
    for (const Member& m : json.members()) details.erase(std::string(m.name()));
    // All that the model has is there: a full event lacks no member of its details.
    if (row.details.empty()) continue;
    const std::string shape(
        shapes.Find("HistoryEvent")->Find("members")->Find(row.details)->Find("shape")->as_string());
    for (const Member& m : shapes.Find(shape)->Find("members")->members()) {
      CAPTURE(m.name());
      CHECK(json.Find(row.details)->Find(m.name()) != nullptr);
    }
  }
  for (const std::string_view type : types) FAIL_CHECK("no row for ", type);
  for (const std::string& member : details) FAIL_CHECK("no row has ", member);
}

}  // namespace
}  // namespace gait
