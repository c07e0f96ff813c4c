#include "tests/simulation/walk.h"

#include <algorithm>
#include <cmath>

#include "engine/base/cause_table.h"
#include "engine/json/parse.h"
#include "engine/json/write.h"
#include "engine/task/task_token.h"
#include "tests/simulation/nested.h"
#include "tests/simulation/task_plan.h"

namespace gait::simulation::model {

using T = EventType;

bool Walk::Matches(const Value& entry, const Error& error) {
  for (const Value& pattern : Member(entry, "ErrorEquals")->items()) {
    const std::string_view p = pattern.as_string();
    if (p == "States.ALL" || p == error.name) return true;
    if (p == "States.HeartbeatTimeout" && error.timer == Timer::kHeartbeat) return true;
    if (p == "States.TaskFailed" && error.name != "States.Timeout") return true;
  }
  return false;
}

std::optional<size_t> Walk::RetrierFor(Run& run, const Error& error) {
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

const Value* Walk::CatcherFor(const Run& run, const Error& error) {
  const Value* catchers = Member(run.state, "Catch");
  if (catchers == nullptr) return nullptr;
  const auto all = catchers->items();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Value& c) { return Matches(c, error); });
  return found == all.end() ? nullptr : &*found;
}

bool Walk::Follows(Run& run, const Error& error) const {
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

std::optional<StateResult> Walk::Failed(Run& run, const Scope& scope, Error error, Timestamp when, T exited,
                                        std::optional<T> failed_event) const {
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
    run.path.map_run.reset();
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

std::string Walk::CauseInOutput(const Run& run) const {
  const HistoryEvent* e = Peek(run.at);
  if (e == nullptr || !e->payload.present()) return "";
  const Value* caught = Member(e->payload.value(), "err");
  return caught == nullptr ? "" : Text(*caught, "Cause");
}

void Walk::CheckAttemptBegins(const Run& run, const HistoryEvent& first) const {
  Require(first.timestamp >= run.not_before, kNeverEarly, "a retry of " + run.name + " began early");
}

StateResult Walk::Task(Run& run, const Scope& scope) const {
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

TaskEnd Walk::Nested(const Run& run, const HistoryEvent& scheduled, const HistoryEvent* submitted) const {
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

Error Walk::TimedOut(const Run& run, const HistoryEvent& scheduled, std::optional<Timestamp> heard,
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

bool Walk::IsSilent(const Run& run, const TaskId& id, Timestamp heard, Timestamp now) const {
  const double most = Number(run.state, "HeartbeatSeconds", 0);
  const auto last = facts_.heartbeat_at.find(id);
  if (last != facts_.heartbeat_at.end()) heard = std::max(heard, last->second);
  heard = std::max(heard, facts_.RestartBefore(now));
  return most > 0 && now >= heard + Duration::Seconds(static_cast<int64_t>(most));
}

Error Walk::TaskFailed(const HistoryEvent& scheduled, const Value& parameters, const HistoryEvent& result,
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

}  // namespace gait::simulation::model
