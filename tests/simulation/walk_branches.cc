#include "tests/simulation/walk.h"

#include <algorithm>

#include "engine/base/cause_table.h"
#include "engine/json/write.h"

namespace gait::simulation::model {

using T = EventType;

StateResult Walk::Parallel(Run& run, const Scope& scope) const {
  Path& path = run.path;
  bool redriven = path.entered && !path.children.empty();
  Entered(run, T::kParallelStateEntered);
  for (;; redriven = false) {
    if (redriven) {
      for (size_t i = 0; i < path.children.size(); ++i) {
        if (path.children[i]->ending.kind != Ending::Kind::kSucceeded) ExpectTakenUp(run, i);
      }
    } else {
      const HistoryEvent& started = Next(run.at, {T::kParallelStateStarted});
      CheckAttemptBegins(run, started);
      path.children.clear();
      path.begun_by = {started.id};
      for (const Value& graph : Member(run.state, "Branches")->items()) {
        path.children.push_back(std::make_unique<Path>(graph, started.payload.value(), &scope));
      }
    }
    const auto failed = Branches(path);
    if (!failed) {
      const HistoryEvent& joined = Next(run.at, {T::kParallelStateSucceeded});
      ArrayBuilder results;
      for (const auto& child : path.children) {
        Expect(child->ending.kind == Ending::Kind::kSucceeded, joined, "no join before all branches have ended");
        results.Add(child->ending.output);
      }
      path.children.clear();
      Value output = Output(run, scope, results.Build());
      Exited(run, T::kParallelStateExited, output);
      return Left{NextOf(run.state), std::move(output)};
    }
    const auto& [error, when] = *failed;
    if (auto left = Failed(run, scope, error, when, T::kParallelStateExited, T::kParallelStateFailed)) return *left;
  }
}

std::optional<std::pair<Error, Timestamp>> Walk::Branches(Path& path) const {
  std::optional<std::pair<Error, Timestamp>> failed;
  for (const auto& child : path.children) {
    if (child->at.branch == nullptr) child->at.branch = BranchOf(path.begun_by[0], Text(child->graph, "StartAt"));
    if (child->ending.kind == Ending::Kind::kSucceeded) {
      ExpectNoMore(*child);
      continue;
    }
    GoOn(*child);
    const HistoryEvent* reported = nullptr;
    for (Cursor c = child->at; const HistoryEvent* e = Peek(c); ++c.place) {
      Expect(IsAborted(e->type) || e->type == T::kBranchFailed, *e, "the end of the branch");
      if (e->type == T::kBranchFailed) reported = e;
    }
    const HistoryEvent& shown = reported == nullptr ? tree_.events[end_ - 1] : *reported;
    Expect((reported != nullptr) == (child->ending.kind == Ending::Kind::kFailed), shown,
           "each failed branch is reported, once");
    if (reported == nullptr) continue;
    Expect(!failed, *reported, "one branch that fails");
    failed = {child->ending.error, reported->timestamp};
  }
  return failed;
}

void Walk::ExpectTakenUp(Run& run, size_t index) const {
  const HistoryEvent& e = Next(run.at, {T::kChildRedriven});
  Expect(e.number == static_cast<int64_t>(index), e, "that child " + std::to_string(index) + " is redriven");
}

void Walk::ExpectNoMore(const Path& path) const {
  Cursor at = path.at;
  SkipTo(begin_, at);
  const HistoryEvent* e = Peek(at);
  if (e != nullptr) Require(false, kRedrive, "event " + std::to_string(e->id) + " is of a branch that had succeeded");
}

const BranchHistory* Walk::BranchOf(int64_t event, std::string_view first_state) const {
  const auto begun = tree_.begun_by.find(event);
  if (begun == tree_.begun_by.end()) return nullptr;
  for (const BranchHistory* b : begun->second) {
    if (tree_.events[b->events[0]].name.as_string() == first_state) return b;
  }
  return nullptr;
}

StateResult Walk::Map(Run& run, const Scope& scope) const {
  Path& path = run.path;
  bool redriven = path.entered && (!path.children.empty() || path.map_run);
  Entered(run, T::kMapStateEntered);
  const bool distributed = Member(*Member(run.state, "ItemProcessor"), "ProcessorConfig") != nullptr;
  const bool reads = Member(run.state, "ItemReader") != nullptr;
  const Value items = reads ? ItemsRead(run) : AtPath(Text(run.state, "ItemsPath"), ViewOf(run, scope));
  Tolerance tolerance;
  if (Member(run.state, "ToleratedFailureCount")) tolerance.count = Number(run.state, "ToleratedFailureCount", 0);
  if (Member(run.state, "ToleratedFailurePercentage")) {
    tolerance.percentage = Number(run.state, "ToleratedFailurePercentage", 0);
  }
  const auto input_of = [&](int64_t index) {
    Scope item_scope{&scope, {}, std::pair(index, items.items()[static_cast<size_t>(index)])};
    return Evaluate(*Member(run.state, "ItemSelector"), ViewOf(run, item_scope));
  };
  for (;; redriven = false) {
    if (!redriven) {
      const HistoryEvent& started = Next(run.at, {T::kMapStateStarted});
      CheckAttemptBegins(run, started);
      const size_t known = reads ? 0 : items.size();  // what is read was not yet
      Expect(started.number == static_cast<int64_t>(known), started, std::to_string(known) + " items");
      path.children.clear();
      path.begun_by.clear();
      path.map_run.reset();
      path.started_by = started.id;
    }
    auto result = distributed ? MapRun(run, scope, items, tolerance, input_of)
                              : Iterations(run, scope, items, tolerance, input_of);
    if (const auto* outputs = std::get_if<Value>(&result)) {
      Value output = Output(run, scope, *outputs);
      Exited(run, T::kMapStateExited, output);
      return Left{NextOf(run.state), std::move(output)};
    }
    const auto& [error, when] = std::get<std::pair<Error, Timestamp>>(result);
    if (auto left = Failed(run, scope, error, when, T::kMapStateExited, T::kMapStateFailed)) return *left;
  }
}

MapResult Walk::Iterations(Run& run, const Scope& scope, const Value& items, const Tolerance& tolerance,
                           const InputOf& input_of) const {
  Path& path = run.path;
  const auto total = static_cast<int64_t>(items.size());
  // Those that run in this part, by their indices: what a redrive takes up, then what is new.
  std::vector<size_t> running = Unsuccessful(path);
  const size_t unsuccessful = running.size();
  std::vector<size_t> begins;  // their places in the history
  const auto note_begin = [&] { begins.push_back(run.at.branch->events[run.at.place]); };
  while (begins.size() < unsuccessful && NextIs(run.at, T::kChildRedriven)) {
    note_begin();
    ExpectTakenUp(run, running[begins.size() - 1]);
  }
  running.resize(begins.size());
  while (begins.size() >= unsuccessful && NextIs(run.at, T::kMapIterationStarted)) {
    note_begin();
    running.push_back(path.children.size());
    Begin(run, scope, items, input_of);
  }
  std::vector<End> ends;
  for (const size_t i : running) {
    if (const auto place = Iteration(path, i)) ends.push_back({*place, &path.children[i]->ending});
  }
  std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.place < b.place; });
  CheckConcurrency(run, begins, ends);
  int64_t failed = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    if (ends[i].ending->kind != Ending::Kind::kFailed || !tolerance.Exceeded(++failed, total)) continue;
    Require(i + 1 == ends.size() && (begins.empty() || begins.back() < ends[i].place), kTolerance,
            run.name + " goes on after failure " + std::to_string(failed));
    const Error error = tolerance.given() ? ToleranceExceeded() : ends[i].ending->error;
    return std::pair(error, tree_.events[ends[i].place].timestamp);
  }
  Next(run.at, {T::kMapStateSucceeded});
  std::vector<Value> outputs(items.size());
  int64_t ended = 0;
  for (size_t i = 0; i < path.children.size(); ++i) {
    const Ending& ending = path.children[i]->ending;
    if (ending.kind != Ending::Kind::kStopped) ++ended;
    if (ending.kind == Ending::Kind::kSucceeded) outputs[i] = ending.output;
  }
  Require(ended == total, kTolerance, run.name + " ended before its iterations");
  path.children.clear();
  return Array(outputs);
}

std::vector<size_t> Walk::Unsuccessful(Path& map) const {
  std::vector<size_t> unsuccessful;
  for (size_t i = 0; i < map.children.size(); ++i) {
    Path& path = *map.children[i];
    if (path.ending.kind == Ending::Kind::kSucceeded) {
      ExpectNoMore(path);
    } else {
      path.ending = {};
      unsuccessful.push_back(i);
    }
  }
  return unsuccessful;
}

void Walk::Begin(Run& run, const Scope& scope, const Value& items, const InputOf& input_of) const {
  Path& map = run.path;
  const auto index = static_cast<int64_t>(map.children.size());
  const HistoryEvent& started = Next(run.at, {T::kMapIterationStarted});
  Expect(started.number == index && index < static_cast<int64_t>(items.size()) && started.name.as_string() == run.name,
         started, "iteration " + std::to_string(index));
  const Value input = input_of(index);
  Expect(started.payload.value() == input, started, "an iteration over " + ToJson(input));
  map.children.push_back(std::make_unique<Path>(*Member(run.state, "ItemProcessor"), input, &scope));
  map.children.back()->scope.item = {index, items.items()[static_cast<size_t>(index)]};
  map.begun_by.push_back(started.id);
}

std::optional<size_t> Walk::Iteration(const Path& map, size_t index) const {
  Path& path = *map.children[index];
  if (path.at.branch == nullptr) {
    const auto begun = tree_.begun_by.find(map.begun_by[index]);
    if (begun != tree_.begun_by.end()) path.at.branch = begun->second[0];
  }
  const Ending::Kind ending = GoOn(path).kind;
  const T last = ending == Ending::Kind::kSucceeded ? T::kMapIterationSucceeded
                 : ending == Ending::Kind::kFailed  ? T::kMapIterationFailed
                                                    : T::kMapIterationAborted;
  std::optional<size_t> end;
  for (Cursor c = path.at; const HistoryEvent* e = Peek(c); ++c.place) {
    Expect(IsAborted(e->type) || e->type == last, *e, "the end of the branch");
    if (e->type != last) continue;
    Expect(e->number == static_cast<int64_t>(index), *e, "iteration " + std::to_string(index));
    end = path.at.branch->events[c.place];
  }
  if (ending == Ending::Kind::kStopped) return std::nullopt;
  Expect(end.has_value(), tree_.events[end_ - 1], Name(last) + " " + std::to_string(index));
  return end;
}

void Walk::CheckConcurrency(const Run& run, const std::vector<size_t>& begins, const std::vector<End>& ends) {
  const auto limit = static_cast<int64_t>(Number(run.state, "MaxConcurrency", 0));
  if (limit == 0) return;
  for (size_t i = 0; i < begins.size(); ++i) {
    const auto ended = std::count_if(ends.begin(), ends.end(), [&](const End& e) { return e.place < begins[i]; });
    Require(static_cast<int64_t>(i) + 1 - ended <= limit, kConcurrency,
            std::to_string(static_cast<int64_t>(i) + 1 - ended) + " iterations of " + run.name + " at a time");
  }
}

Error Walk::ToleranceExceeded() {
  return {"States.ExceedToleratedFailureThreshold", CauseText(Cause::kToleranceExceeded)};
}

Value Walk::Array(const std::vector<Value>& outputs) {  // an iteration that was allowed to fail has none
  ArrayBuilder array;
  for (const Value& output : outputs) {
    if (!output.is_undefined()) array.Add(output);
  }
  return array.Build();
}

}  // namespace gait::simulation::model
