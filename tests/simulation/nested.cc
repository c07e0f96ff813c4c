#include "tests/simulation/nested.h"

#include <algorithm>

#include "engine/history/event_table.h"
#include "engine/json/write.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {
namespace {

using T = EventType;

std::string_view StatusAfter(T type) {
  switch (type) {
    case T::kExecutionSucceeded: return "SUCCEEDED";
    case T::kExecutionFailed: return "FAILED";
    case T::kExecutionTimedOut: return "TIMED_OUT";
    default: return "ABORTED";
  }
}

Value Told(const Value& description, std::string_view member) {
  const Value* v = description.Find(member);
  return v == nullptr ? Value() : *v;
}

bool Describes(const Value& description, bool parsed, const HistoryEvent& end) {
  const auto field = [&](EventField f) {
    const Value* v = end.Get(f);
    return v == nullptr ? Value() : *v;
  };
  Value output;
  if (end.type == T::kExecutionSucceeded) output = parsed ? end.payload.value() : Value::String(end.payload.text());
  return Told(description, "Status") == Value::String(StatusAfter(end.type)) &&
         Told(description, "StopDate") == Value::Int(end.timestamp.ms) && Told(description, "Output") == output &&
         Told(description, "Error") == field(EventField::kError) &&
         Told(description, "Cause") == field(EventField::kCause);
}

}  // namespace

std::string KeyOf(std::string_view execution_arn, int64_t scheduled_event, int64_t attempt) {
  return std::string(execution_arn) + "/" + std::to_string(scheduled_event) + "/" + std::to_string(attempt);
}

std::string StartedBy(const HistoryEvent& execution_started) {
  const Value* key = execution_started.Get(EventField::kStartedBy);
  return key == nullptr ? "" : std::string(key->as_string());
}

StartedByTask ReadKey(std::string_view key) {
  key = key.substr(0, key.rfind('/'));
  const size_t event = key.rfind('/');
  return {std::string(key.substr(0, event)), std::stoll(std::string(key.substr(event + 1)))};
}

void CheckStarted(const RecordedExecution& child, const Value& parameters, const Value& answer) {
  Require(child.events.front().payload.value() == *parameters.Find("Input"), kNested,
          child.arn + " has another input than its task gives");
  Require(Told(answer, "ExecutionArn") == Value::String(child.arn) &&
              Told(answer, "StartDate") == Value::Int(child.record.started_at.ms),
          kNested, "who started " + child.arn + " was told " + ToJson(answer));
}

void CheckDescription(const RecordedExecution& child, const Value& description, bool parsed, Timestamp heard) {
  Require(Told(description, "ExecutionArn") == Value::String(child.arn), kNested,
          "who waits for " + child.arn + " was told of another: " + ToJson(description));
  // One that was redriven has ended more than once.
  const bool ended_so = std::any_of(child.events.begin(), child.events.end(), [&](const HistoryEvent& e) {
    return EndsExecution(e.type) && e.timestamp <= heard && Describes(description, parsed, e);
  });
  Require(ended_so, kNested, "who waits for " + child.arn + " was told " + ToJson(description));
}

}  // namespace gait::simulation
