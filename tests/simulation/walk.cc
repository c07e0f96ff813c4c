#include "tests/simulation/walk.h"

#include <algorithm>

#include "engine/json/write.h"
#include "tests/simulation/nested.h"

namespace gait::simulation::model {

using T = EventType;

constexpr double kExpressSecondsMax = 300;  // an EXPRESS execution takes five minutes at the most

void Walk::Execution(const Value& graph) {
  const HistoryEvent& started = tree_.events.front();
  Expect(started.type == T::kExecutionStarted, started, Name(T::kExecutionStarted));
  Path root{graph, started.payload.value(), nullptr};
  root.at.branch = &tree_.branches.front();
  for (size_t part = 0; part <= tree_.redriven.size(); ++part) {
    // Of a part the first event says that it begins.
    const size_t first = part == 0 ? 0 : tree_.redriven[part - 1];
    begin_ = first + 1;
    end_ = part == tree_.redriven.size() ? tree_.events.size() : tree_.redriven[part];
    const HistoryEvent& begins = tree_.events[first];
    if (part > 0) {
      Expect(begins.Get(EventField::kRedriveCount)->as_int() == static_cast<int64_t>(part), begins,
             "redrive " + std::to_string(part));
    }
    CheckEnd(graph, begins, GoOn(root), tree_.events[end_ - 1]);
  }
}

void Walk::CheckEnd(const Value& graph, const HistoryEvent& begins, const Ending& ending,
                    const HistoryEvent& last) const {
  switch (ending.kind) {
    case Ending::Kind::kSucceeded:
      Expect(last.type == T::kExecutionSucceeded && last.payload.value() == ending.output, last,
             "ExecutionSucceeded with " + ToJson(ending.output));
      break;
    case Ending::Kind::kFailed:
      Expect(last.type == T::kExecutionFailed, last, "ExecutionFailed");
      ExpectError(last, ending.error);
      break;
    case Ending::Kind::kStopped:
      if (express_ && !EndsExecution(last.type)) return;  // its process ended
      if (last.type == T::kExecutionTimedOut) {
        double seconds = Number(graph, "TimeoutSeconds", 1e9);
        if (express_) seconds = std::min<double>(seconds, kExpressSecondsMax);
        const auto limit = Duration::Seconds(static_cast<int64_t>(seconds));
        Require(last.timestamp >= begins.timestamp + limit, kNeverEarly, "the execution timed out early");
      } else {
        // A run ends its children, and so does a task that waits for the end.
        const std::string started_by = StartedBy(tree_.events.front());
        const bool asked_for = record_.map_run_id != 0 || facts_.aborted.contains(record_.id) ||
                               (!started_by.empty() && world_.given_up->contains(started_by));
        Expect(last.type == T::kExecutionAborted && asked_for, last, "an end of the execution");
      }
  }
}

void Walk::Expect(bool holds, const HistoryEvent& found, const std::string& expected) const {
  Require(holds, kModel, "event " + std::to_string(found.id) + " is " + Name(found.type) + ", expected: " + expected);
}

const HistoryEvent* Walk::Peek(const Cursor& at) const {
  if (at.branch == nullptr || at.place >= at.branch->events.size()) return nullptr;
  const size_t place = at.branch->events[at.place];
  return place < end_ ? &tree_.events[place] : nullptr;
}

const HistoryEvent& Walk::Next(Cursor& at, std::initializer_list<T> types) const {
  const HistoryEvent& e = Coming(at);
  std::string names;
  for (const T type : types) names += Name(type) + " ";
  Expect(OneOf(e.type, types), e, names);
  ++at.place;
  return e;
}

const HistoryEvent& Walk::Coming(const Cursor& at) const {
  const HistoryEvent* e = Peek(at);
  if (e == nullptr || IsAborted(e->type) || EndsFromOutside(e->type)) throw Stopped{};
  return *e;
}

bool Walk::NextIs(const Cursor& at, T type) const {
  const HistoryEvent* e = Peek(at);
  return e != nullptr && e->type == type;
}

void Walk::ExpectError(const HistoryEvent& event, const Error& error) const {
  const auto text = [&](EventField f) {
    const Value* v = event.Get(f);
    return v == nullptr ? std::nullopt : std::optional<std::string>(v->as_string());
  };
  Expect(text(EventField::kError) == error.name, event, "the error " + error.name.value_or("(none)"));
  if (error.cause_known) {
    Expect(text(EventField::kCause) == error.cause, event, "the cause " + error.cause.value_or("(none)"));
  }
}

const Ending& Walk::GoOn(Path& path) const {
  SkipTo(begin_, path.at);
  return path.ending = Follow(path);
}

void Walk::SkipTo(size_t place, Cursor& at) const {
  while (at.branch != nullptr && at.place < at.branch->events.size() && at.branch->events[at.place] < place) {
    ++at.place;
  }
}

Ending Walk::Follow(Path& path) const {
  try {
    for (;;) {
      const Value& state = *Member(*Member(path.graph, "States"), path.state);
      Run run{path, state, path.state, path.input, Text(state, "QueryLanguage") == "JSONata", path.at};
      auto left = State(run, path.scope);
      if (auto* error = std::get_if<Error>(&left)) return {Ending::Kind::kFailed, {}, *std::move(error)};
      auto& to = std::get<Left>(left);
      path.entered = false;
      path.children.clear();
      path.map_run.reset();
      if (!to.next) return {Ending::Kind::kSucceeded, std::move(to.output), {}};
      path.state = *to.next;
      path.input = std::move(to.output);
    }
  } catch (const Stopped&) {
    return {};
  }
}

StateResult Walk::State(Run& run, Scope& scope) const {
  const std::string type = Text(run.state, "Type");
  if (type == "Pass") return Pass(run, scope);
  if (type == "Choice") return Choice(run, scope);
  if (type == "Wait") return Wait(run, scope);
  if (type == "Succeed") {
    Entered(run, T::kSucceedStateEntered);
    Exited(run, T::kSucceedStateExited, run.input);
    return Left{std::nullopt, run.input};
  }
  if (type == "Fail") {
    Entered(run, T::kFailStateEntered);
    const auto text = [&](const char* field) {
      const Value* v = Member(run.state, field);
      return v == nullptr ? std::nullopt : std::optional<std::string>(v->as_string());
    };
    return Error{text("Error"), text("Cause")};
  }
  if (type == "Task") return Task(run, scope);
  if (type == "Parallel") return Parallel(run, scope);
  return Map(run, scope);
}

Timestamp Walk::Entered(Run& run, T type) const {
  if (run.path.entered) return Coming(run.at).timestamp;
  const HistoryEvent& e = Next(run.at, {type});
  Expect(e.name.as_string() == run.name && e.payload.value() == run.input, e,
         run.name + " with the input " + ToJson(run.input));
  run.path.entered = true;
  return e.timestamp;
}

const HistoryEvent& Walk::Exited(Run& run, T type, const Value& output) const {
  const HistoryEvent& e = Next(run.at, {type});
  Expect(e.name.as_string() == run.name && e.payload.value() == output, e,
         run.name + " with the output " + ToJson(output));
  return e;
}

std::optional<std::string> Walk::NextOf(const Value& state) {
  const Value* next = Member(state, "Next");
  return next == nullptr ? std::nullopt : std::optional<std::string>(next->as_string());
}

View Walk::ViewOf(const Run& run, const Scope& scope) { return {scope, run.input, {}, {}, run.name, run.retry_count}; }

Value Walk::Output(const Run& run, const Scope& scope, Value result) {
  View view = ViewOf(run, scope);
  if (run.jsonata) {
    view.result = result;
    const Value* output = Member(run.state, "Output");
    return output == nullptr ? result : Evaluate(*output, view);
  }
  if (const Value* selector = Member(run.state, "ResultSelector")) {
    view.input = result;
    result = Evaluate(*selector, view);
  }
  const Value* path = Member(run.state, "ResultPath");
  if (path == nullptr) return result;
  return path->is_null() ? run.input : Place(run.input, path->as_string(), std::move(result));
}

StateResult Walk::Pass(Run& run, Scope& scope) const {
  Entered(run, T::kPassStateEntered);
  const View view = ViewOf(run, scope);
  Value result = run.input;
  if (const Value* path = Member(run.state, "InputPath")) result = AtPath(path->as_string(), view);
  if (const Value* form = Member(run.state, "Parameters")) result = Evaluate(*form, view);
  if (const Value* fixed = Member(run.state, "Result")) result = *fixed;
  Value output = Output(run, scope, result);
  Exited(run, T::kPassStateExited, output);
  if (const Value* assign = Member(run.state, "Assign")) {
    View seen = view;
    if (!run.jsonata) seen.input = result;
    const Value values = Evaluate(*assign, seen);
    for (const gait::Member& m : values.members()) scope.variables[std::string(m.name())] = m.value;
  }
  return Left{NextOf(run.state), std::move(output)};
}

StateResult Walk::Choice(Run& run, const Scope& scope) const {
  Entered(run, T::kChoiceStateEntered);
  for (const Value& rule : Member(run.state, "Choices")->items()) {
    if (!Holds(rule, ViewOf(run, scope))) continue;
    Exited(run, T::kChoiceStateExited, run.input);
    return Left{Text(rule, "Next"), run.input};
  }
  const Value* otherwise = Member(run.state, "Default");
  if (otherwise == nullptr) return Error{"States.NoChoiceMatched", std::nullopt, false};
  Exited(run, T::kChoiceStateExited, run.input);
  return Left{std::string(otherwise->as_string()), run.input};
}

StateResult Walk::Wait(Run& run, const Scope& scope) const {
  const Timestamp entered = Entered(run, T::kWaitStateEntered);
  Value seconds;
  if (const Value* form = Member(run.state, "Seconds")) seconds = Evaluate(*form, ViewOf(run, scope));
  if (const Value* path = Member(run.state, "SecondsPath")) seconds = AtPath(path->as_string(), ViewOf(run, scope));
  const Timestamp until = entered + Duration::Seconds(seconds.as_int());
  if (until > entered) {
    const HistoryEvent& waits = Next(run.at, {T::kWaitScheduled});
    Expect(waits.Get(EventField::kDueAt)->as_int() == until.ms, waits, "a Wait until " + FormatTimestamp(until));
  }
  Value output = Output(run, scope, run.input);
  const HistoryEvent& exited = Exited(run, T::kWaitStateExited, output);
  Require(exited.timestamp >= until, kNeverEarly, "the Wait " + run.name + " ended early");
  return Left{NextOf(run.state), std::move(output)};
}

}  // namespace gait::simulation::model
