// What every store must do, as test cases over a factory: included by the tests of each. Here of executions; the
// catalog has a file of its own.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/check.h"
#include "engine/store/store.h"
#include "engine/store/store_contract_catalog.h"
#include "engine/store/store_contract_records.h"

namespace gait::store_contract {

inline ExecutionRecord Child(int64_t id, int64_t map_run_id, int64_t index) {
  ExecutionRecord child = Execution(id, "child " + std::to_string(id));
  child.map_run_id = map_run_id;
  child.map_index = index;
  return child;
}

inline MapRunRecord MapRun(int64_t id, std::string arn, int64_t execution_id) {
  MapRunRecord run;
  run.id = id;
  run.arn = std::move(arn);
  run.execution_id = execution_id;
  run.state_name = "Map";
  run.started_at = kNow;
  run.total_items = 7;
  run.begun = {2, 3};
  run.max_concurrency = 3;
  run.tolerated_failure_count = 2;
  run.tolerated_failure_percentage = 12.5;
  return run;
}

inline void Close(Store& store, int64_t id, ExecutionStatus status, Timestamp at) {
  Batch batch;
  batch.progressed.push_back({id, /*last_segment=*/id, status, at});
  store.Append(batch, at);
}

inline void CheckSame(const std::optional<MapRunRecord>& found, const MapRunRecord& expected) {
  REQUIRE(found.has_value());
  CHECK(found->id == expected.id);
  CHECK(found->arn == expected.arn);
  CHECK(found->execution_id == expected.execution_id);
  CHECK(found->state_name == expected.state_name);
  CHECK(found->status == expected.status);
  CHECK(found->started_at == expected.started_at);
  CHECK(found->stopped_at == expected.stopped_at);
  CHECK(found->counted == expected.counted);
  CHECK(found->total_items == expected.total_items);
  CHECK(found->total_children == expected.total_children);
  CHECK(found->begun.children == expected.begun.children);
  CHECK(found->begun.items == expected.begun.items);
  CHECK(found->redrive_count == expected.redrive_count);
  CHECK(found->redriven_at == expected.redriven_at);
  CHECK(found->results == expected.results);
  CHECK(found->max_concurrency == expected.max_concurrency);
  CHECK(found->tolerated_failure_count == expected.tolerated_failure_count);
  CHECK(found->tolerated_failure_percentage == expected.tolerated_failure_percentage);
}

inline void TestRetention(Store& store) {
  const auto closed = [](int64_t id, std::string name, int64_t stopped_at) {
    ExecutionRecord execution = Execution(id, std::move(name));
    execution.status = stopped_at == 0 ? ExecutionStatus::kRunning : ExecutionStatus::kSucceeded;
    execution.stopped_at = {stopped_at};
    return execution;
  };
  Batch batch;
  int64_t segment = 0;
  for (const ExecutionRecord& e : {closed(1, "old", 1000), closed(2, "young", 5000), closed(3, "runs", 0)}) {
    batch.starts.push_back({e, false});
    batch.segments.push_back({segment + 1, e.id, 0, "first"});
    batch.segments.push_back({segment + 2, e.id, segment + 1, "second"});
    segment += 2;
    batch.progressed.push_back({e.id, segment, e.status, e.stopped_at});
  }
  store.Append(batch, {0});
  CHECK(store.RemoveClosed({999}, {6000}, 10) == 0);
  CHECK(store.RemoveClosed({1000}, {6000}, 10) == 1);
  CHECK(store.RemoveClosed({1000}, {6000}, 10) == 0);
  // Its name is not free yet.
  CHECK(store.FindExecution(1, "old")->last_segment == 0);
  CHECK(store.LoadHistory(*store.FindExecution(1, "old")).empty());
  CHECK(store.ListExecutions({.state_machine_id = 1}).size() == 2);
  CHECK(store.ListExecutions({.status = ExecutionStatus::kSucceeded}).size() == 1);
  CHECK(store.LoadHistory(*store.GetExecution(2)).size() == 2);
  Batch again;
  again.starts.push_back({Execution(4, "old"), false});
  store.Append(again, {6000});
  CHECK(again.starts[0].name_taken);
  // When it is, nothing is left of it.
  const Timestamp later = Timestamp{5000} + kNameReservation;
  CHECK(store.RemoveClosed({5000}, later, 1) == 1);
  CHECK(store.RemoveClosed({5000}, later, 10) == 1);
  CHECK(store.RemoveClosed({5000}, later, 10) == 0);
  CHECK_FALSE(store.GetExecution(1).has_value());
  CHECK_FALSE(store.GetExecution(2).has_value());
  CHECK(store.LoadHistory(*store.GetExecution(3)).size() == 2);
  CHECK(store.RunningExecutions().size() == 1);
  CHECK(store.next_ids().execution == 4);

  // What a Map Run that goes on has done is not forgotten.
  Batch run;
  run.map_runs.push_back(MapRun(1, "arn", 3));
  run.starts.push_back({Child(5, 1, 0), false});
  run.segments.push_back({segment + 1, 5, 0, "of the child"});
  run.progressed.push_back({5, segment + 1, ExecutionStatus::kSucceeded, {7000}});
  store.Append(run, {7000});
  CHECK(store.RemoveClosed({7000}, {8000}, 10) == 0);
  // Who has read of an execution before its history was removed finds none.
  const ExecutionRecord read_before = *store.GetExecution(5);
  run = {};
  run.map_runs.push_back(MapRun(1, "arn", 3));
  run.map_runs[0].status = ExecutionStatus::kSucceeded;
  store.Append(run, {7000});
  CHECK(store.RemoveClosed({7000}, {8000}, 10) == 1);
  CHECK(store.LoadHistory(read_before).empty());
}

inline void TestAppend(Store& store) {
  SUBCASE("an execution is found by its name and its id") {
    ExecutionRecord execution = Execution(1, "e");
    execution.definition_id = 7;
    execution.map_run_id = 3;
    execution.map_index = 5;
    CHECK(Start(store, {execution}) == std::vector<bool>{false});
    CheckSame(store.GetExecution(1), execution);
    CheckSame(store.FindExecution(1, "e"), execution);
    CHECK_FALSE(store.FindExecution(1, "f").has_value());
    CHECK_FALSE(store.FindExecution(2, "e").has_value());
    CHECK_FALSE(store.GetExecution(2).has_value());
  }
  SUBCASE("what starts and progresses in one batch stands as it progressed") {
    ExecutionRecord execution = Execution(1, "e");
    Batch batch;
    batch.starts.push_back({execution});
    batch.segments.push_back({1, 1, 0, "one"});
    batch.segments.push_back({2, 1, 1, std::string("two\0", 4)});
    batch.progressed.push_back({1, 1, ExecutionStatus::kRunning, {}});
    batch.progressed.push_back({1, 2, ExecutionStatus::kFailed, kNow + Duration::Seconds(1)});
    store.Append(batch, kNow);
    execution.last_segment = 2;
    execution.status = ExecutionStatus::kFailed;
    execution.stopped_at = kNow + Duration::Seconds(1);
    CheckSame(store.GetExecution(1), execution);
    CHECK(store.LoadHistory(execution) == std::vector<std::string>{"one", std::string("two\0", 4)});
    CHECK(store.RunningExecutions().empty());
  }
  SUBCASE("histories that grow side by side are read apart, in order") {
    Start(store, {Execution(1, "a"), Execution(2, "b")});
    Ids last = {0, 0, 0};
    for (int64_t id = 1; id <= 100; ++id) {
      const int64_t execution = id % 3 == 0 ? 2 : 1;
      Batch batch;
      batch.segments.push_back({id, execution, last[static_cast<size_t>(execution)], "s" + std::to_string(id)});
      batch.progressed.push_back({execution, id, ExecutionStatus::kRunning, {}});
      last[static_cast<size_t>(execution)] = id;
      store.Append(batch, kNow);
    }
    std::vector<std::string> first, second;
    for (int id = 1; id <= 100; ++id) (id % 3 == 0 ? second : first).push_back("s" + std::to_string(id));
    CHECK(store.LoadHistory(*store.GetExecution(1)) == first);
    CHECK(store.LoadHistory(*store.GetExecution(2)) == second);
    // A record that was read earlier shows the history of that time.
    ExecutionRecord earlier = *store.GetExecution(2);
    earlier.last_segment = 6;
    CHECK(store.LoadHistory(earlier) == std::vector<std::string>{"s3", "s6"});
    earlier.last_segment = 0;
    CHECK(store.LoadHistory(earlier).empty());
  }
  SUBCASE("segments of every size, the empty one among them") {
    Start(store, {Execution(1, "e")});
    std::vector<std::string> events;
    Batch batch;
    for (const size_t size : {0, 1, 100, 4000, 5000, 262'144, 3'000'000}) {
      events.emplace_back(size, static_cast<char>('a' + events.size()));
      const auto id = static_cast<int64_t>(events.size());
      batch.segments.push_back({id, 1, id - 1, events.back()});
    }
    batch.progressed.push_back({1, static_cast<int64_t>(events.size()), ExecutionStatus::kRunning, {}});
    store.Append(batch, kNow);
    CHECK(store.LoadHistory(*store.GetExecution(1)) == events);
  }
  SUBCASE("an execution that was redriven runs again") {
    Start(store, {Execution(1, "e")});
    Close(store, 1, ExecutionStatus::kFailed, kNow);
    CHECK(store.RunningExecutions().empty());
    CHECK(store.GetExecution(1)->redrive_count == 0);
    const Timestamp redriven = kNow + Duration::Seconds(7);
    Batch batch;
    batch.segments.push_back({1, 1, 0, "ExecutionRedriven"});
    batch.progressed.push_back({1, 1, ExecutionStatus::kRunning, {}, 1, redriven});
    store.Append(batch, redriven);
    CHECK(IdsOf(store.RunningExecutions()) == Ids{1});
    ExecutionRecord expected = Execution(1, "e");
    expected.last_segment = 1;
    expected.redrive_count = 1;
    expected.redriven_at = redriven;
    CheckSame(store.GetExecution(1), expected);
    // Its name stays its own.
    CHECK(Start(store, {Execution(2, "e")}, kNow + Duration::Days(1000)) == std::vector<bool>{true});
  }
  SUBCASE("an empty batch is no commit") {
    Batch batch;
    store.Append(batch, kNow);
    CHECK(store.next_ids().execution == 1);
  }
  SUBCASE("ids go on behind the largest") {
    CHECK(store.next_ids().execution == 1);
    CHECK(store.next_ids().segment == 1);
    CHECK(store.next_ids().map_run == 1);
    Batch batch;
    batch.starts.push_back({Execution(10, "e")});
    batch.segments.push_back({20, 10, 0, "s"});
    batch.map_runs.push_back(MapRun(30, "arn", 10));
    store.Append(batch, kNow);
    CHECK(store.next_ids().execution == 11);
    CHECK(store.next_ids().segment == 21);
    CHECK(store.next_ids().map_run == 31);
  }
  SUBCASE("a batch that breaks a rule is refused whole") {
    Start(store, {Execution(1, "e")});
    Batch batch;
    batch.starts.push_back({Execution(2, "f")});
    batch.segments.push_back({1, 2, 0, "s"});
    SUBCASE("progress of an execution that was not started") {
      batch.progressed.push_back({3, 1, ExecutionStatus::kRunning, {}});
    }
    SUBCASE("an execution's id comes again") { batch.starts.push_back({Execution(1, "g")}); }
    SUBCASE("a segment's id comes again") { batch.segments.push_back({1, 1, 0, "t"}); }
    CHECK_THROWS_AS(store.Append(batch, kNow), InternalError);
    CHECK_FALSE(store.GetExecution(2).has_value());
    CHECK(store.next_ids().segment == 1);
    CHECK(Start(store, {Execution(2, "f")}) == std::vector<bool>{false});
  }
}

inline void TestNames(Store& store) {
  const Timestamp closed = kNow + Duration::Seconds(5);
  const Timestamp free_at = closed + kNameReservation;
  SUBCASE("the name of a running execution is taken, and nothing of the other is written") {
    Start(store, {Execution(1, "e")});
    Batch batch;
    batch.starts.push_back({Execution(2, "e")});
    batch.starts.push_back({Execution(3, "f")});
    batch.segments.push_back({1, 2, 0, "of the second"});
    batch.segments.push_back({2, 3, 0, "of the third"});
    batch.progressed.push_back({2, 1, ExecutionStatus::kSucceeded, kNow});
    batch.progressed.push_back({3, 2, ExecutionStatus::kRunning, {}});
    store.Append(batch, kNow + Duration::Days(1000));
    CHECK(batch.starts[0].name_taken);
    CHECK_FALSE(batch.starts[1].name_taken);
    CHECK_FALSE(store.GetExecution(2).has_value());
    CHECK(store.FindExecution(1, "e")->id == 1);
    CHECK(store.LoadHistory(*store.GetExecution(3)) == std::vector<std::string>{"of the third"});
    ExecutionRecord second = Execution(2, "e");
    second.last_segment = 1;
    CHECK_THROWS(store.LoadHistory(second));
  }
  SUBCASE("within one batch the first has the name") {
    CHECK(Start(store, {Execution(1, "e"), Execution(2, "e"), Execution(3, "e", 2), Execution(4, "E")}) ==
          std::vector<bool>{false, true, false, false});
    CHECK(store.FindExecution(1, "e")->id == 1);
    CHECK(store.FindExecution(2, "e")->id == 3);
  }
  SUBCASE("a batch that is tried again tells anew what is taken") {
    Batch batch;
    batch.starts.push_back({Execution(1, "e"), /*name_taken=*/true});
    store.Append(batch, kNow);
    CHECK_FALSE(batch.starts[0].name_taken);
  }
  SUBCASE("a name is free again 90 days after the execution closed") {
    Start(store, {Execution(1, "e")});
    Close(store, 1, ExecutionStatus::kSucceeded, closed);
    CHECK(Start(store, {Execution(2, "e")}, closed) == std::vector<bool>{true});
    CHECK(Start(store, {Execution(3, "e")}, {free_at.ms - 1}) == std::vector<bool>{true});
    CHECK(store.FindExecution(1, "e")->id == 1);
    CHECK(Start(store, {Execution(4, "e")}, free_at) == std::vector<bool>{false});
    CHECK(store.FindExecution(1, "e")->id == 4);
    CHECK(store.GetExecution(1)->name == "e");
    CHECK(store.GetExecution(1)->status == ExecutionStatus::kSucceeded);
    // The next holder keeps it as the first did.
    CHECK(Start(store, {Execution(5, "e")}, free_at) == std::vector<bool>{true});
    Close(store, 4, ExecutionStatus::kAborted, free_at);
    CHECK(Start(store, {Execution(6, "e")}, free_at + Duration::Days(89)) == std::vector<bool>{true});
    CHECK(Start(store, {Execution(7, "e")}, free_at + Duration::Days(90)) == std::vector<bool>{false});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1})) == Ids{7, 4, 1});
  }
  SUBCASE("children of map runs keep the same rule") {
    CHECK(Start(store, {Child(1, 1, 0)}) == std::vector<bool>{false});
    ExecutionRecord same = Child(2, 2, 0);
    same.name = "child 1";
    CHECK(Start(store, {same}) == std::vector<bool>{true});
  }
}

inline void TestLists(Store& store) {
  // 1 to 30 of machine 1; every third of them closed, each fifth with the next status; 31 to 35 of machine 2.
  std::vector<ExecutionRecord> executions;
  for (int64_t id = 1; id <= 35; ++id) executions.push_back(Execution(id, "e" + std::to_string(id), id <= 30 ? 1 : 2));
  Start(store, executions);
  const ExecutionStatus closed[] = {ExecutionStatus::kSucceeded, ExecutionStatus::kFailed, ExecutionStatus::kTimedOut,
                                    ExecutionStatus::kAborted};
  for (int64_t id = 3; id <= 30; id += 3) Close(store, id, closed[id / 3 % 4], kNow);
  SUBCASE("the newest first, of one state machine") {
    const auto all = store.ListExecutions({.state_machine_id = 1});
    REQUIRE(all.size() == 30);
    for (size_t i = 0; i < 30; ++i) CHECK(all[i].id == 30 - static_cast<int64_t>(i));
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 2})) == Ids{35, 34, 33, 32, 31});
    CHECK(store.ListExecutions({.state_machine_id = 3}).empty());
  }
  SUBCASE("by status") {
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1, .status = ExecutionStatus::kSucceeded})) == Ids{24, 12});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1, .status = ExecutionStatus::kFailed})) == Ids{27, 15, 3});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1, .status = ExecutionStatus::kTimedOut})) == Ids{30, 18, 6});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1, .status = ExecutionStatus::kAborted})) == Ids{21, 9});
    CHECK(store.ListExecutions({.state_machine_id = 1, .status = ExecutionStatus::kRunning}).size() == 20);
  }
  SUBCASE("page by page") {
    for (const size_t limit : {1, 7, 30, 31}) {
      Ids listed;
      for (int64_t before = 0;;) {
        const auto page = store.ListExecutions({.state_machine_id = 1, .before_id = before, .limit = limit});
        if (page.empty()) break;
        CHECK(page.size() <= limit);
        for (const ExecutionRecord& e : page) listed.push_back(before = e.id);
      }
      REQUIRE(listed.size() == 30);
      CHECK(std::is_sorted(listed.rbegin(), listed.rend()));
    }
    CHECK(store.ListExecutions({.state_machine_id = 1, .limit = 0}).empty());
    CHECK(store.ListExecutions({.state_machine_id = 1, .before_id = 1}).empty());
  }
  SUBCASE("of any state machine") {
    CHECK(store.ListExecutions({}).size() == 35);
    CHECK(IdsOf(store.ListExecutions({.before_id = 33, .limit = 4})) == Ids{32, 31, 30, 29});
    CHECK(IdsOf(store.ListExecutions({.status = ExecutionStatus::kSucceeded})) == Ids{24, 12});
  }
  SUBCASE("what runs, in the order of the ids, children too") {
    Start(store, {Child(40, 1, 0)});
    Ids expected;
    for (int64_t id = 1; id <= 35; ++id) {
      if (id % 3 != 0 || id > 30) expected.push_back(id);
    }
    expected.push_back(40);
    CHECK(IdsOf(store.RunningExecutions()) == expected);
  }
}

inline void TestMapRuns(Store& store) {
  Batch batch;
  batch.starts.push_back({Execution(1, "parent")});
  batch.map_runs.push_back(MapRun(1, "arn:1", 1));
  batch.map_runs.push_back(MapRun(2, "arn:2", 1));
  for (int64_t i = 0; i < 6; ++i) {
    ExecutionRecord child = Child(10 + i, 1, i);
    child.map_items = i + 1;
    batch.starts.push_back({std::move(child)});
  }
  batch.starts.push_back({Child(20, 2, 0)});
  store.Append(batch, kNow);
  Close(store, 12, ExecutionStatus::kFailed, kNow);
  SUBCASE("a run is found by its ARN, its id and its execution, and changes") {
    MapRunRecord run = MapRun(1, "arn:1", 1);
    CheckSame(store.FindMapRun("arn:1"), run);
    CheckSame(store.GetMapRun(1), run);
    CHECK_FALSE(store.FindMapRun("arn:3").has_value());
    CHECK_FALSE(store.GetMapRun(3).has_value());
    CHECK(store.RunningMapRuns().size() == 2);
    run.status = ExecutionStatus::kAborted;
    run.stopped_at = kNow + Duration::Seconds(3);
    Batch change;
    run.counted = true;
    run.total_items = 7;
    run.total_children = 5;
    run.redrive_count = 2;
    run.redriven_at = kNow;
    run.results = "{}";
    run.tolerated_failure_count = 0;
    run.tolerated_failure_percentage = 12.5;
    change.map_runs.push_back(run);
    store.Append(change, kNow);
    CheckSame(store.FindMapRun("arn:1"), run);
    const auto running = store.RunningMapRuns();
    REQUIRE(running.size() == 1);
    CheckSame(running[0], MapRun(2, "arn:2", 1));
    const auto runs = store.MapRunsOf(1);
    REQUIRE(runs.size() == 2);
    CheckSame(runs[0], run);
    CHECK(runs[1].id == 2);
    CHECK(store.MapRunsOf(2).empty());
  }
  SUBCASE("what has begun moves on with the children, whatever else changes") {
    Batch moved;
    moved.starts.push_back({Child(30, 2, 1)});
    moved.map_run_cursors = {{2, {1, 4}}, {2, {2, 8}}};
    store.Append(moved, kNow);
    MapRunRecord run = MapRun(2, "arn:2", 1);
    run.total_items = 9;
    Batch change;
    change.map_runs.push_back(run);
    store.Append(change, kNow);
    run.begun = {2, 8};
    CheckSame(store.FindMapRun("arn:2"), run);
  }
  SUBCASE("children in the order in which they began; lists keep them apart") {
    constexpr auto kRunning = ExecutionStatus::kRunning;
    CHECK(IdsOf(store.ListChildren(1, kRunning, 0, 100)) == Ids{10, 11, 13, 14, 15});
    CHECK(IdsOf(store.ListChildren(1, kRunning, 11, 2)) == Ids{13, 14});
    CHECK(IdsOf(store.ListChildren(1, ExecutionStatus::kFailed, 0, 100)) == Ids{12});
    CHECK(IdsOf(store.ListChildren(2, kRunning, 0, 100)) == Ids{20});
    CHECK(store.ListChildren(3, kRunning, 0, 100).empty());
    CHECK(store.ListChildren(0, kRunning, 0, 100).empty());
    MapRunTallies tallies = store.CountChildren(1, 0);
    CHECK(tallies.running.children == 5);
    CHECK(tallies.running.items == 18);
    CHECK(tallies.failed.children == 1);
    CHECK(tallies.failed.items == 3);
    CHECK(tallies.pending_redrive.children == 0);
    tallies = store.CountChildren(1, 1);
    CHECK(tallies.failed.children == 0);
    CHECK(tallies.pending_redrive.children == 1);
    CHECK(tallies.pending_redrive.items == 3);
    CHECK(store.CountChildren(3, 0).running.children == 0);
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1})) == Ids{1});
    CHECK(IdsOf(store.ListExecutions({})) == Ids{1});
    CHECK(IdsOf(store.ListExecutions({.map_run_id = 1})) == Ids{15, 14, 13, 12, 11, 10});
    CHECK(IdsOf(store.ListExecutions({.state_machine_id = 1, .map_run_id = 1, .before_id = 14, .limit = 3})) ==
          Ids{13, 12, 11});
    CHECK(IdsOf(store.ListExecutions({.map_run_id = 1, .status = ExecutionStatus::kFailed})) == Ids{12});
    CHECK(store.ListExecutions({.state_machine_id = 2, .map_run_id = 1}).empty());
    Batch redriven;
    redriven.progressed.push_back({12, 0, ExecutionStatus::kRunning, {}, 2, kNow, 1});
    store.Append(redriven, kNow);
    CHECK(IdsOf(store.ListExecutions({.map_run_id = 1, .redriven = true})) == Ids{12});
    CHECK(IdsOf(store.ListExecutions({.map_run_id = 1, .redriven = false})) == Ids{15, 14, 13, 11, 10});
  }
}

inline Ids NumbersOf(const std::vector<TimerRecord>& timers) {
  Ids numbers;
  for (const TimerRecord& t : timers) numbers.push_back(t.key.number);
  return numbers;
}

inline Ids AllTimers(Store& store) {
  return NumbersOf(store.ListTimers({Batch::kNoTimer}, Batch::kAllTimers, SIZE_MAX));
}

inline void TestTimers(Store& store) {
  CHECK(AllTimers(store).empty());
  Start(store, {Execution(1, "a"), Execution(2, "b")});
  Batch batch;
  batch.timers = {{{{5000}, 3}, 1, 0, 2, 7}, {{{3000}, 4}, 2, 0, 0, 1}, {{{5000}, 1}, 2, -1, 4, 0}, {{{9000}, 2}, 1}};
  store.Append(batch, kNow);
  SUBCASE("they are listed in the order of their keys, as they were stored") {
    CHECK(AllTimers(store) == Ids{4, 1, 3, 2});
    const TimerRecord timer = store.ListTimers({{5000}, 1}, Batch::kAllTimers, 1).at(0);
    CHECK(timer.key == TimerKey{{5000}, 3});
    CHECK(timer.execution_id == 1);
    CHECK(timer.branch == 0);
    CHECK(timer.kind == 2);
    CHECK(timer.event == 7);
    CHECK(store.ListTimers({{3000}, 4}, Batch::kAllTimers, 1).at(0).branch == -1);
  }
  SUBCASE("a list begins behind a key, and ends with what is due") {
    CHECK(NumbersOf(store.ListTimers({{3000}, 4}, {5000}, 10)) == Ids{1, 3});
    CHECK(NumbersOf(store.ListTimers({{3000}, 3}, {4999}, 10)) == Ids{4});
    CHECK(NumbersOf(store.ListTimers({Batch::kNoTimer}, {9000}, 3)) == Ids{4, 1, 3});
    CHECK(store.ListTimers({{9000}, 2}, Batch::kAllTimers, 10).empty());
    CHECK(store.ListTimers({Batch::kNoTimer}, {2999}, 10).empty());
  }
  SUBCASE("those that are due up to a moment are removed, and then others stored") {
    Batch next;
    next.timers_until = {5000};
    next.timers = {{{{4000}, 5}, 2}};
    store.Append(next, kNow);
    CHECK(AllTimers(store) == Ids{5, 2});
    Batch anew;
    anew.timers_until = Batch::kAllTimers;
    anew.timers = {{{{9000}, 2}, 2}};  // the same key, of another process
    store.Append(anew, kNow);
    CHECK(AllTimers(store) == Ids{2});
    CHECK(store.ListTimers({Batch::kNoTimer}, Batch::kAllTimers, 1).at(0).execution_id == 2);
    Batch last;
    last.without_timers = {1};
    store.Append(last, kNow);
    CHECK(AllTimers(store) == Ids{2});
  }
  SUBCASE("an execution ends with its timers, those of the same batch too") {
    Batch end;
    end.timers = {{{{7000}, 6}, 1}, {{{7000}, 7}, 2}};
    end.without_timers = {1, 4711};
    store.Append(end, kNow);
    CHECK(AllTimers(store) == Ids{4, 1, 7});
  }
  SUBCASE("a key is one timer's") {
    Batch again;
    again.timers = {{{{9000}, 2}, 2}};
    CHECK_THROWS_AS(store.Append(again, kNow), InternalError);
    CHECK(AllTimers(store) == Ids{4, 1, 3, 2});
  }
}

// What a reader sees beside the committer is whole: an execution that it finds has its history, and a batch is seen
// from its first execution to its last, or not at all.
inline void TestReadersBesideTheCommitter(Store& store) {
  constexpr int64_t kBatches = 150, kPerBatch = 8;
  std::atomic<int64_t> committed = 0;  // batches
  std::atomic<int64_t> wrong = 0, reads = 0;
  const auto read = [&] {
    while (committed < kBatches) {
      const int64_t known = committed;
      const auto newest = store.ListExecutions({.state_machine_id = 1, .limit = 1});
      const int64_t last = newest.empty() ? 0 : newest[0].id;
      if (last < known * kPerBatch || last % kPerBatch != 0) ++wrong;
      if (last == 0) continue;
      const auto execution = store.FindExecution(1, "e" + std::to_string(1 + reads++ % last));
      if (!execution || execution->status != ExecutionStatus::kSucceeded ||
          store.LoadHistory(*execution) != std::vector<std::string>{"a" + execution->name, "b" + execution->name}) {
        ++wrong;
      }
      if (!store.RunningExecutions().empty()) ++wrong;
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back(read);
  // The catalog is written beside it.
  std::thread catalog([&] {
    for (int i = 0; i < 20; ++i) {
      const auto machine = store.CreateStateMachine(Machine("m" + std::to_string(i)), Definition("{}"));
      if (!machine || !store.UpdateStateMachine(*machine, Definition("[]"))) ++wrong;
    }
  });
  int64_t id = 0, segment = 0;
  for (int64_t i = 0; i < kBatches; ++i) {
    Batch batch;
    for (int64_t k = 0; k < kPerBatch; ++k) {
      const std::string name = "e" + std::to_string(++id);
      batch.starts.push_back({Execution(id, name)});
      batch.segments.push_back({segment + 1, id, 0, "a" + name});
      batch.segments.push_back({segment + 2, id, segment + 1, "b" + name});
      segment += 2;
      batch.progressed.push_back({id, segment, ExecutionStatus::kSucceeded, kNow});
    }
    store.Append(batch, kNow);
    committed = i + 1;
  }
  for (std::thread& reader : readers) reader.join();
  catalog.join();
  CHECK(wrong == 0);
  CHECK(store.ListStateMachines("", 100).size() == 20);
}

// `make` gives an empty store.
inline void TestStore(const std::function<std::unique_ptr<Store>()>& make) {
  const std::unique_ptr<Store> store = make();
  SUBCASE("state machines") { TestStateMachines(*store); }
  SUBCASE("activities") { TestActivities(*store); }
  SUBCASE("versions and aliases") { TestVersions(*store); }
  SUBCASE("retention") { TestRetention(*store); }
  SUBCASE("append") { TestAppend(*store); }
  SUBCASE("names") { TestNames(*store); }
  SUBCASE("lists") { TestLists(*store); }
  SUBCASE("timers") { TestTimers(*store); }
  SUBCASE("map runs") { TestMapRuns(*store); }
  SUBCASE("readers beside the committer") { TestReadersBesideTheCommitter(*store); }
}

}  // namespace gait::store_contract
