#include "engine/history/fold.h"

#include <doctest/doctest.h>

#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/history/fold_testing.h"

namespace gait {
namespace {

using namespace history_testing;
using T = EventType;

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
