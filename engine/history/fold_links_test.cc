#include "engine/history/fold.h"

#include <doctest/doctest.h>

#include <optional>
#include <span>
#include <string>

#include "engine/history/fold_testing.h"

namespace gait {
namespace {

using namespace history_testing;
using T = EventType;

// Where events point to: previousEventId.

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

}  // namespace
}  // namespace gait
