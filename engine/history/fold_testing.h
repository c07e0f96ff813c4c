// For the tests of the fold: executions that grow event by event, and what they stand for.
#pragma once

#include <doctest/doctest.h>

#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "engine/history/fold.h"
#include "engine/history/testing.h"

namespace gait::history_testing {

inline void Describe(const Branch& b, std::ostringstream& out) {
  const auto json = [](const Value& v) { return v.is_undefined() ? std::string("-") : ToJson(v); };
  const auto text = [](const Payload& payload) { return payload.present() ? payload.text() : std::string("-"); };
  out << b.id << " of " << b.parent << "[" << b.index << "] phase=" << static_cast<int>(b.phase) << " state=" << b.state
      << " next=" << b.next << " payload=" << text(b.payload) << " variables=" << json(b.variables)
      << " entered=" << b.entered_event << "/" << b.evaluation_from << "/" << b.entered_at.ms
      << " last=" << b.last_event << " newest=" << b.newest_event << " iteration=" << b.iteration_from
      << " retries=" << b.retry_count << ":";
  for (const int n : b.retries) out << n << ",";
  out << " due=" << b.due_at.ms;
  if (b.task != nullptr) {
    out << " task=" << b.task->scheduled_event << "/" << b.task->scheduled_at.ms << "/" << text(b.task->parameters)
        << "/" << b.task->timeout_seconds.value_or(-1) << "/" << b.task->heartbeat_seconds.value_or(-1)
        << (b.task->started ? " started" : "") << (b.task->submitted ? " submitted" : "") << json(b.task->token_hash);
  }
  if (b.children != nullptr) {
    const Children& c = *b.children;
    out << " children=" << static_cast<int>(c.kind) << "/" << text(c.input) << "/" << c.count << "/" << c.begun << "/"
        << c.running << "/" << c.failed << ":";
    for (const Value& result : c.results) out << json(result) << ",";
    for (const auto* kept : {&c.unsuccessful, &c.to_redrive}) {
      out << " kept (";
      for (const auto& child : *kept) Describe(*child, out);
      out << ")";
    }
  }
  if (b.map_run != nullptr) out << " run=" << json(b.map_run->arn) << json(b.map_run->items);
  out << "\n";
}

// All that a Progress stands for, as text.
inline std::string Describe(const Progress& p) {
  std::ostringstream out;
  const auto json = [](const Value& v) { return v.is_undefined() ? std::string("-") : ToJson(v); };
  const auto text = [](const Payload& payload) { return payload.present() ? payload.text() : std::string("-"); };
  out << StatusName(p.status()) << " last=" << p.last_event_id() << " from=" << p.started_at().ms
      << " to=" << p.stopped_at().ms << " input=" << text(p.input()) << " output=" << text(p.output())
      << " error=" << json(p.error()) << " cause=" << json(p.cause()) << " redriven=" << p.redrive_count() << "/"
      << p.redriven_at().ms << "\n";
  for (const Branch* b : p.branches()) Describe(*b, out);
  return out.str();
}

// An execution that grows event by event.
struct Story {
  Progress progress;
  std::vector<HistoryEvent> events;

  // The event as it was numbered. One without a payload gets null.
  HistoryEvent Add(HistoryEvent event) {
    event.timestamp = {kNow.ms + static_cast<int64_t>(events.size())};
    if (!event.payload.present()) event.payload = Payload(Value::Null());
    progress.Append(event);
    events.push_back(event);
    return event;
  }
};

// Decodes `events` events of `bytes` and folds them.
inline Progress Recovered(std::string_view bytes, size_t events) {
  HistoryCodec codec;
  Progress progress;
  for (size_t i = 0; i < events; ++i) progress.Apply(codec.Decode(bytes));
  return progress;
}

// Is an execution that was recovered after any of the events where it was when it went on?
inline void CheckRecovery(const std::vector<HistoryEvent>& events) {
  const std::string bytes = Encoded(events);
  Progress live;
  for (size_t i = 0; i < events.size(); ++i) {
    HistoryEvent event = events[i];
    live.Append(event);
    REQUIRE(Describe(Recovered(bytes, i + 1)) == Describe(live));
  }
}

// An event, and where it must point to.
struct Row {
  EventType type;
  BranchId branch;
  int64_t previous;    // what previousEventId must be; of gait's own records nothing
  int64_t number = 0;  // kEnd ends a branch
  const char* payload = "null";
};

inline HistoryEvent EventOf(const Row& row) {
  HistoryEvent event = HistoryEvent(row.type, row.branch).With(Payload(Json(row.payload))).Number(row.number);
  if (row.type == EventType::kRetryScheduled) event.Set(EventField::kDueAt, Value::Int(1));
  if (row.type == EventType::kExecutionRedriven) event.Set(EventField::kRedriveCount, Value::Int(1));
  if (row.type == EventType::kMapRunStarted) {
    event.payload = Payload();
    event.Set(EventField::kMapRunArn, Value::String("arn"));
  }
  return event;
}

// Plays the rows one after the other.
inline Story Play(std::span<const Row> rows) {
  Story story;
  int64_t id = 0;
  for (const Row& row : rows) {
    const HistoryEvent event = story.Add(EventOf(row));
    CAPTURE(RowOf(row.type).name);
    CHECK(event.id == (IsShown(row.type) ? ++id : 0));
    if (IsShown(row.type)) {
      CAPTURE(id);
      CHECK(event.previous_event_id == row.previous);
    }
  }
  CheckRecovery(story.events);
  return story;
}

}  // namespace gait::history_testing
