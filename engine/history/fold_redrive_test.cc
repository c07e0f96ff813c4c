#include "engine/history/fold.h"

#include <doctest/doctest.h>

#include "engine/history/fold_testing.h"

namespace gait {
namespace {

using namespace history_testing;
using T = EventType;

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

}  // namespace
}  // namespace gait
