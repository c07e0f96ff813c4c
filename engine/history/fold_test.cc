#include "engine/history/fold.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <span>
#include <sstream>

#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/history/testing.h"

namespace gait {
namespace {

using namespace history_testing;
using T = EventType;

void Describe(const Branch& b, std::ostringstream& out) {
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
std::string Describe(const Progress& p) {
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
Progress Recovered(std::string_view bytes, size_t events) {
  HistoryCodec codec;
  Progress progress;
  for (size_t i = 0; i < events; ++i) progress.Apply(codec.Decode(bytes));
  return progress;
}

// Is an execution that was recovered after any of the events where it was when it went on?
void CheckRecovery(const std::vector<HistoryEvent>& events) {
  const std::string bytes = Encoded(events);
  Progress live;
  for (size_t i = 0; i < events.size(); ++i) {
    HistoryEvent event = events[i];
    live.Append(event);
    REQUIRE(Describe(Recovered(bytes, i + 1)) == Describe(live));
  }
}

struct Row {
  T type;
  BranchId branch;
  int64_t previous;    // what previousEventId must be; of gait's own records nothing
  int64_t number = 0;  // kEnd ends a branch
  const char* payload = "null";
};

HistoryEvent EventOf(const Row& row) {
  HistoryEvent event = HistoryEvent(row.type, row.branch).With(Payload(Json(row.payload))).Number(row.number);
  if (row.type == T::kRetryScheduled) event.Set(EventField::kDueAt, Value::Int(1));
  if (row.type == T::kExecutionRedriven) event.Set(EventField::kRedriveCount, Value::Int(1));
  if (row.type == T::kMapRunStarted) {
    event.payload = Payload();
    event.Set(EventField::kMapRunArn, Value::String("arn"));
  }
  return event;
}

Story Play(std::span<const Row> rows) {
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

// ---- Links, as recorded

// test_base_scenarios: test_map_state_nested, with two items outside and two inside. Branch 1 is the outer iteration,
// 2 the inner one; both numbers are used again.
TEST_CASE("inline Maps within one another, one iteration at a time") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kMapStateEntered, 0, 0},
      {T::kMapStateStarted, 0, 2, 2, "[1,2]"},
      {T::kMapIterationStarted, 0, 3, 0, "1"},
      {T::kMapStateEntered, 1, 4},
      {T::kMapStateStarted, 1, 5, 2, "[3,4]"},
      {T::kMapIterationStarted, 1, 6, 0, "3"},
      {T::kPassStateEntered, 2, 7},
      {T::kPassStateExited, 2, 8, kEnd, "30"},
      {T::kMapIterationSucceeded, 2, 9, 0},
      {T::kMapIterationStarted, 1, 9, 1, "4"},  // from the ...StateExited before it: MapIterationSucceeded is a leaf
      {T::kPassStateEntered, 2, 11},
      {T::kPassStateExited, 2, 12, kEnd, "40"},
      {T::kMapIterationSucceeded, 2, 13, 1},
      {T::kMapStateSucceeded, 1, 14},
      {T::kMapStateExited, 1, 14, kEnd, "[30,40]"},  // MapStateSucceeded is a leaf
      {T::kMapIterationSucceeded, 1, 16, 0},
      {T::kMapIterationStarted, 0, 16, 1, "2"},
      {T::kPassStateEntered, 1, 18},
      {T::kPassStateExited, 1, 19, kEnd, "50"},
      {T::kMapIterationSucceeded, 1, 20, 1},
      {T::kMapStateSucceeded, 0, 21},
      {T::kMapStateExited, 0, 21, kEnd, "[[30,40],50]"},
      {T::kExecutionSucceeded, 0, 23, 0, "[[30,40],50]"},
  };
  const Story story = Play(kRows);
  CHECK(story.progress.status() == ExecutionStatus::kSucceeded);
  CHECK(story.progress.output().text() == "[[30,40],50]");
  CHECK(story.progress.branches().size() == 1);
  // The results stood at their places while the Map ran.
  const Progress joined = Recovered(Encoded(story.events), 21);
  CHECK(ToJson(joined.branch(0).children->results[0]) == "[30,40]");
  CHECK(ToJson(joined.branch(0).children->results[1]) == "50");
  CHECK(joined.branch(0).children->running == 0);
}

// test_base_scenarios: test_map_state_retry.
TEST_CASE("a Map that is tried again") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},       {T::kMapStateEntered, 0, 0},           {T::kMapStateStarted, 0, 2, 1, "[1]"},
      {T::kMapIterationStarted, 0, 3, 0}, {T::kFailStateEntered, 1, 4},          {T::kMapIterationFailed, 1, 5, 0},
      {T::kRetryScheduled, 0, 0, 1},      {T::kMapStateStarted, 0, 5, 1, "[1]"},  // MapIterationFailed is a leaf
      {T::kMapIterationStarted, 0, 7, 0}, {T::kFailStateEntered, 1, 8},          {T::kMapIterationFailed, 1, 9, 0},
      {T::kMapStateFailed, 0, 9},         {T::kExecutionFailed, 0, 11},
  };
  const Story story = Play(kRows);
  const Progress retrying = Recovered(Encoded(story.events), 7);
  CHECK(retrying.branch(0).phase == Branch::Phase::kRetrying);
  CHECK(retrying.branch(0).retries == std::vector<int>{0, 1});
  CHECK(retrying.branch(0).retry_count == 1);
  CHECK(retrying.branch(0).children == nullptr);
}

TEST_CASE("iterations side by side all start from MapStateStarted, until one has ended") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kMapStateEntered, 0, 0},
      {T::kMapStateStarted, 0, 2, 3, "[1,2,3]"},
      {T::kMapIterationStarted, 0, 3, 0, "1"},
      {T::kMapIterationStarted, 0, 3, 1, "2"},
      {T::kPassStateEntered, 1, 4, 0, "1"},
      {T::kPassStateEntered, 2, 5, 0, "2"},
      {T::kPassStateExited, 2, 7, kEnd, "20"},
      {T::kMapIterationSucceeded, 2, 8, 1},
      {T::kMapIterationStarted, 0, 8, 2, "3"},
      {T::kPassStateExited, 1, 6, kEnd, "10"},
      {T::kMapIterationSucceeded, 1, 11, 0},
      {T::kPassStateEntered, 2, 10, 0, "3"},
  };
  const Story story = Play(kRows);
  const auto children = story.progress.ChildrenOf(0);
  REQUIRE(children.size() == 1);
  CHECK(children[0]->index == 2);
  CHECK(story.progress.branch(0).children->begun == 3);
  CHECK(story.progress.branch(0).children->running == 1);
}

// test_base_scenarios: test_parallel_state. The recording has the events of the branches sorted; their ids are gait's.
TEST_CASE("a Parallel joins with the branch that ends last") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kPassStateEntered, 0, 0},
      {T::kPassStateExited, 0, 2},
      {T::kParallelStateEntered, 0, 3},
      {T::kParallelStateStarted, 0, 4, 2},
      {T::kPassStateEntered, 1, 5},
      {T::kPassStateEntered, 2, 5},
      {T::kPassStateExited, 2, 7, kEnd, "2"},
      {T::kPassStateExited, 1, 6, kEnd, "1"},
      {T::kParallelStateSucceeded, 0, 9},
      {T::kParallelStateExited, 0, 9, kEnd, "[1,2]"},
      {T::kExecutionSucceeded, 0, 11, 0, "[1,2]"},
  };
  const Story story = Play(kRows);
  const Progress joined = Recovered(Encoded(story.events), 9);
  CHECK(joined.branches().size() == 1);
  CHECK(joined.branch(0).children->running == 0);
  CHECK(ToJson(joined.branch(0).children->results[0]) == "1");
  CHECK(ToJson(joined.branch(0).children->results[1]) == "2");
}

// test_error_output: test_parallel_catch_error[PARALLEL_CATCH_ERROR_OUTPUT_WITH_RETRY].
TEST_CASE("a Parallel whose branch fails is tried again, then caught") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kParallelStateEntered, 0, 0},
      {T::kParallelStateStarted, 0, 2, 1},
      {T::kTaskStateEntered, 1, 3},
      {T::kTaskScheduled, 1, 4},
      {T::kTaskStarted, 1, 5},
      {T::kTaskFailed, 1, 6},
      {T::kBranchFailed, 1, 0},
      {T::kTaskStateAborted, 1, 7},
      {T::kRetryScheduled, 0, 0, 0},
      {T::kParallelStateStarted, 0, 7, 1},
      {T::kTaskStateEntered, 1, 9},
      {T::kTaskScheduled, 1, 10},
      {T::kTaskStarted, 1, 11},
      {T::kTaskFailed, 1, 12},
      {T::kBranchFailed, 1, 0},
      {T::kTaskStateAborted, 1, 13},
      {T::kParallelStateFailed, 0, 13},
      {T::kParallelStateExited, 0, 15},
      {T::kPassStateEntered, 0, 16},
      {T::kPassStateExited, 0, 17, kEnd},
      {T::kExecutionSucceeded, 0, 18},
  };
  const Story story = Play(kRows);
  const Progress failed = Recovered(Encoded(story.events), 8);
  CHECK(failed.branch(0).children->failed == 1);
  CHECK(failed.branch(0).children->running == 0);
}

// test_credentials_base: test_cross_account_service_lambda_invoke_retry; test_error_output:
// test_task_catch_error_with_retry.
TEST_CASE("a Task that is tried again goes on from its failure") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},    {T::kTaskStateEntered, 0, 0}, {T::kTaskScheduled, 0, 2},
      {T::kTaskStarted, 0, 3},         {T::kTaskFailed, 0, 4},       {T::kRetryScheduled, 0, 0},
      {T::kTaskScheduled, 0, 5},       {T::kTaskStarted, 0, 6},      {T::kTaskFailed, 0, 7},
      {T::kTaskStateExited, 0, 8},     {T::kPassStateEntered, 0, 9}, {T::kPassStateExited, 0, 10, kEnd},
      {T::kExecutionSucceeded, 0, 11},
  };
  Play(kRows);
}

// test_base_scenarios: test_map_state_config_distributed_reentrant_lambda.
TEST_CASE("a Distributed Map") {
  Story story;
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0}, {T::kMapStateEntered, 0, 0}, {T::kMapStateStarted, 0, 2, 1000},
      {T::kMapRunStarted, 0, 3},    {T::kMapRunSucceeded, 0, 4}, {T::kMapStateSucceeded, 0, 5},
      {T::kMapStateExited, 0, 4},   {T::kMapStateEntered, 0, 7},
  };
  // Recorded: MapStateSucceeded points to MapRunStarted's id 9 from 10, MapStateExited to it too.
  int64_t id = 0;
  for (const Row& row : kRows) {
    HistoryEvent event = EventOf(row);
    event.timestamp = kNow;
    if (row.type == T::kMapStateStarted) event.payload = Payload();  // its items are in MapRunStarted
    story.progress.Append(event);
    story.events.push_back(event);
    CAPTURE(RowOf(row.type).name);
    CHECK(event.id == ++id);
    CHECK(event.previous_event_id == row.previous);
  }
  CheckRecovery(story.events);
  CHECK(Recovered(Encoded(story.events), 3).branch(0).children->results.empty());
}

// test_base_scenarios: test_map_state_items_eval_jsonata_fail, test_wait_timestamp_jsonata; test_sfn_api:
// test_stop_execution. What follows a task's result was not recorded.
TEST_CASE("an evaluation that fails points to where its state was entered from; a stop points to nothing") {
  constexpr Row kMap[] = {
      {T::kExecutionStarted, 0, 0}, {T::kMapStateEntered, 0, 0}, {T::kEvaluationFailed, 0, 0},
      {T::kMapStateFailed, 0, 3},   {T::kExecutionFailed, 0, 4},
  };
  Play(kMap);
  constexpr Row kWait[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kWaitStateEntered, 0, 0},
      {T::kEvaluationFailed, 0, 2},
      {T::kExecutionFailed, 0, 3},
  };
  Play(kWait);
  constexpr Row kTask[] = {
      {T::kExecutionStarted, 0, 0}, {T::kTaskStateEntered, 0, 0}, {T::kTaskScheduled, 0, 2},   {T::kTaskStarted, 0, 3},
      {T::kTaskSucceeded, 0, 4},    {T::kEvaluationFailed, 0, 5}, {T::kExecutionFailed, 0, 6},
  };
  Play(kTask);
  constexpr Row kStopped[] = {{T::kExecutionStarted, 0, 0}, {T::kWaitStateEntered, 0, 0}, {T::kExecutionAborted, 0, 0}};
  CHECK(Play(kStopped).progress.status() == ExecutionStatus::kAborted);
}

// ---- Redrive: recorded of AWS in September 2026

TEST_CASE("a Task that is redriven goes on from where it was entered") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},    {T::kPassStateEntered, 0, 0},   {T::kPassStateExited, 0, 2, 1},
      {T::kTaskStateEntered, 0, 3},    {T::kActivityScheduled, 0, 4},  {T::kActivityStarted, 0, 5},
      {T::kActivityFailed, 0, 6},      {T::kRetryScheduled, 0, 0, 0},  {T::kActivityScheduled, 0, 7},
      {T::kActivityStarted, 0, 8},     {T::kActivityFailed, 0, 9},     {T::kExecutionFailed, 0, 10},
      {T::kExecutionRedriven, 0, 11},  {T::kActivityScheduled, 0, 4},  {T::kActivityStarted, 0, 13},
      {T::kExecutionAborted, 0, 0},    {T::kExecutionRedriven, 0, 15}, {T::kActivityScheduled, 0, 4},
      {T::kActivityStarted, 0, 17},    {T::kActivitySucceeded, 0, 18}, {T::kTaskStateExited, 0, 19, kEnd},
      {T::kExecutionSucceeded, 0, 20},
  };
  const Story story = Play(kRows);
  const Progress redriven = Recovered(Encoded(story.events), 13);
  CHECK(redriven.status() == ExecutionStatus::kRunning);
  CHECK(redriven.stopped_at() == Timestamp{});
  CHECK(redriven.redrive_count() == 1);
  CHECK(redriven.timed_from() == story.events[12].timestamp);
  CHECK(redriven.branch(0).phase == Branch::Phase::kRedriven);
  CHECK(redriven.branch(0).retry_count == 0);
  CHECK(redriven.branch(0).entered_at == story.events[3].timestamp);
}

TEST_CASE("a Fail state that is redriven fails right away") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0}, {T::kPassStateEntered, 0, 0},  {T::kPassStateExited, 0, 2},
      {T::kFailStateEntered, 0, 3}, {T::kExecutionFailed, 0, 4},   {T::kExecutionRedriven, 0, 5},
      {T::kExecutionFailed, 0, 6},  {T::kExecutionRedriven, 0, 7}, {T::kExecutionFailed, 0, 8},
  };
  Play(kRows);
}

TEST_CASE("of a Parallel that is redriven those branches go on that failed or were stopped") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kParallelStateEntered, 0, 0},
      {T::kParallelStateStarted, 0, 2, 3},
      {T::kTaskStateEntered, 1, 3, 0, "1"},
      {T::kActivityScheduled, 1, 4},
      {T::kTaskStateEntered, 2, 3, 0, "2"},
      {T::kActivityScheduled, 2, 6},
      {T::kTaskStateEntered, 3, 3, 0, "3"},
      {T::kActivityScheduled, 3, 8},
      {T::kActivitySucceeded, 1, 5},
      {T::kTaskStateExited, 1, 10, kEnd, "\"kept\""},
      {T::kActivityFailed, 2, 7},
      {T::kBranchFailed, 2, 0},
      {T::kTaskStateAborted, 2, 12},
      {T::kTaskStateAborted, 3, 9},
      {T::kParallelStateFailed, 0, 12},
      {T::kExecutionFailed, 0, 15},
      {T::kExecutionRedriven, 0, 16},
      {T::kChildRedriven, 0, 0, 1},
      {T::kChildRedriven, 0, 0, 2},  // they have the numbers 3 and 2 now
      {T::kActivityScheduled, 3, 6},
      {T::kActivityScheduled, 2, 8},
      {T::kActivitySucceeded, 2, 19},
      {T::kTaskStateExited, 2, 20, kEnd, "\"third\""},
      {T::kActivitySucceeded, 3, 18},
      {T::kTaskStateExited, 3, 22, kEnd, "\"second\""},
      {T::kParallelStateSucceeded, 0, 23},
      {T::kParallelStateExited, 0, 23, kEnd},
      {T::kExecutionSucceeded, 0, 25},
  };
  const Story story = Play(kRows);
  const Progress failed = Recovered(Encoded(story.events), 17);
  CHECK(failed.branches().size() == 1);
  CHECK(failed.branch(0).children->unsuccessful.size() == 2);
  const Progress redriven = Recovered(Encoded(story.events), 20);
  const auto children = redriven.ChildrenOf(0);
  REQUIRE(children.size() == 2);
  CHECK(children[0]->index == 1);
  CHECK(children[0]->payload.text() == "2");
  CHECK(children[1]->index == 2);
  const Progress joined = Recovered(Encoded(story.events), 26);
  CHECK(joined.branch(0).children->running == 0);
  CHECK(ToJson(joined.branch(0).children->results[0]) == "\"kept\"");
  CHECK(ToJson(joined.branch(0).children->results[1]) == "\"second\"");
  CHECK(ToJson(joined.branch(0).children->results[2]) == "\"third\"");
  CHECK(story.progress.branch(0).children == nullptr);
}

TEST_CASE("of a Map that is redriven the iteration that failed goes on, and the next begins behind it") {
  constexpr Row kRows[] = {
      {T::kExecutionStarted, 0, 0},
      {T::kMapStateEntered, 0, 0},
      {T::kMapStateStarted, 0, 2, 3, "[1,2,3]"},
      {T::kMapIterationStarted, 0, 3, 0, "1"},
      {T::kTaskStateEntered, 1, 4, 0, "1"},
      {T::kActivityScheduled, 1, 5},
      {T::kActivitySucceeded, 1, 6},
      {T::kTaskStateExited, 1, 7, kEnd, "10"},
      {T::kMapIterationSucceeded, 1, 8, 0},
      {T::kMapIterationStarted, 0, 8, 1, "2"},
      {T::kTaskStateEntered, 1, 10, 0, "2"},
      {T::kActivityScheduled, 1, 11},
      {T::kActivityFailed, 1, 12},
      {T::kMapIterationFailed, 1, 13, 1},
      {T::kMapStateFailed, 0, 13},
      {T::kExecutionFailed, 0, 15},
      {T::kExecutionRedriven, 0, 16},
      {T::kChildRedriven, 0, 0, 1},
      {T::kActivityScheduled, 1, 11},
      {T::kActivitySucceeded, 1, 18},
      {T::kTaskStateExited, 1, 19, kEnd, "20"},
      {T::kMapIterationSucceeded, 1, 20, 1},
      {T::kMapIterationStarted, 0, 20, 2, "3"},
      {T::kTaskStateEntered, 1, 22, 0, "3"},
      {T::kTaskStateExited, 1, 23, kEnd, "30"},
      {T::kMapIterationSucceeded, 1, 24, 2},
      {T::kMapStateSucceeded, 0, 25},
      {T::kMapStateExited, 0, 25, kEnd},
      {T::kExecutionSucceeded, 0, 27},
  };
  const Story story = Play(kRows);
  const Progress redriven = Recovered(Encoded(story.events), 17);
  CHECK(redriven.branch(0).children->failed == 0);
  CHECK(redriven.branch(0).children->to_redrive.size() == 1);
  const Progress joined = Recovered(Encoded(story.events), 26);
  CHECK(ToJson(joined.branch(0).children->results[1]) == "20");
}

// ---- Redrive: what was not recorded

TEST_CASE("what is redriven within what is redriven goes on where it was, its variables too") {
  Story story;
  story.Add(HistoryEvent(T::kExecutionStarted));
  story.Add(HistoryEvent(T::kParallelStateEntered));
  story.Add(HistoryEvent(T::kParallelStateStarted).Number(1));
  story.Add(HistoryEvent(T::kPassStateEntered, 1));
  story.Add(HistoryEvent(T::kPassStateExited, 1).Number(1).Field(EventField::kAssignedVariables, Json(R"({"a":1})")));
  story.Add(HistoryEvent(T::kMapStateEntered, 1).Number(1));
  story.Add(HistoryEvent(T::kMapStateStarted, 1).With(Payload(Json("[7,8]"))).Number(2));
  story.Add(HistoryEvent(T::kMapIterationStarted, 1).Number(0));
  story.Add(HistoryEvent(T::kMapIterationStarted, 1).Number(1));
  story.Add(HistoryEvent(T::kWaitStateEntered, 2).With(Payload(Json("\"w\""))));
  story.Add(HistoryEvent(T::kWaitScheduled, 2).Field(EventField::kDueAt, Value::Int(9)));
  story.Add(HistoryEvent(T::kExecutionTimedOut));  // iteration 1 has not entered its first state
  CHECK(story.progress.branches().size() == 1);
  story.Add(HistoryEvent(T::kExecutionRedriven).Field(EventField::kRedriveCount, Value::Int(1)));
  story.progress.TakeBegun();
  story.Add(HistoryEvent(T::kChildRedriven).Number(0));
  const BranchId branch = story.progress.TakeBegun().at(0);
  CHECK(ToJson(story.progress.branch(branch).variables) == R"({"a":1})");
  CHECK(story.progress.branch(branch).phase == Branch::Phase::kRedriven);
  story.Add(HistoryEvent(T::kChildRedriven, branch).Number(0));
  const BranchId first = story.progress.TakeBegun().at(0);
  CHECK(story.progress.branch(first).phase == Branch::Phase::kRedriven);
  CHECK(story.progress.branch(first).payload.text() == "\"w\"");
  CHECK(story.progress.branch(branch).children->running == 1);
  story.Add(HistoryEvent(T::kExecutionAborted));  // iteration 1 still waits for its turn
  story.Add(HistoryEvent(T::kExecutionRedriven).Field(EventField::kRedriveCount, Value::Int(2)));
  story.Add(HistoryEvent(T::kChildRedriven).Number(0));
  const BranchId again = story.progress.TakeBegun().at(0);
  CHECK(story.progress.branch(again).children->to_redrive.size() == 2);
  story.Add(HistoryEvent(T::kChildRedriven, again).Number(0));
  story.Add(HistoryEvent(T::kChildRedriven, again).Number(1));
  const BranchId second = story.progress.TakeBegun().at(1);
  CHECK(story.progress.branch(second).phase == Branch::Phase::kReady);
  CHECK(story.progress.branch(second).parent == again);
  CheckRecovery(story.events);
}

TEST_CASE("a state that failed itself, or that is left, keeps nothing of its children") {
  Story story;
  story.Add(HistoryEvent(T::kExecutionStarted));
  story.Add(HistoryEvent(T::kParallelStateEntered));
  for (int round = 0; round < 2; ++round) {
    story.Add(HistoryEvent(T::kParallelStateStarted).Number(1));
    const BranchId branch = story.progress.TakeBegun().back();
    story.Add(HistoryEvent(T::kPassStateEntered, branch));
    story.Add(HistoryEvent(T::kPassStateExited, branch).Number(kEnd));
    story.Add(HistoryEvent(T::kParallelStateSucceeded));
    CHECK(story.progress.branch(0).children == nullptr);
    story.Add(HistoryEvent(T::kExecutionFailed));
    story.Add(HistoryEvent(T::kExecutionRedriven).Field(EventField::kRedriveCount, Value::Int(round + 1)));
  }
  story.Add(HistoryEvent(T::kParallelStateStarted).Number(1));
  const BranchId branch = story.progress.TakeBegun().back();
  story.Add(HistoryEvent(T::kFailStateEntered, branch));
  story.Add(HistoryEvent(T::kBranchFailed, branch));
  story.Add(HistoryEvent(T::kParallelStateFailed));
  CHECK(story.progress.branch(0).children->unsuccessful.size() == 1);
  story.Add(HistoryEvent(T::kParallelStateExited).Number(1));
  CHECK(story.progress.branch(0).children == nullptr);
  CheckRecovery(story.events);
}

// Plays the types of a recorded history and compares the links. "" if they are the same; nothing if it cannot be told
// which branch an event belongs to, because several ran at a time.
std::optional<std::string> DifferenceFrom(const Value& recorded) {
  Progress progress;
  std::vector<BranchId> branches = {0};  // the innermost that runs is the last
  const std::span<const Value> events = recorded.items();
  const auto type_of = [&](size_t i) -> std::optional<EventType> {
    const Value* name = i < events.size() && events[i].is_object() ? events[i].Find("type") : nullptr;
    return name == nullptr ? std::nullopt : EventTypeOf(name->as_string());
  };
  if (type_of(0) != T::kExecutionStarted) return std::nullopt;  // a part, or the newest first
  for (size_t i = 0; i < events.size(); ++i) {
    if (!type_of(i)) return std::nullopt;
    const EventType type = *type_of(i);
    const Value *id = events[i].Find("id"), *previous = events[i].Find("previousEventId");
    if (id == nullptr || previous == nullptr || !id->is_int() || !previous->is_int()) return std::nullopt;
    const Branch* b = progress.Find(branches.back());
    HistoryEvent event = HistoryEvent(type, branches.back()).With(Payload(Value::Null()));
    if (type == T::kParallelStateStarted) return std::nullopt;
    if (type == T::kMapStateStarted) {
      if (b->children != nullptr) {
        HistoryEvent retry = HistoryEvent(T::kRetryScheduled, b->id).Field(EventField::kDueAt, Value::Int(1));
        progress.Append(retry);
      }
      event.number = events[i].Find(RowOf(type).details)->Find("length")->as_int();
      if (type_of(i + 1) == T::kMapRunStarted) event.payload = Payload();
    }
    if (type == T::kMapIterationStarted) {
      if (b->children == nullptr || b->children->running != 0) return std::nullopt;
      event.number = events[i].Find(RowOf(type).details)->Find("index")->as_int();
    }
    if (type == T::kMapRunStarted) event.Set(EventField::kMapRunArn, Value::String("arn"));
    progress.Append(event);
    if (event.id != id->as_int() || event.previous_event_id != previous->as_int()) {
      return "event " + std::to_string(id->as_int()) + " points to " + std::to_string(previous->as_int()) +
             ", and the fold's to " + std::to_string(event.previous_event_id);
    }
    const std::vector<BranchId> begun = progress.TakeBegun();
    if (type == T::kMapIterationStarted) branches.push_back(begun.back());
    if (type == T::kMapIterationSucceeded || type == T::kMapIterationFailed) branches.pop_back();
  }
  return "";
}

// "27-12-2024, 10:11:12". MapStateExited pointed to MapRunSucceeded, where it now points to MapRunStarted.
bool IsBeforeNovember2024(std::string_view recorded) {
  const std::string month = std::string(recorded.substr(6, 4)) + std::string(recorded.substr(3, 2));
  return month < "202411";
}

TEST_CASE("the links of every recorded history that runs one thing at a time") {
  const char* const kFiles[] = {"activities",
                                "api",
                                "arguments",
                                "assign",
                                "base",
                                "callback",
                                "comments",
                                "context_object",
                                "choice_operators",
                                "credentials",
                                "express",
                                "error_handling",
                                "evaluate_jsonata",
                                "outputdecl",
                                "query_language",
                                "scenarios",
                                "services",
                                "states_variables",
                                "local_mocking",
                                "timeouts"};
  int compared = 0, side_by_side = 0, old = 0;
  for (const char* file : kFiles) {
    const auto cases = SharedJson(std::string("corpora/aws-recorded/") + file + ".json");
    if (!cases) return;
    for (const Value& recorded : cases->items()) {
      for (const Member& entry : recorded.Find("expected")->members()) {
        const Value* events = entry.value.is_object() ? entry.value.Find("events") : nullptr;
        if (events == nullptr || !events->is_array() || events->size() == 0) continue;
        const bool has_run = ToJson(*events).find("\"MapRunSucceeded\"") != std::string::npos;
        if (has_run && IsBeforeNovember2024(recorded.Find("recorded")->as_string())) {
          ++old;
          continue;
        }
        const auto difference = DifferenceFrom(*events);
        (difference ? compared : side_by_side) += 1;
        if (!difference.value_or("").empty()) {
          FAIL_CHECK(recorded.Find("id")->as_string(), " ", entry.name(), ": ", *difference);
        }
      }
    }
  }
  MESSAGE(compared, " recorded histories are the same; left out: ", side_by_side,
          " with branches side by side, or not from the beginning, ", old, " from before a change at AWS");
}

// ---- What the fold keeps

TEST_CASE("the status has the API's words") {
  for (const char* name : {"RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}) {
    const auto status = StatusOf(name);
    REQUIRE(status.has_value());
    CHECK(StatusName(*status) == name);
  }
  CHECK_FALSE(StatusOf("PENDING_REDRIVE").has_value());
}

TEST_CASE("a task from its schedule to its result") {
  Story story;
  story.Add(HistoryEvent(T::kExecutionStarted));
  story.Add(HistoryEvent(T::kTaskStateEntered).Number(3).With(Payload(Json("{}"))));
  const Branch& b = story.progress.branch(0);
  CHECK(b.state == 3);
  CHECK(b.phase == Branch::Phase::kInState);
  story.Add(HistoryEvent(T::kTaskScheduled)
                .With(Payload(Json("[7]")))
                .Field(EventField::kTimeoutInSeconds, Value::Int(60))
                .Field(EventField::kTokenHash, Value::String("hash")));
  REQUIRE(b.task != nullptr);
  CHECK(b.phase == Branch::Phase::kTask);
  CHECK(b.task->scheduled_event == 3);
  CHECK(b.task->parameters.text() == "[7]");
  CHECK(b.task->timeout_seconds == 60);
  CHECK_FALSE(b.task->heartbeat_seconds.has_value());
  CHECK(b.task->token_hash == Value::String("hash"));
  CHECK_FALSE(b.task->started);
  story.Add(HistoryEvent(T::kTaskStarted));
  CHECK(b.task->started);
  story.Add(HistoryEvent(T::kTaskSubmitted));
  CHECK(b.task->submitted);
  story.Add(HistoryEvent(T::kTaskTimedOut));
  CHECK(b.task == nullptr);
  CHECK(story.progress.TakeAbandoned().tasks == std::vector<int64_t>{3});
  CHECK(story.progress.TakeAbandoned().tasks.empty());
  story.Add(HistoryEvent(T::kRetryScheduled).Number(2).Field(EventField::kDueAt, Value::Int(99)));
  CHECK(b.due_at == Timestamp{99});
  CHECK(b.retries == std::vector<int>{0, 0, 1});
  story.Add(HistoryEvent(T::kTaskScheduled));
  story.Add(HistoryEvent(T::kTaskSucceeded));
  CHECK(story.progress.TakeAbandoned().tasks.empty());
  story.Add(HistoryEvent(T::kTaskStateExited).Number(kEnd).With(Payload(Json("1"))));
  CHECK(b.phase == Branch::Phase::kFinished);
  CheckRecovery(story.events);
}

TEST_CASE("variables belong to the branch that sets them, and a later state adds to them") {
  Story story;
  story.Add(HistoryEvent(T::kExecutionStarted));
  story.Add(HistoryEvent(T::kPassStateEntered));
  story.Add(
      HistoryEvent(T::kPassStateExited).Number(1).Field(EventField::kAssignedVariables, Json(R"({"a":1,"b":2})")));
  story.Add(HistoryEvent(T::kParallelStateEntered).Number(1));
  story.Add(HistoryEvent(T::kParallelStateStarted).Number(1));
  story.Add(HistoryEvent(T::kPassStateEntered, 1));
  story.Add(HistoryEvent(T::kPassStateExited, 1).Number(0).Field(EventField::kAssignedVariables, Json(R"({"a":3})")));
  CHECK(ToJson(story.progress.branch(1).variables) == R"({"a":3})");
  story.Add(HistoryEvent(T::kPassStateEntered, 1));
  story.Add(HistoryEvent(T::kPassStateExited, 1).Number(kEnd));
  story.Add(HistoryEvent(T::kParallelStateSucceeded));
  story.Add(
      HistoryEvent(T::kParallelStateExited).Number(2).Field(EventField::kAssignedVariables, Json(R"({"b":null})")));
  CHECK(ToJson(story.progress.branch(0).variables) == R"({"a":1,"b":null})");
  CheckRecovery(story.events);
}

TEST_CASE("what ends from outside abandons its tasks, in every branch") {
  Story story;
  story.Add(HistoryEvent(T::kExecutionStarted));
  story.Add(HistoryEvent(T::kParallelStateEntered));
  story.Add(HistoryEvent(T::kParallelStateStarted).Number(3));
  CHECK(story.progress.TakeBegun() == std::vector<BranchId>{0, 1, 2, 3});
  for (BranchId branch = 1; branch <= 2; ++branch) {
    story.Add(HistoryEvent(T::kTaskStateEntered, branch));
    story.Add(HistoryEvent(T::kTaskScheduled, branch));
  }
  story.Add(HistoryEvent(T::kExecutionTimedOut));
  CHECK(story.progress.TakeAbandoned().tasks == std::vector<int64_t>{5, 7});
  CHECK(story.progress.branches().size() == 1);
  CHECK(story.progress.stopped_at() == story.events.back().timestamp);
  CheckRecovery(story.events);
}

// ---- Events that cannot be

TEST_CASE("an event that cannot follow those before it is refused") {
  const auto refused = [](std::vector<HistoryEvent> before, HistoryEvent event) {
    Story story;
    for (HistoryEvent& e : before) story.Add(std::move(e));
    event.id = IsShown(event.type) ? story.progress.last_event_id() + 1 : 0;
    CAPTURE(RowOf(event.type).name);
    CHECK_THROWS_AS(story.progress.Apply(event), InternalError);
  };
  const HistoryEvent started(T::kExecutionStarted), entered(T::kTaskStateEntered);
  const HistoryEvent parallel = HistoryEvent(T::kParallelStateStarted).Number(2);
  const HistoryEvent map = HistoryEvent(T::kMapStateStarted).Number(1);
  refused({}, entered);
  refused({started}, started);
  refused({started}, HistoryEvent(T::kPassStateEntered, 1));
  refused({started, entered}, HistoryEvent(T::kTaskStarted));
  refused({started, entered}, HistoryEvent(T::kTaskSubmitted));
  refused({started, entered}, HistoryEvent(T::kMapIterationStarted));
  refused({started, entered}, HistoryEvent(T::kMapIterationSucceeded));
  refused({started, entered}, HistoryEvent(T::kMapRunStarted));
  refused({started, entered}, HistoryEvent(T::kWaitScheduled));
  refused({started, entered}, HistoryEvent(T::kBranchFailed));
  refused({started, entered, parallel}, parallel);
  refused({started, entered, parallel}, HistoryEvent(T::kMapIterationFailed, 1));
  refused({started, entered, map}, HistoryEvent(T::kMapIterationStarted).Number(1));
  refused({started, entered}, HistoryEvent(T::kMapStateStarted).Number(-1).With(Payload(Value::Null())));
  refused({started, entered}, HistoryEvent(T::kParallelStateStarted).Number(INT64_MAX).With(Payload(Value::Null())));
  refused({started, entered},
          HistoryEvent(T::kRetryScheduled).Number(INT64_MAX).Field(EventField::kDueAt, Value::Int(1)));
  refused({started, entered}, HistoryEvent(T::kRetryScheduled).Field(EventField::kDueAt, Value::String("soon")));
  const HistoryEvent redriven = HistoryEvent(T::kExecutionRedriven).Field(EventField::kRedriveCount, Value::Int(1));
  const HistoryEvent failed(T::kExecutionFailed), branch_failed(T::kBranchFailed, 2);
  refused({started, entered}, redriven);
  refused({started, HistoryEvent(T::kExecutionSucceeded)}, redriven);
  refused({started, entered, failed}, HistoryEvent(T::kExecutionRedriven));
  refused({started, entered, failed, redriven}, HistoryEvent(T::kChildRedriven));
  refused({started, entered, parallel, branch_failed, failed, redriven}, HistoryEvent(T::kChildRedriven).Number(1));
  refused({started, entered, parallel, branch_failed, failed}, HistoryEvent(T::kChildRedriven).Number(0));
  Story story;
  story.Add(started);
  HistoryEvent late = entered;
  late.id = 3;
  CHECK_THROWS_AS(story.progress.Apply(late), InternalError);
}

TEST_CASE("a damaged history is refused or folds to something else, and never crashes") {
  Story story;
  story.Add(HistoryEvent(T::kExecutionStarted).With(Payload(Json(R"({"items":[1,2]})"))));
  for (int round = 0; round < 3; ++round) {
    story.Add(HistoryEvent(T::kMapStateEntered).Name(Value::String("Map")).Number(1));
    story.Add(HistoryEvent(T::kMapStateStarted).With(Payload(Json("[1,2]"))).Number(2));
    for (int64_t i = 0; i < 2; ++i) {
      story.Add(HistoryEvent(T::kMapIterationStarted).Name(Value::String("Map")).Number(i));
      const BranchId child = story.progress.TakeBegun().back();
      story.Add(HistoryEvent(T::kTaskStateEntered, child).Name(Value::String("Task")));
      story.Add(HistoryEvent(T::kTaskScheduled, child).Field(EventField::kTimeoutInSeconds, Value::Int(3)));
      story.Add(HistoryEvent(T::kTaskStarted, child));
      story.Add(HistoryEvent(T::kTaskSucceeded, child));
      story.Add(HistoryEvent(T::kTaskStateExited, child)
                    .Name(Value::String("Task"))
                    .Number(kEnd)
                    .Field(EventField::kAssignedVariables, Json(R"({"x":1})")));
      story.Add(HistoryEvent(T::kMapIterationSucceeded, child).Name(Value::String("Map")).Number(i));
    }
    story.Add(HistoryEvent(T::kMapStateSucceeded));
    story.Add(HistoryEvent(T::kMapStateExited).Name(Value::String("Map")));
    story.Add(HistoryEvent(T::kParallelStateEntered).Name(Value::String("Parallel")));
    story.Add(HistoryEvent(T::kParallelStateStarted).Number(2));
    for (BranchId branch : story.progress.TakeBegun()) {
      if (story.progress.Find(branch) == nullptr || branch == 0) continue;
      story.Add(HistoryEvent(T::kWaitStateEntered, branch));
      story.Add(HistoryEvent(T::kWaitScheduled, branch).Field(EventField::kDueAt, Value::Int(5)));
      story.Add(HistoryEvent(T::kWaitStateExited, branch).Number(kEnd));
    }
    story.Add(HistoryEvent(T::kParallelStateSucceeded));
    story.Add(HistoryEvent(T::kParallelStateExited));
    story.Add(HistoryEvent(T::kMapStateEntered).Name(Value::String("Map")).Number(1));
    story.Add(HistoryEvent(T::kMapStateStarted).With(Payload(Json("[1,2,3]"))).Number(3));
    for (int64_t i = 0; i < 3; ++i) {
      story.Add(HistoryEvent(T::kMapIterationStarted).Name(Value::String("Map")).Number(i));
      const BranchId child = story.progress.TakeBegun().back();
      story.Add(HistoryEvent(T::kTaskStateEntered, child).Name(Value::String("Task")));
      story.Add(HistoryEvent(T::kTaskScheduled, child));
      if (i != 1) continue;
      story.Add(HistoryEvent(T::kTaskFailed, child));
      story.Add(HistoryEvent(T::kMapIterationFailed, child).Name(Value::String("Map")).Number(i));
    }
    story.Add(HistoryEvent(T::kExecutionFailed));
    story.Add(HistoryEvent(T::kExecutionRedriven).Field(EventField::kRedriveCount, Value::Int(round + 1)));
    for (int64_t i = 0; i < 3; ++i) story.Add(HistoryEvent(T::kChildRedriven).Number(i));
    for (const BranchId child : story.progress.TakeBegun()) {
      story.Add(HistoryEvent(T::kTaskScheduled, child));
      story.Add(HistoryEvent(T::kTaskSucceeded, child));
      story.Add(HistoryEvent(T::kTaskStateExited, child).Name(Value::String("Task")).Number(kEnd));
      story.Add(HistoryEvent(T::kMapIterationSucceeded, child).Name(Value::String("Map")));
    }
    story.Add(HistoryEvent(T::kMapStateSucceeded));
    story.Add(HistoryEvent(T::kMapStateExited).Name(Value::String("Map")));
  }
  story.Add(HistoryEvent(T::kExecutionSucceeded));
  CheckRecovery(story.events);
  const std::string bytes = Encoded(story.events);
  SeededRandom random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = bytes;
    for (uint64_t k = 1 + random.Below(3); k > 0; --k) {
      damaged[random.Below(damaged.size())] = static_cast<char>(random.Next());
    }
    HistoryCodec codec;
    Progress progress;
    try {
      for (std::string_view rest = damaged; !rest.empty();) progress.Apply(codec.Decode(rest));
      Describe(progress);
    } catch (const InternalError&) {
    }
  }
}

}  // namespace
}  // namespace gait
