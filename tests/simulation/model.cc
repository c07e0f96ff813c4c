#include "tests/simulation/model.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <variant>

#include "engine/base/cause_table.h"
#include "engine/history/event_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/task/task_token.h"
#include "tests/simulation/expressions.h"
#include "tests/simulation/nested.h"
#include "tests/simulation/task_plan.h"
#include "tests/simulation/violation.h"

namespace gait::simulation {
namespace {

using T = EventType;

constexpr double kExpressSecondsMax = 300;  // an EXPRESS execution takes five minutes at the most

// Which timer of a task was due. Both may have been, and which of them came first the history does not say.
enum class Timer : uint8_t { kNone, kTimeout, kHeartbeat, kEither };

struct Error {
  std::optional<std::string> name, cause;
  bool cause_known = true;  // false: a sentence of the engine, which the model does not repeat
  Timer timer = Timer::kNone;
};

// How a branch ended.
struct Ending {
  enum class Kind : uint8_t { kSucceeded, kFailed, kStopped };
  Kind kind = Kind::kStopped;
  Value output;
  Error error;
};

// The events of the branch are at an end, or say that it was stopped.
struct Stopped {};

bool IsAborted(T type) {
  return type == T::kTaskStateAborted || type == T::kWaitStateAborted || type == T::kMapStateAborted ||
         type == T::kParallelStateAborted || type == T::kMapIterationAborted;
}

bool OneOf(T type, std::initializer_list<T> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::string Name(T type) { return std::string(RowOf(type).name) + "(" + std::to_string(static_cast<int>(type)) + ")"; }

class Walk {
 public:
  // `execution` without its events: the tree has them.
  Walk(const ModelWorld& world, const HistoryTree& tree, const RecordedExecution& execution)
      : world_(world),
        facts_(world.facts),
        tree_(tree),
        arn_(execution.arn),
        record_(execution.record),
        express_(execution.express) {}

  void Execution(const Value& graph) {
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

 private:
  // How a part of the history ends, that which begins with `begins`.
  void CheckEnd(const Value& graph, const HistoryEvent& begins, const Ending& ending, const HistoryEvent& last) const {
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

  struct Cursor {
    const BranchHistory* branch = nullptr;
    size_t place = 0;
  };
  // A path of control: the execution itself, a Parallel's branch, an iteration. Where it was stopped or has failed, a
  // redrive goes on with it.
  struct Path {
    Path(const Value& g, Value first, const Scope* outer)
        : graph(g), scope{outer, {}, {}}, state(Text(g, "StartAt")), input(std::move(first)) {}

    const Value& graph;
    Scope scope;
    Cursor at;  // without a branch: nothing of it is in the history yet
    std::string state;
    Value input;           // of the state
    bool entered = false;  // the state was, and has not been left
    Ending ending;         // how it stood when it was last looked at
    // Below the state: the branches of a Parallel, by their places, or the iterations of a Map that were begun.
    std::vector<std::unique_ptr<Path>> children;
    std::vector<int64_t> begun_by;  // the events that began them
  };
  // A state that is being run.
  struct Run {
    Path& path;
    const Value& state;
    const std::string name;
    Value input;
    const bool jsonata;
    Cursor& at;
    std::vector<int> retries = {};  // taken, by Retrier
    int64_t retry_count = 0;
    Timestamp not_before = {};  // of the next attempt
  };
  // Where a state leads to.
  struct Left {
    std::optional<std::string> next;  // nothing: the graph ends
    Value output;
  };

  void Expect(bool holds, const HistoryEvent& found, const std::string& expected) const {
    Require(holds, kModel, "event " + std::to_string(found.id) + " is " + Name(found.type) + ", expected: " + expected);
  }

  static bool EndsFromOutside(T type) { return type == T::kExecutionAborted || type == T::kExecutionTimedOut; }

  const HistoryEvent* Peek(const Cursor& at) const {
    if (at.branch == nullptr || at.place >= at.branch->events.size()) return nullptr;
    const size_t place = at.branch->events[at.place];
    return place < end_ ? &tree_.events[place] : nullptr;
  }
  // The next event of the branch, which must be one of these. Throws Stopped.
  const HistoryEvent& Next(Cursor& at, std::initializer_list<T> types) const {
    const HistoryEvent& e = Coming(at);
    std::string names;
    for (const T type : types) names += Name(type) + " ";
    Expect(OneOf(e.type, types), e, names);
    ++at.place;
    return e;
  }
  const HistoryEvent& Coming(const Cursor& at) const {
    const HistoryEvent* e = Peek(at);
    if (e == nullptr || IsAborted(e->type) || EndsFromOutside(e->type)) throw Stopped{};
    return *e;
  }
  bool NextIs(const Cursor& at, T type) const {
    const HistoryEvent* e = Peek(at);
    return e != nullptr && e->type == type;
  }

  void ExpectError(const HistoryEvent& event, const Error& error) const {
    const auto text = [&](EventField f) {
      const Value* v = event.Get(f);
      return v == nullptr ? std::nullopt : std::optional<std::string>(v->as_string());
    };
    Expect(text(EventField::kError) == error.name, event, "the error " + error.name.value_or("(none)"));
    if (error.cause_known) {
      Expect(text(EventField::kCause) == error.cause, event, "the cause " + error.cause.value_or("(none)"));
    }
  }

  // The part of the history that is looked at, from where the path stood: from its beginning, or from the state that
  // was unsuccessful, which is run again and not entered.
  const Ending& GoOn(Path& path) const {
    SkipTo(begin_, path.at);
    return path.ending = Follow(path);
  }
  void SkipTo(size_t place, Cursor& at) const {
    while (at.branch != nullptr && at.place < at.branch->events.size() && at.branch->events[at.place] < place) {
      ++at.place;
    }
  }

  Ending Follow(Path& path) const {
    try {
      for (;;) {
        const Value& state = *Member(*Member(path.graph, "States"), path.state);
        Run run{path, state, path.state, path.input, Text(state, "QueryLanguage") == "JSONata", path.at};
        auto left = State(run, path.scope);
        if (auto* error = std::get_if<Error>(&left)) return {Ending::Kind::kFailed, {}, *std::move(error)};
        auto& to = std::get<Left>(left);
        path.entered = false;
        path.children.clear();
        if (!to.next) return {Ending::Kind::kSucceeded, std::move(to.output), {}};
        path.state = *to.next;
        path.input = std::move(to.output);
      }
    } catch (const Stopped&) {
      return {};
    }
  }

  using StateResult = std::variant<Left, Error>;

  StateResult State(Run& run, Scope& scope) const {
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

  // When it began to run: when it was entered, or taken up again.
  Timestamp Entered(Run& run, T type) const {
    if (run.path.entered) return Coming(run.at).timestamp;
    const HistoryEvent& e = Next(run.at, {type});
    Expect(e.name.as_string() == run.name && e.payload.value() == run.input, e,
           run.name + " with the input " + ToJson(run.input));
    run.path.entered = true;
    return e.timestamp;
  }
  const HistoryEvent& Exited(Run& run, T type, const Value& output) const {
    const HistoryEvent& e = Next(run.at, {type});
    Expect(e.name.as_string() == run.name && e.payload.value() == output, e,
           run.name + " with the output " + ToJson(output));
    return e;
  }
  static std::optional<std::string> NextOf(const Value& state) {
    const Value* next = Member(state, "Next");
    return next == nullptr ? std::nullopt : std::optional<std::string>(next->as_string());
  }

  static View ViewOf(const Run& run, const Scope& scope) {
    return {scope, run.input, {}, {}, run.name, run.retry_count};
  }

  // What a state passes on, from its result.
  static Value Output(const Run& run, const Scope& scope, Value result) {
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

  StateResult Pass(Run& run, Scope& scope) const {
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

  StateResult Choice(Run& run, const Scope& scope) const {
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

  StateResult Wait(Run& run, const Scope& scope) const {
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

  // ---- Retry and Catch

  static bool Matches(const Value& entry, const Error& error) {
    for (const Value& pattern : Member(entry, "ErrorEquals")->items()) {
      const std::string_view p = pattern.as_string();
      if (p == "States.ALL" || p == error.name) return true;
      if (p == "States.HeartbeatTimeout" && error.timer == Timer::kHeartbeat) return true;
      if (p == "States.TaskFailed" && error.name != "States.Timeout") return true;
    }
    return false;
  }

  // The one that has it tried again, by its place in Retry.
  static std::optional<size_t> RetrierFor(Run& run, const Error& error) {
    const Value* retriers = Member(run.state, "Retry");
    if (retriers == nullptr) return std::nullopt;
    run.retries.resize(retriers->size());
    for (size_t i = 0; i < retriers->size(); ++i) {
      const Value& r = retriers->items()[i];
      if (!Matches(r, error)) continue;
      return run.retries[i] < Number(r, "MaxAttempts", 3) ? std::optional(i) : std::nullopt;
    }
    return std::nullopt;
  }
  static const Value* CatcherFor(const Run& run, const Error& error) {
    const Value* catchers = Member(run.state, "Catch");
    if (catchers == nullptr) return nullptr;
    const auto all = catchers->items();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Value& c) { return Matches(c, error); });
    return found == all.end() ? nullptr : &*found;
  }

  // Is what follows in the history what the Task makes of the error?
  bool Follows(Run& run, const Error& error) const {
    const HistoryEvent* e = Peek(run.at);
    const auto retrier = RetrierFor(run, error);
    if (e != nullptr && e->type == T::kRetryScheduled) return retrier && e->number == static_cast<int64_t>(*retrier);
    if (retrier) return false;
    const Value* catcher = CatcherFor(run, error);
    const bool caught = e != nullptr && e->type == T::kTaskStateExited;
    if (catcher == nullptr || !caught) return caught == (catcher != nullptr);
    const HistoryEvent* next = Peek({run.at.branch, run.at.place + 1});
    return next == nullptr || next->name == *Member(*catcher, "Next");
  }

  // The state failed at `when`. Nothing: it is tried again.
  std::optional<StateResult> Failed(Run& run, const Scope& scope, Error error, Timestamp when, T exited,
                                    std::optional<T> failed_event = std::nullopt) const {
    if (error.timer == Timer::kEither) {
      error.timer = Timer::kHeartbeat;
      if (!Follows(run, error)) error.timer = Timer::kTimeout;
    }
    if (const auto retrier = RetrierFor(run, error)) {
      const HistoryEvent& e = Next(run.at, {T::kRetryScheduled});
      Expect(e.number == static_cast<int64_t>(*retrier), e, "Retrier " + std::to_string(*retrier));
      const Value& r = Member(run.state, "Retry")->items()[*retrier];
      const double seconds =
          std::min(Number(r, "IntervalSeconds", 1) * std::pow(Number(r, "BackoffRate", 2), run.retries[*retrier]),
                   Number(r, "MaxDelaySeconds", 1e9));
      const Timestamp due{e.Get(EventField::kDueAt)->as_int()};
      const Duration delay = due - when, most = Duration::Milliseconds(std::llround(seconds * 1000));
      const bool jitter = Text(r, "JitterStrategy") == "FULL";
      Expect(jitter ? delay.ms >= 0 && delay <= most : delay == most, e,
             "a delay of " + std::to_string(most.ms) + " ms, not of " + std::to_string(delay.ms));
      ++run.retries[*retrier];
      ++run.retry_count;
      run.not_before = due;
      run.path.children.clear();  // also for a redrive that comes before the retry does
      return std::nullopt;
    }
    if (failed_event) Next(run.at, {*failed_event});
    const Value* catcher = CatcherFor(run, error);
    if (catcher == nullptr) {
      error.timer = Timer::kNone;  // States.Timeout is all that a state around is told
      return error;
    }
    if (!error.cause_known) error.cause = CauseInOutput(run);
    View view = ViewOf(run, scope);
    view.error_output = Value::Object(
        {{"Error", Value::String(error.name.value_or(""))}, {"Cause", Value::String(error.cause.value_or(""))}});
    const Value output = run.jsonata ? Evaluate(*Member(*catcher, "Output"), view)
                                     : Place(run.input, Text(*catcher, "ResultPath"), view.error_output);
    Exited(run, exited, output);
    return Left{Text(*catcher, "Next"), output};
  }

  // A cause that the model does not know, from where the Catcher has put it.
  std::string CauseInOutput(const Run& run) const {
    const HistoryEvent* e = Peek(run.at);
    if (e == nullptr || !e->payload.present()) return "";
    const Value* caught = Member(e->payload.value(), "err");
    return caught == nullptr ? "" : Text(*caught, "Cause");
  }

  void CheckAttemptBegins(const Run& run, const HistoryEvent& first) const {
    Require(first.timestamp >= run.not_before, kNeverEarly, "a retry of " + run.name + " began early");
  }

  // ---- Task

  StateResult Task(Run& run, const Scope& scope) const {
    Entered(run, T::kTaskStateEntered);
    const std::string resource = Text(run.state, "Resource");
    const bool activity = resource.find(":activity:") != std::string::npos;
    const bool lambda = resource.find(":lambda:us") != std::string::npos;
    for (;;) {
      const HistoryEvent& scheduled = Next(run.at, {activity ? T::kActivityScheduled
                                                    : lambda ? T::kLambdaFunctionScheduled
                                                             : T::kTaskScheduled});
      CheckAttemptBegins(run, scheduled);
      View view = ViewOf(run, scope);
      if (const Value* token = Member(scheduled.payload.value(), "token")) {  // any, of which the hash is kept
        view.token = *token;
        Expect(*scheduled.Get(EventField::kTokenHash) == Value::String(HashOfTaskToken(token->as_string())), scheduled,
               "the hash of the token");
      }
      const Value parameters = Evaluate(*Member(run.state, run.jsonata ? "Arguments" : "Parameters"), view);
      Expect(scheduled.payload.value() == parameters, scheduled, "the parameters " + ToJson(parameters));
      std::optional<Timestamp> heard;  // since when heartbeats are expected
      if (!activity) heard = Next(run.at, {lambda ? T::kLambdaFunctionStarted : T::kTaskStarted}).timestamp;
      if (activity && NextIs(run.at, T::kActivityStarted)) heard = Next(run.at, {T::kActivityStarted}).timestamp;
      const HistoryEvent* submitted = NextIs(run.at, T::kTaskSubmitted) ? &Next(run.at, {T::kTaskSubmitted}) : nullptr;
      if (StartsExecution(resource)) {
        TaskEnd end = Nested(run, scheduled, submitted);
        if (!end.result) {
          if (auto left = Failed(run, scope, std::move(end.error), end.at, T::kTaskStateExited)) return *left;
          continue;
        }
        Value output = Output(run, scope, *std::move(end.result));
        Exited(run, T::kTaskStateExited, output);
        return Left{NextOf(run.state), std::move(output)};
      }
      // Who was given a token can answer after a restart; who is idempotent is asked again.
      const bool may_be_uncertain = !express_ && !activity && submitted == nullptr && !IsIdempotent(resource);
      const HistoryEvent& result =
          activity ? Next(run.at, {T::kActivitySucceeded, T::kActivityFailed, T::kActivityTimedOut})
          : lambda ? Next(run.at, {T::kLambdaFunctionSucceeded, T::kLambdaFunctionFailed, T::kLambdaFunctionTimedOut})
                   : Next(run.at, {T::kTaskSucceeded, T::kTaskFailed, T::kTaskTimedOut});
      if (OneOf(result.type, {T::kActivitySucceeded, T::kLambdaFunctionSucceeded, T::kTaskSucceeded})) {
        const TaskPlan plan = PlanOf(facts_.seed, parameters);
        Expect(plan.kind == TaskPlan::Kind::kSucceeds && result.payload.value() == plan.output, result,
               "another result, as planned");
        Value output = Output(run, scope, plan.output);
        Exited(run, T::kTaskStateExited, output);
        return Left{NextOf(run.state), std::move(output)};
      }
      const bool timed_out = OneOf(result.type, {T::kActivityTimedOut, T::kLambdaFunctionTimedOut, T::kTaskTimedOut});
      Error error = timed_out ? TimedOut(run, scheduled, heard, result)
                              : TaskFailed(scheduled, parameters, result, may_be_uncertain);
      ExpectError(result, error);
      if (auto left = Failed(run, scope, std::move(error), result.timestamp, T::kTaskStateExited)) return *left;
    }
  }

  // How an attempt ended: with a result, or with an error.
  struct TaskEnd {
    std::optional<Value> result;
    Error error;
    Timestamp at;
  };

  // A task that starts an execution. What it tells of that is its own affair, and read off the history.
  TaskEnd Nested(const Run& run, const HistoryEvent& scheduled, const HistoryEvent* submitted) const {
    const std::string resource = Text(run.state, "Resource");
    const std::string key = KeyOf(arn_, scheduled.id, run.retry_count);
    const Value& parameters = scheduled.payload.value();
    const bool waits = WaitsForEnd(resource);
    const RecordedExecution* child = world_.started_by(key);
    const auto check_started = [&](const HistoryEvent& event) {
      Require(child != nullptr, kNested, "nothing was started by event " + std::to_string(scheduled.id));
      CheckStarted(*child, parameters, event.payload.value());
    };
    if (submitted != nullptr) {
      Expect(waits, *submitted, "no TaskSubmitted where nobody waits");
      check_started(*submitted);
    }
    if (waits) world_.given_up->insert(key);  // unless it hears of the end
    const HistoryEvent& result = Next(run.at, {T::kTaskSucceeded, T::kTaskFailed, T::kTaskTimedOut});
    if (result.type == T::kTaskTimedOut) {
      Error error = TimedOut(run, scheduled, std::nullopt, result);
      ExpectError(result, error);
      return {std::nullopt, std::move(error), result.timestamp};
    }
    if (!waits) {
      Expect(result.type == T::kTaskSucceeded, result, "that an execution was started");
      check_started(result);
      return {result.payload.value(), {}, result.timestamp};
    }
    Expect(submitted != nullptr, result, "TaskSubmitted before the end of the execution");
    world_.given_up->erase(key);
    const bool parsed = resource.ends_with(":2");
    const Value* cause = result.Get(EventField::kCause);
    const Value description =
        result.type == T::kTaskSucceeded ? result.payload.value() : *ParseJson(cause->as_string()).value;
    CheckDescription(*child, description, parsed, result.timestamp);
    const bool succeeded = Text(description, "Status") == "SUCCEEDED";
    Expect(succeeded == (result.type == T::kTaskSucceeded), result, "the end of " + child->arn);
    if (succeeded) return {description, {}, result.timestamp};
    Error error{"States.TaskFailed", std::string(cause->as_string())};
    ExpectError(result, error);
    return {std::nullopt, std::move(error), result.timestamp};
  }

  // `heard`: since when heartbeats are expected; nothing: none are yet.
  Error TimedOut(const Run& run, const HistoryEvent& scheduled, std::optional<Timestamp> heard,
                 const HistoryEvent& result) const {
    const Timestamp due =
        scheduled.timestamp + Duration::Seconds(static_cast<int64_t>(Number(run.state, "TimeoutSeconds", 1e9)));
    const TaskId id{record_.id, scheduled.id};
    const auto answered = facts_.answered.find(id);
    Require(answered == facts_.answered.end() || answered->second >= due ||
                facts_.RestartedWithin(answered->second, result.timestamp),
            kAcknowledged, "the answer to event " + std::to_string(scheduled.id) + " came in time, and was lost");
    const bool late = result.timestamp >= due;
    const bool silent = heard && IsSilent(run, id, *heard, result.timestamp);
    Require(late || silent, kNeverEarly, "the task of event " + std::to_string(scheduled.id) + " timed out early");
    const Timer timer = late && silent ? Timer::kEither : late ? Timer::kTimeout : Timer::kHeartbeat;
    return {"States.Timeout", std::nullopt, /*cause_known=*/true, timer};
  }

  // Has no heartbeat come for as long as may be? One that was acknowledged counts, and a restart has the time begin
  // anew: nobody knows who was heard before it.
  bool IsSilent(const Run& run, const TaskId& id, Timestamp heard, Timestamp now) const {
    const double most = Number(run.state, "HeartbeatSeconds", 0);
    const auto last = facts_.heartbeat_at.find(id);
    if (last != facts_.heartbeat_at.end()) heard = std::max(heard, last->second);
    heard = std::max(heard, facts_.RestartBefore(now));
    return most > 0 && now >= heard + Duration::Seconds(static_cast<int64_t>(most));
  }

  Error TaskFailed(const HistoryEvent& scheduled, const Value& parameters, const HistoryEvent& result,
                   bool may_be_uncertain) const {
    const TaskPlan plan = PlanOf(facts_.seed, parameters);
    const Value* cause = result.Get(EventField::kCause);
    const std::string stopped = CauseText(Cause::kEngineStopped);
    if (cause != nullptr && cause->as_string() == stopped) {
      Expect(may_be_uncertain && facts_.RestartedWithin(scheduled.timestamp, result.timestamp), result,
             "no uncertain task, or a restart");
      return {"States.TaskFailed", stopped};
    }
    Expect(plan.kind == TaskPlan::Kind::kFails, result, "another result, as planned");
    return {plan.error, plan.cause};
  }

  // ---- Parallel and Map

  StateResult Parallel(Run& run, const Scope& scope) const {
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

  // Goes on with the branches that have not succeeded. The error of that which failed, and when.
  std::optional<std::pair<Error, Timestamp>> Branches(Path& path) const {
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

  // A redrive takes up the child of this place.
  void ExpectTakenUp(Run& run, size_t index) const {
    const HistoryEvent& e = Next(run.at, {T::kChildRedriven});
    Expect(e.number == static_cast<int64_t>(index), e, "that child " + std::to_string(index) + " is redriven");
  }
  // What succeeded is not run again.
  void ExpectNoMore(const Path& path) const {
    Cursor at = path.at;
    SkipTo(begin_, at);
    const HistoryEvent* e = Peek(at);
    if (e != nullptr) Require(false, kRedrive, "event " + std::to_string(e->id) + " is of a branch that had succeeded");
  }

  // The branch that begins with the event, by its first state; null if it was stopped before that.
  const BranchHistory* BranchOf(int64_t event, std::string_view first_state) const {
    const auto begun = tree_.begun_by.find(event);
    if (begun == tree_.begun_by.end()) return nullptr;
    for (const BranchHistory* b : begun->second) {
      if (tree_.events[b->events[0]].name.as_string() == first_state) return b;
    }
    return nullptr;
  }

  struct Tolerance {
    bool given = false;
    int64_t count = 0;
    double percentage = 0;
    // The language: the state fails when more than either have failed. One that is not given is 0, and gives way to the
    // other.
    bool Exceeded(int64_t failed, int64_t total) const {
      return failed > count && 100.0 * static_cast<double>(failed) > percentage * static_cast<double>(total);
    }
  };

  StateResult Map(Run& run, const Scope& scope) const {
    Path& path = run.path;
    bool redriven = path.entered && !path.children.empty();
    Entered(run, T::kMapStateEntered);
    const Value& processor = *Member(run.state, "ItemProcessor");
    const Value* config = Member(processor, "ProcessorConfig");
    const Value items = AtPath(Text(run.state, "ItemsPath"), ViewOf(run, scope));
    Tolerance tolerance;
    tolerance.given = Member(run.state, "ToleratedFailureCount") || Member(run.state, "ToleratedFailurePercentage");
    tolerance.count = static_cast<int64_t>(Number(run.state, "ToleratedFailureCount", 0));
    tolerance.percentage = Number(run.state, "ToleratedFailurePercentage", 0);
    const auto input_of = [&](int64_t index) {
      Scope item_scope{&scope, {}, std::pair(index, items.items()[static_cast<size_t>(index)])};
      return Evaluate(*Member(run.state, "ItemSelector"), ViewOf(run, item_scope));
    };
    for (;; redriven = false) {
      if (!redriven) {
        const HistoryEvent& started = Next(run.at, {T::kMapStateStarted});
        CheckAttemptBegins(run, started);
        Expect(started.number == static_cast<int64_t>(items.size()), started, std::to_string(items.size()) + " items");
        path.children.clear();
        path.begun_by.clear();
      }
      auto result = config == nullptr ? Iterations(run, scope, items, tolerance, input_of)
                                      : MapRun(run, processor, items, tolerance, input_of);
      if (const auto* outputs = std::get_if<Value>(&result)) {
        Value output = Output(run, scope, *outputs);
        Exited(run, T::kMapStateExited, output);
        return Left{NextOf(run.state), std::move(output)};
      }
      const auto& [error, when] = std::get<std::pair<Error, Timestamp>>(result);
      if (auto left = Failed(run, scope, error, when, T::kMapStateExited, T::kMapStateFailed)) return *left;
    }
  }

  // The outputs, or the error of the state and when it failed.
  using MapResult = std::variant<Value, std::pair<Error, Timestamp>>;
  using InputOf = std::function<Value(int64_t index)>;

  MapResult Iterations(Run& run, const Scope& scope, const Value& items, const Tolerance& tolerance,
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
      const Error error = tolerance.given ? ToleranceExceeded() : ends[i].ending->error;
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

  struct End {
    size_t place;  // in the history
    const Ending* ending;
  };

  // The iterations that are to be run again; none of a Map that has just started.
  std::vector<size_t> Unsuccessful(Path& map) const {
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

  // The next iteration.
  void Begin(Run& run, const Scope& scope, const Value& items, const InputOf& input_of) const {
    Path& map = run.path;
    const auto index = static_cast<int64_t>(map.children.size());
    const HistoryEvent& started = Next(run.at, {T::kMapIterationStarted});
    Expect(
        started.number == index && index < static_cast<int64_t>(items.size()) && started.name.as_string() == run.name,
        started, "iteration " + std::to_string(index));
    const Value input = input_of(index);
    Expect(started.payload.value() == input, started, "an iteration over " + ToJson(input));
    map.children.push_back(std::make_unique<Path>(*Member(run.state, "ItemProcessor"), input, &scope));
    map.children.back()->scope.item = {index, items.items()[static_cast<size_t>(index)]};
    map.begun_by.push_back(started.id);
  }

  // Goes on with an iteration, and gives the place of its end if it has one.
  std::optional<size_t> Iteration(const Path& map, size_t index) const {
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

  static void CheckConcurrency(const Run& run, const std::vector<size_t>& begins, const std::vector<End>& ends) {
    const auto limit = static_cast<int64_t>(Number(run.state, "MaxConcurrency", 0));
    if (limit == 0) return;
    for (size_t i = 0; i < begins.size(); ++i) {
      const auto ended = std::count_if(ends.begin(), ends.end(), [&](const End& e) { return e.place < begins[i]; });
      Require(static_cast<int64_t>(i) + 1 - ended <= limit, kConcurrency,
              std::to_string(static_cast<int64_t>(i) + 1 - ended) + " iterations of " + run.name + " at a time");
    }
  }

  static Error ToleranceExceeded() {
    return {"States.ExceedToleratedFailureThreshold", CauseText(Cause::kToleranceExceeded)};
  }

  static Value Array(const std::vector<Value>& outputs) {  // an iteration that was allowed to fail has none
    ArrayBuilder array;
    for (const Value& output : outputs) {
      if (!output.is_undefined()) array.Add(output);
    }
    return array.Build();
  }

  MapResult MapRun(Run& run, const Value& processor, const Value& items, const Tolerance& tolerance,
                   const InputOf& input_of) const {
    const HistoryEvent& begun = Next(run.at, {T::kMapRunStarted});
    const std::string arn(begun.Get(EventField::kMapRunArn)->as_string());
    std::vector<Value> outputs(items.size());
    std::vector<bool> seen(items.size());
    int64_t failed = 0, stopped = 0, ended = 0;
    Timestamp last_ended;
    for (RecordedExecution& child : world_.children_of(arn)) {
      const int64_t index = child.record.map_index;
      Require(!seen[static_cast<size_t>(index)], kOnceOnly, "two children for item " + std::to_string(index));
      seen[static_cast<size_t>(index)] = true;
      Require(child.record.status != ExecutionStatus::kRunning, kAcknowledged, "a child of a run has not ended");
      Require(child.events.front().payload.value() == input_of(index), kModel, "a child has another input");
      if (child.record.status == ExecutionStatus::kSucceeded) {
        outputs[static_cast<size_t>(index)] = child.events.back().payload.value();
      } else if (child.record.status == ExecutionStatus::kFailed) {
        ++failed;
      } else {
        ++stopped;
      }
      ++ended;
      last_ended = std::max(last_ended, child.events.back().timestamp);
      const HistoryTree tree = TreeOf(std::move(child.events));
      Walk(world_, tree, child).Execution(processor);
    }
    const HistoryEvent& result = Next(run.at, {T::kMapRunSucceeded, T::kMapRunFailed});
    Require(result.timestamp >= last_ended, kModel, "a run ended before its children");
    const auto total = static_cast<int64_t>(items.size());
    if (result.type == T::kMapRunSucceeded) {
      Require(ended == total && stopped == 0 && !tolerance.Exceeded(failed, total), kTolerance,
              "the run of " + run.name + " succeeded, with " + std::to_string(failed) + " failures among " +
                  std::to_string(ended) + " of " + std::to_string(total));
      Next(run.at, {T::kMapStateSucceeded});
      return Array(outputs);
    }
    // Those that the run has ended because of that do not count.
    Require(
        tolerance.Exceeded(failed, total), kTolerance,
        "the run of " + run.name + " failed, with " + std::to_string(failed) + " failures of " + std::to_string(total));
    return std::pair(ToleranceExceeded(), result.timestamp);
  }

  const ModelWorld& world_;
  const Facts& facts_;
  const HistoryTree& tree_;
  size_t begin_ = 0, end_ = 0;  // the part of it that is looked at
  const std::string& arn_;
  const ExecutionRecord& record_;
  const bool express_;
};

}  // namespace

void CheckAgainstModel(const ModelWorld& world, const Value& graph, RecordedExecution execution) {
  const HistoryTree tree = TreeOf(std::move(execution.events));
  Walk(world, tree, execution).Execution(graph);
}

}  // namespace gait::simulation
